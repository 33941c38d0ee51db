"""Process: which process this is, and what each process begins with that is forked from this one."""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Callable
from typing import Any, Final

_WIPE_ON_FORK: Final = 18
"""Linux 4.14: a forked child finds zeros in such memory, see madvise(2). Python has no name for it."""


class Process:
    """Notices that this is another process than before, also where it was forked behind Python's back: a library may do that."""

    __slots__ = ("_anew", "is_same", "pid")

    def __init__(self) -> None:
        self.pid = -1
        """What `now` has said last."""
        self._anew: list[Callable[[], object]] = []
        self.is_same: Any = _page() or _Asking(self)
        """`is_same[0]` is true in the process that has called `now`, and false in its children until they do: so each call
        knows it for a ninth of what it costs to ask the system."""
        self.now()

    def each(self, begin: Callable[[], object]) -> None:
        """Let each process that is forked from this one begin with this, however it was forked."""
        self._anew.append(begin)

    def now(self) -> int:
        """Give the id of this process; in a new one, what it begins with comes first."""
        if not self.is_same[0]:
            pid = os.getpid()
            if pid != self.pid:
                for begin in self._anew:
                    begin()
                self.pid = pid
            self.is_same[0] = 1
        return self.pid


class _Asking:
    """Asks the system, where there is no such memory."""

    __slots__ = ("_process",)

    def __init__(self, process: Process) -> None:
        self._process = process

    def __getitem__(self, _: int) -> bool:
        return os.getpid() == self._process.pid

    def __setitem__(self, _: int, same: int) -> None: ...


def _page() -> mmap.mmap | None:
    """Give memory that is zero in each forked child; None where the system has none."""
    if sys.platform != "linux":
        return None
    try:
        page = mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        page.madvise(_WIPE_ON_FORK)
    except OSError:  # an older kernel, or one that only looks like Linux
        return None
    return page


process: Final = Process()
"""This one."""


def _after_fork_in_child() -> None:
    process.is_same[0] = 0  # some emulators of Linux take the advice and do nothing
    try:
        process.now()
    except Exception:  # noqa: S110 - the next event tries again; Python would print what is raised here
        pass


os.register_at_fork(after_in_child=_after_fork_in_child)
