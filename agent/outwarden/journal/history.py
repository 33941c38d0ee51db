"""History: what happened, kept on this machine for people to look at, apart from the transport."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from outwarden.event import Event, decode, timestamp
from outwarden.journal.opening import open_to_read
from outwarden.journal.places import ensure_dir

_HOUR: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}\.jsonl")
_APPEND: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW


class Mark(NamedTuple):
    """Where the history ends."""

    file: str
    size: int


class History:
    """JSON lines in a file per hour, named after the hour (UTC) in which they were appended."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def append(self, lines: Sequence[bytes]) -> None:
        """Add lines (each without its newline).

        Raises:
            OSError: not all of them were written; `restore` the last mark.
            JournalError: the directory cannot be used.
        """
        ensure_dir(self.directory)
        fd = os.open(self.directory / self._current(time.time()), _APPEND, 0o600)
        try:
            data = memoryview(b"".join(line + b"\n" for line in lines))
            while data:
                data = data[os.write(fd, data) :]
        finally:
            os.close(fd)

    def mark(self) -> Mark:
        """Say where the history ends; kept in the transaction that moves the cursor, it makes copying exact."""
        newest = self._files()[-1:]
        return Mark(newest[0], (self.directory / newest[0]).stat().st_size) if newest else Mark("", 0)

    def restore(self, mark: tuple[str, int]) -> None:
        """Cut off what was appended after a mark.

        Raises:
            OSError: it cannot be cut.
        """
        name, size = mark
        for file in self._files():
            path = self.directory / file
            if file > name:
                path.unlink(missing_ok=True)
            elif file == name and path.stat().st_size > size:
                os.truncate(path, size)

    def read(self, since: float = 0.0, until: float = float("inf")) -> Iterator[Event]:
        """Give the events that began in a span of Unix seconds, in the order in which they were appended."""
        first = "" if since <= 0 else time.strftime("%Y-%m-%dT%H", time.gmtime(since))
        begin = timestamp(max(since, 0.0))
        end = "~" if until == float("inf") else timestamp(until)
        for name in self._files():
            # A file holds what was appended in its hour: never an event of a later hour, perhaps one of an earlier.
            if name[:13] < first:
                continue
            for line in self._lines(name):
                try:
                    event = decode(line)
                except msgspec.DecodeError:
                    continue  # the last line, just being written
                if begin <= event.ts <= end:
                    yield event

    def sweep(self, keep_s: float, now: float) -> None:
        """Delete the files of hours that ended more than `keep_s` seconds ago."""
        oldest = time.strftime("%Y-%m-%dT%H", time.gmtime(max(0.0, now - keep_s - 3600)))
        for name in self._files():
            if name[:13] < oldest:
                (self.directory / name).unlink(missing_ok=True)

    def drop_oldest(self) -> int:
        """Delete the oldest hour, but never the current one; give the bytes that were freed."""
        names = self._files()
        if len(names) < 2:
            return 0
        path = self.directory / names[0]
        size = path.stat().st_size
        path.unlink()
        return size

    def size(self) -> int:
        """Give the size of all files in bytes."""
        return sum((self.directory / name).stat().st_size for name in self._files())

    def _current(self, now: float) -> str:
        """Name the file to append to: not an earlier one because the clock was set back a little over the hour.

        A mark is a file and a size; what is appended to an earlier file could not be cut off again.
        """
        hour, next_hour = (time.strftime("%Y-%m-%dT%H.jsonl", time.gmtime(now + add_s)) for add_s in (0, 3600))
        newest = self._files()[-1:]
        return newest[0] if newest and newest[0] == next_hour else hour

    def _files(self) -> list[str]:
        try:
            return sorted(path.name for path in self.directory.iterdir() if _HOUR.fullmatch(path.name))
        except FileNotFoundError:
            return []

    def _lines(self, name: str) -> Iterator[bytes]:
        try:
            fd = open_to_read(self.directory / name)
        except FileNotFoundError:
            return  # swept meanwhile
        with os.fdopen(fd, "rb") as file:
            for line in file:
                yield line.rstrip(b"\n")
