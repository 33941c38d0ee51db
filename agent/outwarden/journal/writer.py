"""Journal: the part inside the program. One `write()` per event, and nothing else."""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from outwarden import tally
from outwarden.event import SCHEMA, CallEvent, Event, Notice, encode, ids, timestamp
from outwarden.journal.names import FileName, files
from outwarden.journal.opening import open_to_write

Gate = Callable[[bytes], bytes]
"""The last look at the final bytes of a line (without its newline)."""

SLOW_S: Final = 0.010
"""An append that takes longer is counted."""
SLOW_IN_A_ROW: Final = 5
"""After so many slow appends the events wait in memory."""
RING: Final = 2000
"""So many events wait in memory at most, while the disk is slow."""
PAUSE_S: Final = 1.0
"""How long we wait after a failure before we try the same again."""
MEASURE_S: Final = 5.0
"""How often the size of the whole journal is measured, at most."""

# Bound here: an append looks each of them up.
clock, fstat, getpid, write = time.monotonic, os.fstat, os.getpid, os.write

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_sync: Final = getattr(os, "fdatasync", os.fsync)


class Journal:
    """Appends events to a file of this process.

    The descriptor is kept above 512, where programs seldom look, and is trusted only while `fstat` says that it still
    is our file. Rotation replaces it by `dup2`, so there is no moment at which its number belongs to nobody.
    """

    def __init__(
        self,
        directory: Path,
        service: str,
        *,
        rotate_bytes: int = 16 << 20,
        rotate_after_s: float = 3600.0,
        sync: Literal["never", "interval", "always"] = "never",
        gate: Gate | None = None,
        max_bytes: int = 1 << 30,
    ) -> None:
        """Describe the journal; the first event opens the file.

        Args:
            directory: made when it is not there.
            service: the first part of the files' names.
            rotate_bytes: a file is closed at this size.
            rotate_after_s: a file is closed at this age.
            sync: `always`: fdatasync before the append returns; the others are the sidecar's business.
            gate: is shown each line before it is written, and gives the line to write.
            max_bytes: at this size of the whole directory, successes are no longer recorded.
        """
        self._directory = directory
        self._service = service
        self._host = socket.gethostname()
        self._rotate_bytes = rotate_bytes
        self._rotate_after_s = rotate_after_s
        self._always_sync = sync == "always"
        self._gate = gate
        self._max_bytes = max_bytes
        self._reset()
        journals.add(self)

    def _reset(self) -> None:
        self._lock = threading.RLock()  # a signal handler or a finalizer may append in the middle of an append
        self._pid = getpid()
        self._start_ns = time.time_ns()
        self._n = 0
        self._fd = -1
        self._device = self._inode = -1
        self._rotate_s = 0.0
        self._torn = False
        self._try_again_s = 0.0
        self._lost: dict[tally.Reason, int] = {}
        self._slow = 0
        self._ring: deque[bytes] = deque()
        self._probe_s = 0.0
        self._full = False
        self._measured_s = float("-inf")
        self._env = ""

    def append(self, event: Event) -> None:
        """Write one event. Never raises; a loss is counted with its reason."""
        try:
            line = encode(event)
            if self._gate is not None:
                line = self._gate(line)
            with self._lock:
                if self._pid != getpid():
                    self._after_fork()
                if self._full and self._evicts(event):
                    return
                self._env = event.env
                if self._ring:
                    self._wait_in_memory(line + b"\n")
                else:
                    self._write(line + b"\n")
        except Exception:
            tally.count("internal_error")

    def close(self) -> None:
        """Write what waits in memory, and let the file go. An append after this opens a new one."""
        with self._lock:
            self._flush()
            if self._ours() is not None:
                os.close(self._fd)
            self._fd = -1

    def _write(self, data: bytes) -> bool:
        """Write some whole lines; count them as lost when that fails."""
        began = clock()
        try:
            about = fstat(self._fd)
            at_once = (
                about.st_ino == self._inode
                and about.st_size + len(data) <= self._rotate_bytes
                and about.st_dev == self._device
                and about.st_nlink > 0
                and began < self._rotate_s
            )
        except OSError:
            at_once = False
        if not at_once:
            try:
                if not self._make_ready(began):
                    self._lose(None, data)
                    return False
            except OSError as error:
                self._lose(error, data)
                self._try_again_s = began + PAUSE_S
                return False
            began = clock()
        try:
            written = write(self._fd, b"\n" + data if self._torn else data) - self._torn
            if self._always_sync:
                _sync(self._fd)
        except OSError as error:
            self._lose(error, data)
            return False
        took = clock() - began
        self._torn = written < len(data)
        if self._torn:
            self._lose(OSError(errno.ENOSPC, ""), data)
            return False
        self._slow = self._slow + 1 if took > SLOW_S else 0
        if took > SLOW_S:
            tally.count("journal_slow")
            if self._slow == SLOW_IN_A_ROW:
                self._probe_s = clock() + PAUSE_S
                self._ring.append(self._notice("slow", reason="journal_slow", count=self._slow))
        if self._lost:
            self._tell_losses()
        return True

    def _make_ready(self, now: float) -> bool:
        """Have a file open that can be written to; False: the last attempt failed a moment ago.

        Raises:
            OSError: no file can be opened.
        """
        about = self._ours()
        if about is None:  # closed, or somebody else's now: not ours to close
            if now < self._try_again_s:
                return False
            self._fd = -1
            self._fd = self._open(now)
            return True
        deleted = about.st_nlink == 0
        if about.st_size == 0 and not deleted:
            return True  # one line that is longer than a whole file may be
        if now < self._try_again_s:
            return not deleted
        self._rotate(now, must=deleted)
        return True

    def _open(self, now: float) -> int:
        if not self._directory.is_dir():
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._n += 1
        name = FileName(self._service, self._host, self._pid, self._start_ns, self._n)
        fd = open_to_write(self._directory / str(name))
        about = os.fstat(fd)
        self._device, self._inode = about.st_dev, about.st_ino
        self._rotate_s = now + self._rotate_after_s
        self._torn = False
        self._measure(now)
        return fd

    def _rotate(self, now: float, *, must: bool) -> None:
        before = (self._device, self._inode, self._torn)
        try:
            fd = self._open(now)
        except OSError:
            self._device, self._inode, self._torn = before
            self._try_again_s = now + PAUSE_S
            if must:
                raise
            return  # the file at hand goes on growing meanwhile
        try:
            os.dup2(fd, self._fd, inheritable=False)
        finally:
            os.close(fd)

    def _ours(self) -> os.stat_result | None:
        """Look at our file; None when the descriptor is closed, or somebody else's now."""
        try:
            about = fstat(self._fd)
        except OSError:
            return None
        return about if (about.st_dev, about.st_ino) == (self._device, self._inode) else None

    # Losses

    def _lose(self, error: OSError | None, data: bytes) -> None:
        """Count lines that were not recorded; None: for the same reason as just before."""
        if error is None:
            reason: tally.Reason = next(reversed(self._lost), "journal_unwritable")
        else:
            reason = "disk_full" if error.errno in _FULL else "journal_unwritable"
        lines = data.count(b"\n")
        self._lost[reason] = self._lost.pop(reason, 0) + lines
        tally.count(reason, lines)

    def _tell_losses(self) -> None:
        """Put a notice into the journal, now that there is room."""
        told, self._lost = self._lost, {}
        for reason, count in told.items():
            notice = self._notice("lost", reason=reason, count=count)
            try:
                self._torn = write(self._fd, notice) < len(notice)
            except OSError:
                self._lost[reason] = count
                return

    def _notice(self, name: Literal["lost", "slow"], *, reason: str, count: int) -> bytes:
        notice = Notice(
            ts=timestamp(time.time()),
            event_id=ids.new(),
            name=name,
            service=self._service,
            env=self._env,
            pid=self._pid,
            schema=SCHEMA,
            host_name=self._host,
            reason=reason,
            count=count,
        )
        return encode(notice) + b"\n"

    # A slow disk

    def _wait_in_memory(self, data: bytes) -> None:
        if len(self._ring) >= RING:
            tally.count("ring_overflow")
            self._lost["ring_overflow"] = self._lost.get("ring_overflow", 0) + 1
        else:
            self._ring.append(data)
        if clock() >= self._probe_s:
            self._flush()

    def _flush(self) -> None:
        """Write what waits; when that is slow again, the next events wait again."""
        if self._ring:
            data = b"".join(self._ring)
            self._ring.clear()
            self._slow = SLOW_IN_A_ROW - 1
            self._write(data)

    # A full journal

    def _measure(self, now: float) -> None:
        """Add up the directory, but not more often than a program can bear."""
        if now - self._measured_s < MEASURE_S:
            return
        self._measured_s = now
        total = 0
        for _, entry in files(self._directory):
            try:
                total += entry.stat(follow_symlinks=False).st_size
            except OSError:
                continue  # it has just been deleted
        self._full = total >= self._max_bytes

    def _evicts(self, event: Event) -> bool:
        """A sidecar that is alive keeps the journal below its cap; where there is none, errors go first in line."""
        self._measure(clock())
        if self._full and isinstance(event, CallEvent) and event.outcome == "ok":
            tally.count("journal_full")
            self._lost["journal_full"] = self._lost.get("journal_full", 0) + 1
            return True
        return False

    # Forks

    def _after_fork(self) -> None:
        """Let the parent's file be: our copy of the descriptor would keep its lock alive."""
        if self._ours() is not None:
            os.close(self._fd)
        self._reset()


journals: Final[weakref.WeakSet[Journal]] = weakref.WeakSet()
"""All journals of this process: a forked child lets go of what it has inherited."""


def _after_fork_in_child() -> None:
    for journal in list(journals):
        journal._after_fork()  # noqa: SLF001 - the same module


os.register_at_fork(after_in_child=_after_fork_in_child)
