"""`sidecar.mode: thread`: the sidecar in a thread of the watched program, for scripts that run once."""

from __future__ import annotations

import atexit
import math
import os
import sqlite3
import threading
from typing import TYPE_CHECKING, Final

from outwarden.errors import UsageError
from outwarden.journal import Places, SidecarLock, ensure_dir
from outwarden.journal.names import files
from outwarden.polite import swallow
from outwarden.wiring.shipping import logger

if TYPE_CHECKING:
    from outwarden.config.program import ProgramConfig
    from outwarden.sidecar.service import Service

_ASK_AGAIN_S: Final = 1.0
_STOP_S: Final = 3.0


class ByThread:
    """Ships from the first event on, unless somebody else does, and at the program's end until all of it is delivered."""

    def __init__(self, config: ProgramConfig, service: str, found: Places) -> None:
        self._config = config
        self._name = service
        self._found = found
        self._inherited: list[object] = []
        self._renew()
        atexit.register(self._at_exit)

    def _renew(self) -> None:
        self._lock = SidecarLock(self._found.lock)
        self._service: Service | None = None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self.due_s = 0.0

    def __call__(self) -> None:
        if self._thread is None:
            self.due_s = math.inf
            self._thread = threading.Thread(target=self._run, name="outwarden-shipping", daemon=True)
            self._thread.start()

    def forked(self) -> None:
        """Let go of the parent's lock. Its database stays open: closing our copy would break its locks."""
        self._inherited.append(self._service)
        self._lock.release()
        self._renew()

    def close(self) -> None:
        atexit.unregister(self._at_exit)
        self._end(0.0)

    def _at_exit(self) -> None:
        try:
            self._end(self._config.sidecar.drain)
        except Exception as fault:
            swallow("wiring.thread", fault)

    def _end(self, drain_s: float) -> None:
        self._ending.set()
        if self._thread is not None:
            self._thread.join(_STOP_S)
        if self._service is not None:
            own = {entry.name for name, entry in files(self._found.journal) if name.pid == os.getpid()}
            self._service.wait_drained(own, drain_s)
            self._service.stop(_STOP_S)
        self._lock.release()

    def _run(self) -> None:
        try:
            ensure_dir(self._found.history)
            while not self._lock.acquire():
                if self._ending.wait(_ASK_AGAIN_S):
                    return
            from outwarden.config.root import whole
            from outwarden.wiring import beside

            service = beside.build(whole(self._config), self._name, self._found)
            service.start()
            self._service = service
        except (UsageError, OSError, sqlite3.Error) as error:
            self._lock.release()
            logger.warning("Nothing is shipped: %s", error)
        except Exception as fault:
            swallow("wiring.thread", fault)
