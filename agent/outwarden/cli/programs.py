"""The programs that write to the journal now."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from outwarden.errors import JournalError
from outwarden.event import timestamp
from outwarden.journal import Places
from outwarden.journal.names import files
from outwarden.journal.opening import open_to_read, writer_is_gone


class Program(msgspec.Struct, frozen=True):
    """A process that writes to the journal."""

    service: str
    host: str
    pid: int
    since: str


def programs(found: Places) -> Iterator[Program]:
    """Name each program once.

    Raises:
        JournalError: the journal cannot be read.
    """
    try:
        entries = files(found.journal)
    except OSError as error:
        raise JournalError(f"{found.journal}: the journal cannot be read ({error.strerror}).") from None
    seen = set()
    for name, entry in entries:
        who = (name.host, name.pid, name.start_ns)
        if who in seen:
            continue
        try:
            fd = open_to_read(Path(entry.path))
        except OSError:
            continue  # somebody else's, or gone meanwhile
        try:
            if not writer_is_gone(fd):
                seen.add(who)
                yield Program(name.service, name.host, name.pid, timestamp(name.start_ns / 1e9))
        finally:
            os.close(fd)
