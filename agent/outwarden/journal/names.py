"""The names of journal files: `<service>-<host>-<pid>-<start>-<n>.jsonl`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

SUFFIX: Final = ".jsonl"
_PARTS: Final = r"([A-Za-z0-9_.]+)-([A-Za-z0-9_.]+)-(\d+)-(\d+)-(\d+)(e?)\.jsonl"
_FOREIGN: Final = r"[^A-Za-z0-9_.]"


class FileName(msgspec.Struct, frozen=True):
    """What a file's name says about its writer."""

    service: str
    host: str
    pid: int
    start_ns: int
    """When the writer began, Unix nanoseconds: tells two processes with one id apart."""
    n: int
    """1, 2, … : the writer's files in their order."""
    errors_only: bool = False
    """The successes were evicted when the journal was full."""

    def __str__(self) -> str:
        service, host = (re.sub(_FOREIGN, "_", part)[:60] or "_" for part in (self.service, self.host))
        return f"{service}-{host}-{self.pid}-{self.start_ns}-{self.n}{'e' * self.errors_only}{SUFFIX}"

    @classmethod
    def parse(cls, name: str) -> FileName | None:
        """Read a name; None when the file is none of the journal's."""
        match = re.fullmatch(_PARTS, name)
        if match is None:
            return None
        service, host, pid, start_ns, n, errors_only = match.groups()
        return cls(service, host, int(pid), int(start_ns), int(n), bool(errors_only))


def files(directory: Path) -> list[tuple[FileName, os.DirEntry[str]]]:
    """List the journal's files, the oldest writer first, each writer's files in order.

    Raises:
        OSError: the directory cannot be read; one that is not there yet is empty.
    """
    try:
        with os.scandir(directory) as entries:
            found = [(name, entry) for entry in entries if (name := FileName.parse(entry.name)) is not None]
    except FileNotFoundError:
        return []
    if replaced := originals(name for name, _ in found):
        found = [(name, entry) for name, entry in found if name not in replaced]
    found.sort(key=lambda pair: (pair[0].start_ns, pair[0].pid, pair[0].n))
    return found


def originals(names: Iterable[FileName]) -> set[FileName]:
    """Name the files that do not count any more, because one with their errors only has taken their place."""
    return {msgspec.structs.replace(name, errors_only=False) for name in names if name.errors_only}
