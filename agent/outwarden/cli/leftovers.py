"""Temporary folders of `outwarden run`: a lock holds each while its run lives; the next run clears those of killed ones."""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from outwarden import tally
from outwarden.cli.own import is_alive

PREFIX: Final = "outwarden-run-"
LOCK: Final = "lock"
BOARD: Final = "board"
SETTINGS: Final = "settings.json"

_FLAGS: Final = os.O_CLOEXEC | os.O_NOFOLLOW


def hold(folder: Path) -> int:
    """Lock a new folder as a sign of life, and give the descriptor that does it; nobody meets the lock's name unlocked.

    Raises:
        OSError: it cannot be locked.
    """
    draft = folder / f"{LOCK}.new"
    fd = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.rename(folder / LOCK)
    except OSError:
        os.close(fd)
        raise
    return fd


def clear(base: Path) -> None:
    """Remove the folders of ours whose run was killed and whose programs have ended; whatever is odd stays."""
    with suppress(OSError), os.scandir(base) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX):
                with suppress(OSError):
                    _clear(entry.path)


def _clear(path: str) -> None:
    """Remove one: opened once, and then only what we know by name is taken out of what was opened."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | _FLAGS)
    try:
        about = os.fstat(folder)
        if about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o077:
            return
        lock = os.open(LOCK, os.O_RDWR | os.O_NONBLOCK | _FLAGS, dir_fd=folder)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # its run holds it as long as it lives
            if any(is_alive(slot.pid) for slot in _slots(folder)):
                return
            for name in (SETTINGS, BOARD, LOCK):  # the lock last: whoever is interrupted here leaves a folder to clear
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=folder)
        finally:
            os.close(lock)
    finally:
        os.close(folder)
    os.rmdir(path)  # noqa: PTH106 - beside its relatives; it takes an empty directory only


def _slots(folder: int) -> list[tally.Slot]:
    """Give the processes of a run that was killed: its program may live on, and what it starts looks there."""
    try:
        board = os.open(BOARD, os.O_RDONLY | os.O_NONBLOCK | _FLAGS, dir_fd=folder)
    except FileNotFoundError:
        return []
    with os.fdopen(board, "rb") as file:
        return tally.slots_of(file.read())
