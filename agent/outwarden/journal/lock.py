"""SidecarLock: of all sidecars of one journal, one ships."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from outwarden.errors import JournalError
from outwarden.journal.places import ensure_dir


class SidecarLock:
    """A lock that ends with its process, whatever ends it. The file tells who holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd = -1

    def acquire(self) -> bool:
        """Take the lock; False when another process (or another lock of this one) has it.

        Raises:
            JournalError: the file cannot be opened.
        """
        ensure_dir(self._path.parent)
        try:
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise JournalError(f"{self._path}: cannot be opened: {error.strerror}. Mend its permissions.") from None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            return False
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self._fd = fd
        return True

    def release(self) -> None:
        """Let the lock go."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def holder(self) -> int | None:
        """Give the process id of the holder; None when nobody has the lock."""
        try:
            fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            text = os.pread(fd, 32, 0).strip()
            return int(text) if text.isdigit() else None
        finally:
            os.close(fd)
        return None
