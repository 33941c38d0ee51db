"""The program under watch: started, waited for, and otherwise left alone.

It is a child in our own process group, so that it keeps terminal and job control; see
docs/decisions/0003-run-keeps-the-program-a-child.md.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from typing import Final

from outwarden.cli import signals
from outwarden.errors import UsageError

NOT_FOUND: Final = 127
NOT_EXECUTABLE: Final = 126
BY_SIGNAL: Final = 128


class NotStarted(UsageError):
    """The program could not be started.

    Attributes:
        status: exit status that a shell would give.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Program:
    """A running child. Signals are blocked in this process from its start on."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Start it.

        Raises:
            NotStarted: there is no such command, or it is none.
        """
        path = _find(command[0], environ)
        mask = signals.block()
        try:
            self.pid = _spawn(path, command, environ, mask)
        except OSError as error:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            raise _not_started(command[0], error) from None

    def wait(self) -> int:
        """Wait for its end, passing signals on and stopping when it stops; gives its status, 128 + n after a signal."""
        owes_continue = False
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
            if pid == 0:
                if owes_continue:  # only we were continued, not the whole group
                    self._send(signal.SIGCONT)
                    owes_continue = False
                self._pass_on(signals.take())
            elif os.WIFSTOPPED(status):
                if os.WSTOPSIG(status) in signals.JOB_CONTROL:
                    signals.suspend(os.WSTOPSIG(status))
                    owes_continue = True
            elif os.WIFCONTINUED(status):
                owes_continue = False
            elif os.WIFSIGNALED(status):
                return BY_SIGNAL + os.WTERMSIG(status)
            else:
                return os.WEXITSTATUS(status)

    def _pass_on(self, taken: signals.Taken) -> None:
        if taken.number == signal.SIGCHLD or (taken.from_terminal and self._has_it_too(taken.number)):
            return
        self._send(taken.number)

    def _has_it_too(self, number: int) -> bool:
        """The terminal tells the whole foreground group; only a hang-up goes to the session's leader alone."""
        if number == signal.SIGHUP and os.getsid(0) == os.getpid():
            return False
        return os.getpgid(self.pid) == os.getpgrp()

    def _send(self, number: int) -> None:
        try:
            os.kill(self.pid, number)
        except (ProcessLookupError, PermissionError):
            pass  # it has just ended, or has changed its user: then nobody else may signal it either


def _find(name: str, environ: Mapping[str, str]) -> str:
    search = environ.get("PATH", os.defpath)
    found = shutil.which(name, path=search)
    if found is not None:
        return found
    places = [name] if os.sep in name else [os.path.join(folder, name) for folder in search.split(os.pathsep)]  # noqa: PTH118 - strings in, strings out
    if any(os.path.lexists(place) for place in places):
        raise NotStarted(f"run: {name} cannot be executed. Is it a program, and may you run it?", NOT_EXECUTABLE)
    raise _not_started(name, FileNotFoundError(errno.ENOENT, ""))


def _spawn(path: str, command: Sequence[str], environ: Mapping[str, str], mask: set[int]) -> int:
    ignored_by_python = [signal.SIGPIPE, signal.SIGXFSZ]
    try:
        return os.posix_spawn(path, list(command), environ, setsigmask=mask, setsigdef=ignored_by_python)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
    # A script without `#!`: shells run it themselves, and so do env and nice.
    return os.posix_spawn("/bin/sh", ["sh", path, *command[1:]], environ, setsigmask=mask, setsigdef=ignored_by_python)


def _not_started(name: str, error: OSError) -> NotStarted:
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return NotStarted(f"run: {name}: no such command. Check the name, its interpreter line and PATH.", NOT_FOUND)
    return NotStarted(f"run: {name} cannot be started ({error.strerror}).", NOT_EXECUTABLE)
