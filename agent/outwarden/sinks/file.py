"""FileSink: events as JSON lines in one file, for people without AWS."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from outwarden.config import sinks as settings
from outwarden.errors import Retry, UsageError
from outwarden.journal.tail import Record
from outwarden.sinks.sink import Gate, passed

_TAIL_BYTES: Final = 1 << 16


class FileSink:
    """Appends to a file that is renamed with a time stamp once it is large enough.

    One sidecar writes it (it holds a lock); where somebody else renames it, a new one is begun.
    """

    name: Final = "file"

    def __init__(
        self, config: settings.FileSink, *, gate: Gate | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        """Open the file, and make its directory where there is none.

        Raises:
            UsageError: the file cannot be written, or another sidecar writes it.
        """
        self._path = Path(config.path).expanduser()
        self._rotate_bytes = config.rotate_bytes
        self._gate = gate
        self._clock = clock
        self._fd: int | None = None
        try:
            if not self._path.parent.exists():
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._open()
        except OSError as error:
            raise UsageError(
                f"sinks.file.path: {self._path} cannot be written ({error.strerror}). "
                "Choose another path, or mend its permissions."
            ) from None

    def ship(self, batch: Sequence[Record]) -> None:
        """Append a batch, all of it or nothing; see `Sink.ship`."""
        data = b"".join(passed(record, self._gate) + b"\n" for record in batch)
        try:
            self._append(data)
        except OSError as error:
            self.close()
            raise Retry(f"{self._path} cannot be written ({error.strerror}).") from None

    def close(self) -> None:
        """Close the file; the next batch opens it again."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _append(self, data: bytes) -> None:
        fd = self._current()
        before = os.fstat(fd).st_size
        if before and before + len(data) > self._rotate_bytes:
            fd = self._rotate()
            before = 0
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(fd, rest) :]
        except OSError:
            os.ftruncate(fd, before)  # half a batch would be stored twice when it comes again
            raise

    def _current(self) -> int:
        """Give the descriptor of what the path names now."""
        if self._fd is not None:
            try:
                if os.path.samestat(self._path.stat(), os.fstat(self._fd)):
                    return self._fd
            except FileNotFoundError:
                pass
            self.close()
        return self._open()

    def _open(self) -> int:
        fd = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _cut_torn_line(fd)
        except BlockingIOError:
            os.close(fd)
            raise UsageError(
                f"sinks.file.path: {self._path} is being written by another sidecar. Give each its own path."
            ) from None
        except OSError:
            os.close(fd)
            raise
        self._fd = fd
        return fd

    def _rotate(self) -> int:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        target = self._path.with_name(f"{self._path.stem}-{stamp}{self._path.suffix}")
        number = 1
        while target.exists():
            number += 1
            target = self._path.with_name(f"{self._path.stem}-{stamp}-{number}{self._path.suffix}")
        self._path.rename(target)
        self.close()
        return self._open()


def _cut_torn_line(fd: int) -> None:
    """Cut what a killed sidecar left of a line: its event was not acknowledged and comes again."""
    size = end = os.fstat(fd).st_size
    while end:
        start = max(0, end - _TAIL_BYTES)
        newline = os.pread(fd, end - start, start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end != size:
        os.ftruncate(fd, end)
