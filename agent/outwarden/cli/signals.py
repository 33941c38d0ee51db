"""Signals that reach `outwarden run`: taken one by one instead of handled, with word of who sent them.

They stay blocked from before the program starts until the very end: nothing is lost in between, no handler runs, and
our threads, started later, inherit the mask and are left alone.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from typing import Final, NamedTuple

_OURS: Final = (
    "KILL",
    "STOP",
    "SEGV",
    "BUS",
    "FPE",
    "ILL",
    "ABRT",
    "TRAP",
    "SYS",
    "PIPE",
    "XCPU",
    "XFSZ",
    "PROF",
    "VTALRM",
)
"""Not to be blocked: they cannot be, or they tell of a fault or a limit of this very process."""

TAKEN: Final = frozenset(signal.valid_signals()) - {getattr(signal, f"SIG{name}", None) for name in _OURS}
JOB_CONTROL: Final = frozenset({signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU})
ENOUGH: Final = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT})
"""Somebody wants us to end."""

_FROM_KERNEL: Final = 0x80  # SI_KERNEL
_KEYBOARD: Final = JOB_CONTROL | {signal.SIGINT, signal.SIGQUIT, signal.SIGWINCH}


class Taken(NamedTuple):
    """One signal."""

    number: int
    from_terminal: bool
    """The terminal sent it to the whole foreground process group, not somebody to this process."""


def block() -> set[int]:
    """Block all that are taken; gives the mask that was there before."""
    # Where SIGCHLD is ignored (inherited, or macOS's default) children vanish without their status.
    signal.signal(signal.SIGCHLD, lambda *_: None)
    before: set[int] = signal.pthread_sigmask(signal.SIG_BLOCK, TAKEN)
    return before


def take() -> Taken:
    """Wait for the next signal."""
    if hasattr(signal, "sigwaitinfo"):
        found = signal.sigwaitinfo(TAKEN)
        return Taken(found.si_signo, found.si_code == _FROM_KERNEL)
    number = signal.sigwait(TAKEN)  # macOS: it does not say who sent it
    return Taken(number, number in _KEYBOARD and _in_foreground())


def discard(numbers: Iterable[int]) -> set[int]:
    """Take those of these signals that are waiting; gives which there were."""
    waiting: set[int] = signal.sigpending() & set(numbers)
    for number in waiting:
        signal.sigwait({number})
    return waiting


def enough() -> bool:
    """Say whether somebody wants us to end; Ctrl-Z is obeyed on the way."""
    if discard(JOB_CONTROL):
        suspend(signal.SIGTSTP)
    return bool(discard(ENOUGH))


def suspend(number: int) -> None:
    """Stop this process as the terminal would; comes back when it is continued."""
    discard({number})  # the terminal's own, or we would stop twice
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    try:
        os.kill(os.getpid(), number)
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, {number})
        discard({signal.SIGCONT})


def _in_foreground() -> bool:
    try:
        terminal = os.open(os.ctermid(), os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
