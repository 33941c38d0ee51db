"""Only one sidecar ships a journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outwarden.errors import UsageError
from outwarden.journal.lock import SidecarLock


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the sidecar's lock.

    Raises:
        UsageError: another sidecar has it.
        JournalError: the lock's file cannot be opened.
    """
    lock = SidecarLock(path)
    if not lock.acquire():
        holder = lock.holder()
        who = f"process {holder}" if holder else "another process"
        raise UsageError(
            f"A sidecar ships this journal already: {who} holds {path}. Stop that one, or set journal.dir to another."
        )
    try:
        yield
    finally:
        lock.release()
