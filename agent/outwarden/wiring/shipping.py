"""Who ships what this process records, when it was not started by `outwarden run`: `sidecar.mode`."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import re
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from outwarden.config import units
from outwarden.config.origin import CONTROL
from outwarden.errors import UsageError
from outwarden.journal.places import Places, ensure_dir
from outwarden.tally import move_high
from outwarden.wiring.companion import DETACH, LOCK

if TYPE_CHECKING:
    from outwarden.config.program import ProgramConfig

logger = logging.getLogger(__name__)

_CHECK_S: Final = 30.0
_REAP_S: Final = 1.0
"""So long we wait for the child that detaches the companion; it takes about a millisecond."""
_PROGRAM: Final = Path(__file__).with_name("companion.py")
_PYTHON: Final = re.compile(r"(python|pypy)[\d.]*")
_TOLD, _HELD = 3, 4
SHELL: Final = "/bin/sh"
_DETACHED: Final = f'"$@" <&{_TOLD} {_TOLD}<&- &'
"""A child that ends at once: the companion is nobody's, and the program need not wait for it."""

clock = time.monotonic

_starting: Final = threading.RLock()
os.register_at_fork(before=_starting.acquire, after_in_parent=_starting.release, after_in_child=_starting.release)


class Shipping(Protocol):
    """Sees to it that somebody ships."""

    due_s: float
    """From this moment on (monotonic) there is something to do; each call looks at it."""

    def __call__(self) -> None:
        """Look after it; called after an event was recorded."""

    def forked(self) -> None:
        """Begin anew in a forked child."""

    def close(self) -> None:
        """Look after it no longer."""


def shipping(config: ProgramConfig, service: str, found: Places) -> Shipping:
    """Choose as the configuration says."""
    if config.sidecar.mode == "thread":
        from outwarden.wiring.thread import ByThread

        return ByThread(config, service, found)
    return ByProcess(config, service, found)


class ByProcess:
    """Starts one companion per journal with the first event, and again when there is none any more."""

    def __init__(self, config: ProgramConfig, service: str, found: Places) -> None:
        self._config = config
        self._service = service
        self._found = found
        self._every_s = min(_CHECK_S, config.sidecar.linger / 2)
        self.due_s = 0.0
        self._told = False

    def __call__(self) -> None:
        now = clock()
        if now < self.due_s:
            return
        self.due_s = now + self._every_s
        try:
            with _starting:  # a fork in another thread would inherit the lock
                self._start()
        except (OSError, UsageError) as error:
            if not self._told:
                self._told = True
                logger.warning("Nothing is shipped, but kept in the journal: %s", error)

    def forked(self) -> None:
        self.due_s = 0.0

    def close(self) -> None: ...

    def _start(self) -> None:
        try:
            fd = self._open()
        except FileNotFoundError:
            ensure_dir(self._found.history)
            fd = self._open()
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._spawn(fd)
        except BlockingIOError:
            pass  # there is one
        finally:
            os.close(fd)

    def _open(self) -> int:
        path = self._found.history / LOCK
        return move_high(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))

    def _spawn(self, lock: int) -> None:
        python = interpreter()
        if python is None:
            logger.warning("No Python is found that could ship. Set sidecar.mode to thread, or run a sidecar beside.")
            return
        path = [os.path.abspath(entry) for entry in sys.path]  # noqa: PTH100 - strings, and links stay as they are
        told = {"path": path, "service": self._service, "config": self._config}
        readable = _readable(msgspec.json.encode(told, enc_hook=units.encode))
        try:
            pid = _launch([python, "-E", "-P", str(_PROGRAM), str(self._found.journal)], readable, lock)
        finally:
            os.close(readable)
        try:
            until_s = clock() + _REAP_S
            while os.waitpid(pid, os.WNOHANG)[0] == 0 and clock() < until_s:
                time.sleep(0.001)  # a wait of gevent's own would be for ever where the child has just ended
        except ChildProcessError:
            pass  # the program waits for all its children by itself


def _readable(data: bytes) -> int:
    """Give a descriptor from which these bytes can be read.

    Raises:
        OSError: a pipe does not take them (64 KiB), and there is nothing better here.
    """
    if hasattr(os, "memfd_create"):
        fd = move_high(os.memfd_create("outwarden"))
        os.write(fd, data)
        os.lseek(fd, 0, os.SEEK_SET)
        return fd
    told, tell = os.pipe()
    try:
        os.set_blocking(tell, False)
        if os.write(tell, data) < len(data):
            raise OSError(errno.ENOBUFS, "the settings are too long for a pipe")
    except OSError:
        os.close(told)
        raise
    finally:
        os.close(tell)
    return move_high(told)


def _launch(command: list[str], told: int, lock: int) -> int:
    """Start the companion as nobody's child; gives the process that does this, and ends at once."""
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    held = (os.POSIX_SPAWN_DUP2, lock, _HELD)
    try:
        shell = [SHELL, "-c", _DETACHED, "outwarden", *command]
        actions = [*nothing, (os.POSIX_SPAWN_DUP2, told, _TOLD), held]
        return os.posix_spawn(SHELL, shell, _environ(), file_actions=actions, setsigmask=[])
    except FileNotFoundError:  # an image without a shell
        actions = [*nothing, (os.POSIX_SPAWN_DUP2, told, 0), held]
        return os.posix_spawn(command[0], [*command, DETACH], _environ(), file_actions=actions, setsigmask=[])


def interpreter() -> str | None:
    """Give the Python of this process; where one is embedded, that of its installation."""
    if sys.executable and _PYTHON.fullmatch(Path(sys.executable).name):
        return sys.executable
    version = "python{}.{}".format(*sys.version_info)
    candidates = [
        Path(prefix, "bin", name) for prefix in (sys.prefix, sys.base_prefix) for name in (version, "python3")
    ]
    return next((str(path) for path in candidates if os.access(path, os.X_OK)), None)


def _environ() -> dict[str, str]:
    """Give the program's own environment, which holds the secrets that we refer to; nothing may watch the companion."""
    return {name: value for name, value in os.environ.items() if name not in CONTROL} | {"OUTWARDEN_DISABLED": "1"}
