"""Tail: a consumer's view of the journal, across all files, from where it last stood."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from outwarden import tally
from outwarden.event import Event, decode
from outwarden.journal.cursors import Also, Cursors
from outwarden.journal.names import files
from outwarden.journal.opening import open_to_read, writer_is_gone

logger = logging.getLogger(__name__)

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
LONGEST_LINE: Final = 4 << 20
"""A line longer than this, in bytes, is not one of ours."""


class Record(NamedTuple):
    """One event, and the line that it was read from (without its newline)."""

    event: Event
    line: bytes


class Batch(NamedTuple):
    """What was read at once."""

    records: list[Record]
    marks: dict[str, int]
    """For each file that was read from: the offset up to which it has now been read, in bytes."""
    more: bool
    """A limit was reached: there is more to read at once."""


class Tail:
    """Reads complete lines, oldest writer first.

    An unterminated last line is normal while its writer lives. After its death such a line, and at any time one that is
    no event, goes to the quarantine; nothing stops the tail.
    """

    def __init__(self, directory: Path, cursors: Cursors, consumer: str, *, quarantine: Path) -> None:
        self._directory = directory
        self._cursors = cursors
        self._consumer = consumer
        self._quarantine = quarantine
        self._read: dict[str, int] = {}
        self._committed: dict[str, int] = {}
        self._held: set[str] = set()
        self._refused: set[str] = set()
        cursors.register(consumer)

    def read(self, max_events: int = 1000, max_bytes: int = 1 << 20) -> Batch:
        """Read on. What was read is not read again, unless `rewind` says so.

        Raises:
            OSError: the directory cannot be read.
        """
        batch = Batch([], {}, more=False)
        size = 0
        for path, length in self._files():
            if self._position(path.name) >= length:
                continue
            if len(batch.records) >= max_events or size >= max_bytes:
                return batch._replace(more=True)
            taken, cut = self._read_file(path, batch, max_events, max_bytes - size)
            size += taken
            if cut:
                return batch._replace(more=True)
        return batch

    def commit(self, batch: Batch, also: Also | None = None) -> None:
        """Make a batch's positions durable, together with other work, or not at all.

        Raises:
            sqlite3.Error: nothing was changed.
        """
        self._cursors.commit(self._consumer, batch.marks, also)
        self._committed.update(batch.marks)
        self._hold({name for name in self._held if self._read.get(name) != self._committed.get(name)})

    def rewind(self) -> None:
        """Go back to what was last committed."""
        self._read.clear()
        self._hold(set())

    def backlog(self, only: Collection[str] | None = None) -> int:
        """Give the bytes that are not yet committed, in all files or in these."""
        return sum(
            max(0, length - self._position(path.name, committed=True))
            for path, length in self._files()
            if only is None or path.name in only
        )

    def _files(self) -> list[tuple[Path, int]]:
        found = []
        for _, entry in files(self._directory):
            try:
                found.append((Path(entry.path), entry.stat(follow_symlinks=False).st_size))
            except OSError:
                continue  # it has just been deleted
        here = {path.name for path, _ in found}
        for known in (self._read, self._committed):
            for name in known.keys() - here:
                del known[name]
        return found

    def _position(self, name: str, *, committed: bool = False) -> int:
        if name not in self._committed:
            self._committed[name] = self._cursors.position(self._consumer, name)
        return self._committed[name] if committed else self._read.get(name, self._committed[name])

    def _read_file(self, path: Path, batch: Batch, max_events: int, max_bytes: int) -> tuple[int, bool]:
        """Read one file's next lines into the batch; give the bytes that were taken, and whether a limit cut them."""
        name = path.name
        start = self._position(name)
        was_held = name in self._held
        self._hold(self._held | {name})  # before the file is opened: from here on nobody replaces it
        try:
            data, at_end, gone = _look(path, start, max(max_bytes, 1))
        except FileNotFoundError:
            return 0, False
        except OSError as error:
            if name not in self._refused:
                self._refused.add(name)
                logger.warning("A journal file cannot be read.", extra={"file": name, "why": error.strerror})
            return 0, False
        taken = self._lines(name, start, data, batch, max_events)
        rest = data[taken:]
        if rest and b"\n" not in rest and ((gone and at_end) or len(rest) >= LONGEST_LINE):
            self._set_aside(name, start + taken, rest)
            taken += len(rest)
        if taken:
            self._read[name] = batch.marks[name] = start + taken
        elif not was_held:
            self._hold(self._held - {name})
        return taken, taken > 0 and (not at_end or len(batch.records) >= max_events)

    def _lines(self, name: str, start: int, data: bytes, batch: Batch, max_events: int) -> int:
        taken = 0
        while len(batch.records) < max_events:
            end = data.find(b"\n", taken)
            if end < 0:
                break
            line = data[taken:end]
            if line:  # an empty one stands where a torn line was ended
                try:
                    batch.records.append(Record(decode(line), line))
                except msgspec.DecodeError:
                    self._set_aside(name, start + taken, line)
            taken = end + 1
        return taken

    def _set_aside(self, name: str, offset: int, data: bytes) -> None:
        """Keep what could not be read. All consumers come by here, and the first one keeps it."""
        kept = True
        try:
            self._quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = os.open(self._quarantine / f"{name}@{offset}", _NEW, 0o600)
            try:
                os.write(fd, data)
            finally:
                os.close(fd)
        except OSError as error:
            if isinstance(error, FileExistsError) and self._quarantine.is_dir():
                return
            kept = False  # a full disk: what follows is worth more than what could not be read
        tally.count("quarantined")
        logger.warning(
            "A line of the journal cannot be read; it is set aside.",
            extra={"file": name, "offset": offset, "kept": kept},
        )

    def _hold(self, names: set[str]) -> None:
        """Tell which files we have read from and not committed."""
        if names != self._held:
            self._held = names
            self._cursors.reading(self._consumer, names)


def _look(path: Path, start: int, length: int) -> tuple[bytes, bool, bool]:
    """Read on in a file: at least one whole line, if there is one.

    Returns:
        The bytes; whether the file ends with them; whether its writer is gone.

    Raises:
        OSError: the file cannot be read.
    """
    fd = open_to_read(path)
    try:
        # Asked before reading: what is missing after it will not come any more. A writer locks its file before it writes.
        gone = os.fstat(fd).st_size > 0 and writer_is_gone(fd)
        data = os.pread(fd, length, start)
        while b"\n" not in data and len(data) < LONGEST_LINE:
            more = os.pread(fd, len(data) + 65536, start + len(data))
            if not more:
                break
            data += more
        if len(data) > length:
            data = data[: data.find(b"\n") + 1] or data  # one line that is longer than the limit, and no more
        return data, not os.pread(fd, 1, start + len(data)), gone
    finally:
        os.close(fd)
