"""Opening journal files so that nobody can trick us, and telling whether a file's writer is gone."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from pathlib import Path

from outwarden.tally import move_high

_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def open_to_write(path: Path) -> int:
    """Make a new file, lock it as a sign of life, and give a high descriptor.

    Raises:
        OSError: it cannot be made.
    """
    fd = move_high(os.open(path, _WRITE, 0o600))
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        about, named = os.fstat(fd), path.lstat()
    except OSError:
        close(fd)
        raise
    if (about.st_dev, about.st_ino) != (named.st_dev, named.st_ino):  # and so the number is not ours to close
        raise OSError(errno.EBADF, "the descriptor was taken away in the meantime")
    return fd


def close(fd: int) -> None:
    """Close a descriptor that the program may have closed before us."""
    try:
        os.close(fd)
    except OSError as error:
        if error.errno != errno.EBADF:
            raise


def open_to_read(path: Path) -> int:
    """Open a file that belongs to us or to the owner of its directory, and that is no link, pipe or device.

    Raises:
        OSError: it cannot be opened; PermissionError: somebody else's, or no plain file.
    """
    fd = os.open(path, _READ)
    about = os.fstat(fd)
    if stat.S_ISREG(about.st_mode) and about.st_uid in {os.geteuid(), path.parent.stat().st_uid}:
        return fd
    os.close(fd)
    raise PermissionError(1, "not a plain file of ours", str(path))


def writer_is_gone(fd: int) -> bool:
    """Say whether no process holds this file for writing any more: it died, or went on to another file.

    Process ids lie across containers and are used again; a lock does neither. Of an empty file this says nothing: its
    writer may be about to lock it.
    """
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    fcntl.flock(fd, fcntl.LOCK_UN)
    return True
