"""DeadLetter: events that a destination refused for good are kept aside, with the reason."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from outwarden.event import timestamp
from outwarden.journal.places import ensure_dir


class _Letter(msgspec.Struct, frozen=True):
    """One line of a dead-letter file."""

    refused_at: str
    by: str
    reason: str
    event: msgspec.Raw


class DeadLetter:
    """Appends to one file per consumer and day, such as `dead/cloudwatch-2026-11-24.jsonl`."""

    def __init__(self, directory: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._directory = directory
        self._clock = clock

    def keep(self, consumer: str, refused: Iterable[tuple[bytes, str]]) -> None:
        """Write refused lines, each with its reason.

        Raises:
            OSError: they could not be written; nothing of them may be acknowledged then.
            JournalError: the directory cannot be made.
        """
        moment = timestamp(self._clock())
        letters = [_Letter(moment, consumer, reason, msgspec.Raw(line)) for line, reason in refused]
        data = b"".join(msgspec.json.encode(letter) + b"\n" for letter in letters)
        ensure_dir(self._directory)
        path = self._directory / f"{consumer}-{moment[:10]}.jsonl"
        fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            size = os.fstat(fd).st_size
            if size and os.pread(fd, 1, size - 1) != b"\n":
                data = b"\n" + data  # a sidecar was killed in the middle of a line
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(fd, rest) :]
        finally:
            os.close(fd)
