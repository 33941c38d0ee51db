"""The sidecar inside `outwarden run`: it ships beside the program unless somebody else does already."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final

from outwarden.cli.recorded import waiting
from outwarden.config import Config
from outwarden.errors import UsageError
from outwarden.journal import Places, SidecarLock, ensure_dir
from outwarden.polite import swallow

if TYPE_CHECKING:
    from outwarden.sidecar.service import Service

_ASK_AGAIN_S: Final = 1.0
_LOOK_S: Final = 0.05


class Companion:
    """Everything happens in threads of its own: the main thread waits for signals.

    Attributes:
        trouble: why nothing is shipped, in one line; None where all is well.
    """

    def __init__(self, config: Config, service: str, found: Places) -> None:
        self._config = config
        self._name = service
        self._places = found
        self._lock = SidecarLock(found.lock)
        self._service: Service | None = None
        self._settled = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outwarden-companion", daemon=True)
        self.trouble: str | None = None

    def start(self) -> None:
        """Take the lock as soon as it is free, and ship."""
        self._thread.start()

    def drain(self, files: Collection[str], timeout_s: float, enough: Callable[[], bool]) -> None:
        """Wait until everything in these journal files is handled, here or by whoever holds the lock.

        It ends early when `enough` says so.
        """
        waiter = threading.Thread(target=self._wait_drained, args=(files, timeout_s), daemon=True)
        waiter.start()
        while waiter.is_alive() and not enough():
            waiter.join(_LOOK_S)

    def stop(self, timeout_s: float) -> None:
        """End the service and give the lock back."""
        self._ending.set()
        if self._thread.ident is None:
            return  # it was never started
        self._thread.join(timeout_s)
        if self._service is not None:
            self._service.stop(timeout_s)
        if not self._thread.is_alive():
            self._lock.release()

    def _run(self) -> None:
        try:
            ensure_dir(self._places.history)
            while not self._lock.acquire():
                self._settled.set()
                if self._ending.wait(_ASK_AGAIN_S):
                    return
            from outwarden.wiring import beside

            service = beside.build(self._config, self._name, self._places)
            service.start()
            self._service = service
        except UsageError as error:
            self.trouble = str(error)
        except (OSError, sqlite3.Error) as error:
            why = getattr(error, "strerror", None) or str(error)
            self.trouble = (
                f"{self._places.history}: it cannot be written ({why}). Free space there, or mend its permissions."
            )
        except Exception as error:  # the program runs on; the summary says that nothing was shipped
            swallow("run.companion", error)
            self.trouble = f"nothing was shipped: a fault inside outwarden ({type(error).__name__})"
        finally:
            self._settled.set()

    def _wait_drained(self, files: Collection[str], timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        self._settled.wait(timeout_s)
        while self.trouble is None and time.monotonic() < deadline:
            if self._service is not None:
                self._service.wait_drained(files, max(0.0, deadline - time.monotonic()))
                return
            if not waiting(self._places, lambda name: str(name) in files):
                return
            time.sleep(_LOOK_S)  # between two looks; there is nothing to wait on
