"""LiveFile: the file that this process writes to, behind a descriptor that the program may take away at any time."""

from __future__ import annotations

import errno
import fcntl
import math
import os
import resource
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from outwarden.journal.names import FileName
from outwarden.journal.opening import close, open_to_write
from outwarden.journal.places import NETWORK_FILE_SYSTEMS, file_system, make_dir
from outwarden.polite import is_the_programs

PAUSE_S: Final = 1.0
"""How long we wait after a file could not be opened before we try again."""

LOOK_S: Final = 0.1
"""How often we look whether our file still has a name."""

PLACE_S: Final = 1.0
"""How often we look whether it still is in its place."""

MARK: Final = 60
_SET_MARK: Final = getattr(fcntl, "F_SETSIG", None)  # Linux
GET_MARK: Final = getattr(fcntl, "F_GETSIG", fcntl.F_GETFD)
_flush: Final = getattr(os, "fdatasync", os.fsync)

_ROOT: Final = Path("/")
_MOVED: Final = frozenset({errno.ENOENT, errno.ENOTDIR})

# Bound here: each append looks them up.
control, write = fcntl.fcntl, os.write
look_up = os.lstat


class LiveFile:
    """Appends whole lines, and goes on to a new file when it is time.

    The descriptor is kept above 512, where programs seldom look. Rotation replaces it by `dup2`, so there is no moment
    at which its number belongs to nobody. It is looked at before each write, in one of two ways:

    - `fstat` says which file it is, and whether that still has a name.
    - A mark says that it is ours, at a tenth of the cost: since Linux 6.13 an `fstat` makes the write that follows it
      note a new time in the inode (https://docs.kernel.org/filesystems/multigrain-ts.html; measured on ext4: 1.9 us
      together, of an append of 5.3). The mark is the number of the
      signal that would be sent if this open file were in asynchronous mode, which it never is. The kernel keeps it with
      the open file, so that no other file of the program has it.

    The mark is enough for a write that comes within 0.1 s after an `fstat`; where there are no marks, it never is.

    A limit on the size of files (`ulimit -f`) is asked for with each `fstat`: a write that begins beyond it kills a program
    which does not ignore SIGXFSZ, as Python does unless it is told otherwise.
    """

    def __init__(
        self,
        directory: Path,
        service: str,
        *,
        rotate_bytes: int,
        rotate_after_s: float,
        sync: bool,
        opened: Callable[[float], None],
    ) -> None:
        """Describe it; the first write opens it.

        Args:
            directory: made when it is not there.
            service: the first part of the files' names.
            rotate_bytes: a file is left at this size.
            rotate_after_s: a file is left at this age.
            sync: flush each write to the disk.
            opened: is told of each new file, with the time (monotonic).
        """
        self._directory = directory
        self._next_name = FileName(service, socket.gethostname(), os.getpid(), time.time_ns(), 1)
        self._rotate_bytes = rotate_bytes
        self._rotate_after_s = rotate_after_s
        self._sync = sync
        self._opened = opened
        self.fd = self._device = self._inode = -1
        self._path = directory
        self._root = (-1, -1)
        self.room: float = rotate_bytes
        """So many bytes go into this file before it is left."""
        self.plain_until_s = 0.0
        """Until then (monotonic) the mark alone says whether what there is room for may be written."""
        self._rotate_s = self._in_place_until_s = 0.0
        self._marked = self._torn = self._opening = False
        self._pause_until_s = 0.0
        self._refusal = 0

    def write(self, data: bytes, now: float) -> None:
        """Append some whole lines.

        Raises:
            BlockingIOError: this is a signal handler that has interrupted the opening of the file; nothing was written.
            OSError: they are not in the file, or not all of them. EBADF: the program is just closing descriptors; nothing
                was written, and the next attempt may work at once. EFBIG: no file may be as long; nothing was written.
        """
        if rest := self._append(data, now):
            self.go_on(rest, now)
        if self._sync:
            _flush(self.fd)

    def took(self, data: bytes, written: int) -> bytes:
        """Note how much of some lines went into the file; give those that its size must not grow by.

        Raises:
            OSError: the disk took a part only.
        """
        self.room -= written
        self._torn = written < len(data)
        if not self._torn:
            return b""
        self.plain_until_s = 0.0
        about = self._look()
        if about is None or about.st_size < _longest():
            raise OSError(errno.ENOSPC, "the disk took a part only")
        return data[data.rfind(b"\n", 0, written) + 1 :]

    def go_on(self, rest: bytes, now: float) -> None:
        """Append some lines to the next file. Raises as `write`."""
        self.room, self.plain_until_s = 0, 0.0
        if self._append(rest, now):
            raise OSError(errno.EFBIG, "no file may be as long")

    def let_go(self) -> None:
        """Close the descriptor, if it still is ours. A write after this opens a new file."""
        if self._look() is not None:
            close(self.fd)
        self.fd, self.plain_until_s = -1, 0.0

    def _append(self, data: bytes, now: float) -> bytes:
        """Append some lines; give those that the file's size must not grow by. Raises as `write`."""
        try:
            ready = now < self.plain_until_s and len(data) <= self.room and control(self.fd, GET_MARK) == MARK
        except OSError as error:
            if is_the_programs(error):  # it may be a timeout of the program's own
                raise
            ready = False
        if not ready:
            self._make_ready(len(data), now)
        end = b"\n" if self._torn else b""  # of what an earlier write has left
        try:
            written = write(self.fd, end + data)
        except OSError as error:
            if error.errno != errno.EFBIG or is_the_programs(error):
                raise
            return data
        return self.took(data, written - len(end))

    def _make_ready(self, length: int, now: float) -> None:
        longest = _longest()
        if length > longest:
            raise OSError(errno.EFBIG, "no file may be as long")
        about, usable = self._look(), False
        if about is not None:
            left = longest - about.st_size - self._torn
            usable = about.st_nlink > 0 and length <= left
            fits = length <= self.room or about.st_size == 0  # one line may be longer than a file
            if usable and fits and now < self._rotate_s and self._is_in_place(now):
                self.room = min(self.room, left)
                self.plain_until_s = now
                if self._marked and not self._sync:
                    self.plain_until_s = min(now + LOOK_S, self._rotate_s, self._in_place_until_s)
                return
        if self._opening:  # a timer that is faster than an opening would nest them without end
            if usable:
                return
            raise BlockingIOError(errno.EAGAIN, "is just being opened")
        try:
            if now < self._pause_until_s:
                raise OSError(self._refusal, "cannot be opened")
            self._opening = True
            self._open(now)
        except OSError as error:
            if is_the_programs(error):
                raise
            if now >= self._pause_until_s and error.errno != errno.EBADF:
                self._pause_until_s, self._refusal = now + PAUSE_S, error.errno or errno.EIO
            if not usable:
                raise
            # The file at hand goes on growing meanwhile.
        finally:
            self._opening = False

    def _open(self, now: float) -> None:
        """Go on to a new file.

        Raises:
            OSError: there is none; all is as before.
        """
        name = self._next_name
        self._next_name = msgspec.structs.replace(name, n=name.n + 1)
        if self._inode < 0:
            make_dir(self._directory)
            if file_system(self._directory) in NETWORK_FILE_SYSTEMS:
                raise OSError(errno.ENOTSUP, "a network file system, where locks do not hold")
        path = self._directory / str(name)
        fd = self._create(path)
        try:
            about, marked, root = os.fstat(fd), _mark(fd), _identity(_ROOT.stat())
            mine = self._look() is not None
        except BaseException:
            close(fd)
            raise
        if not mine:  # closed, or somebody else's now: not ours to close
            self.fd = fd
        else:
            try:
                os.dup2(fd, self.fd, inheritable=False)
            finally:
                close(fd)
        self._device, self._inode = _identity(about)
        self._path, self._root = path, root
        self.room = min(self._rotate_bytes, _longest())
        self._rotate_s, self._in_place_until_s = now + self._rotate_after_s, now + PLACE_S
        self._marked = marked
        self.plain_until_s = now
        self._torn = False
        self._opened(now)

    def _create(self, path: Path) -> int:
        try:
            return open_to_write(path)
        except FileNotFoundError:  # somebody has cleaned up, the directory included
            make_dir(self._directory)
            return open_to_write(path)

    def _is_in_place(self, now: float) -> bool:
        """Look now and then whether our directory still leads to our file: it may have been renamed, and the file with it."""
        if now < self._in_place_until_s:
            return True
        self._in_place_until_s = now + PLACE_S
        try:
            if _identity(look_up(self._path)) == (self._device, self._inode):
                return True
        except OSError as error:
            if is_the_programs(error):
                raise
            if error.errno not in _MOVED:  # the program has given up its right to look, for one
                return True
        return _identity(_ROOT.stat()) != self._root  # in a root directory of its own the path means something else

    def _look(self) -> os.stat_result | None:
        """Look at our file; None when there is none, and when the descriptor is closed or somebody else's now."""
        if self.fd < 0:
            return None
        try:
            about = os.fstat(self.fd)
            marked = control(self.fd, GET_MARK) == MARK
        except OSError as error:
            if is_the_programs(error):
                raise
            return None
        same = _identity(about) == (self._device, self._inode) and marked == self._marked
        return about if same else None


def _identity(about: os.stat_result) -> tuple[int, int]:
    return about.st_dev, about.st_ino


def _longest() -> float:
    """Give the size in bytes beyond which the system lets no file of this process grow."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return math.inf if limit == resource.RLIM_INFINITY else limit


def _mark(fd: int) -> bool:
    """Mark an open file as ours; False where that is not possible."""
    if _SET_MARK is None:
        return False
    try:
        control(fd, _SET_MARK, MARK)
    except OSError as error:
        if is_the_programs(error):
            raise
        return False
    return True
