"""The companion of programs that are watched from inside: a process of its own, one per journal.

`shipping` starts this file with the watched program's interpreter: the settings come on standard input, the lock that
makes it the only one on descriptor 4. It stays while there are programs that write, and a while longer.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import sys
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from outwarden.config import Config
    from outwarden.journal import Places
    from outwarden.sidecar.service import Service

LOCK = "companion.lock"
"""Beside the sidecar's own lock. The companion holds it from its first moment to its last, also while another ships."""
LOCK_FD = 4
DETACH = "--detach"
"""Begin with a fork: there is no shell that does it."""
LOG = "companion.log"
LOG_BYTES = 1 << 20
LOOK_S = 1.0
MEND_S = 60.0
"""How often a sidecar that cannot be put together is tried again: somebody must mend the configuration or credentials."""
PATIENCE_S = 3600.0
"""So long it goes on trying to deliver what programs have left behind; the next one goes on from there."""


def main() -> None:
    """Read what we are told, in an interpreter that knows nothing yet."""
    if DETACH in sys.argv and os.fork():
        os._exit(0)
    told: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    if hasattr(os, "setsid"):
        os.setsid()  # signals of the program's terminal and process group are not for us
    os.chdir("/")
    os.closerange(LOCK_FD + 1, 65536)  # what the program has made inheritable
    # After our own, or modules of the program could take the place of what a sidecar needs.
    sys.path += [entry for entry in told["path"] if entry not in sys.path]
    import msgspec

    from outwarden.config import Config, units
    from outwarden.wiring import companion  # noqa: PLW0406 - by its real name; this file runs as __main__

    companion.serve(msgspec.convert(told["config"], Config, dec_hook=units.decode), told["service"])


def serve(config: Config, service: str) -> None:
    """Ship until nobody writes any more."""
    from outwarden.journal import places

    found = places(config)
    os.ftruncate(LOCK_FD, 0)
    os.pwrite(LOCK_FD, f"{os.getpid()}\n".encode(), 0)
    _log_to(found.history / LOG)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while True:
        Stay(config, service, found, stop).run()
        fcntl.flock(LOCK_FD, fcntl.LOCK_UN)
        # A program that began to write in this moment has seen our lock, and started no other.
        if stop.is_set() or not has_writers(found.journal) or not _lock_again():
            return


class Stay:
    """One stay: from when there is something to do until there is nothing any more."""

    def __init__(self, config: Config, service: str, found: Places, stop: threading.Event) -> None:
        from outwarden.journal import SidecarLock

        self._config = config
        self._service_name = service
        self._found = found
        self._stop = stop
        self._lock = SidecarLock(found.lock)
        self._service: Service | None = None
        self._mend_s = 0.0
        self._wrote_s = time.monotonic()

    def run(self) -> None:
        """Ship, unless another one does, until nobody has written for a while and everything is delivered."""
        linger = self._config.sidecar.linger
        quiet_s = time.monotonic()
        try:
            while True:
                now = time.monotonic()
                if self._service is None and now >= self._mend_s:
                    self._begin(now)
                if self._is_busy(now):
                    quiet_s = now
                elif now - quiet_s >= linger:
                    return
                if self._stop.wait(min(LOOK_S, linger / 4)):
                    return
        finally:
            if self._service is not None:
                self._service.stop()
            self._lock.release()

    def _begin(self, now: float) -> None:
        import sqlite3

        from outwarden.errors import UsageError
        from outwarden.wiring import beside

        if not self._lock.acquire():
            return  # a sidecar beside, or `outwarden run`: we take over when it has gone
        try:
            service = beside.build(self._config, self._service_name, self._found)
        except (UsageError, OSError, sqlite3.Error) as error:
            logging.getLogger("outwarden.companion").warning("Nothing is shipped: %s", error)
            self._lock.release()
            self._mend_s = now + MEND_S
            return
        service.start()
        self._service = service

    def _is_busy(self, now: float) -> bool:
        if has_writers(self._found.journal):
            self._wrote_s = now
            return True
        return self._service is not None and self._service.is_delivering() and now - self._wrote_s < PATIENCE_S


def has_writers(journal: Path) -> bool:
    """Say whether any process holds one of these files for writing."""
    from pathlib import Path

    from outwarden.journal.names import files
    from outwarden.journal.opening import open_to_read, writer_is_gone

    for _, entry in reversed(files(journal)):  # the latest is the most likely
        try:
            fd = open_to_read(Path(entry.path))
        except OSError:
            continue  # delivered and deleted meanwhile, or somebody else's
        try:
            if not writer_is_gone(fd):
                return True
        finally:
            os.close(fd)
    return False


def _lock_again() -> bool:
    try:
        fcntl.flock(LOCK_FD, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _log_to(path: Path) -> None:
    from outwarden.wiring.own_log import log_to_stderr

    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    if os.fstat(fd).st_size > LOG_BYTES:
        os.ftruncate(fd, 0)
    os.dup2(fd, 2)
    os.close(fd)
    log_to_stderr()


if __name__ == "__main__":
    main()
