"""Process: which process this is, and what each process begins with that is forked from this one."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

getpid = os.getpid


class Process:
    """Notices that this is another process than before, also where it was forked behind Python's back: a library may do that."""

    __slots__ = ("_anew", "pid")

    def __init__(self) -> None:
        self.pid = getpid()
        """What `now` has said last."""
        self._anew: list[Callable[[], object]] = []

    def each(self, begin: Callable[[], object]) -> None:
        """Let each process that is forked from this one begin with this, however it was forked."""
        self._anew.append(begin)

    def now(self) -> int:
        """Give the id of this process; in a new one, what it begins with comes first."""
        pid = getpid()
        if pid != self.pid:
            for begin in self._anew:
                begin()
            self.pid = pid
        return pid


process: Final = Process()
"""This one."""


def _after_fork_in_child() -> None:
    try:
        process.now()
    except Exception:  # noqa: S110 - the next event tries again; Python would print what is raised here
        pass


os.register_at_fork(after_in_child=_after_fork_in_child)
