"""Ticker: something that is done again and again, beside the consumers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from outwarden.polite import shielded


class Ticker:
    """Does its work at once, and then every so many seconds. A fault costs one turn, never the thread."""

    def __init__(self, name: str, every_s: float, work: Callable[[], object]) -> None:
        self.name = name
        self._every_s = every_s
        self._work = work
        self._turn = threading.Lock()
        self._changed = threading.Condition()
        self._asked = self._served = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"outwarden-{name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def tick(self, wait_s: float = -1) -> None:
        """Do the work now, in the caller's thread; never twice at a time.

        Args:
            wait_s: how long to wait for a turn that is being done, else this one falls out; -1: for its end.
        """
        if not self._turn.acquire(timeout=wait_s):
            return
        try:
            with shielded(f"sidecar.{self.name}"):
                self._work()
        finally:
            self._turn.release()

    def turn(self, within_s: float) -> bool:
        """Have its own thread do the work once more, beginning now, and say whether that was done in time."""
        if not self._thread.is_alive():
            self.tick()
            return True
        with self._changed:
            self._asked += 1
            mine = self._asked
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._served >= mine, within_s)

    def stop(self) -> None:
        """Do no more turns; the one that is being done comes to its end."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, timeout_s: float) -> bool:
        """Wait for its end, and say whether it came."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._changed:
                serving = self._asked
            self.tick()
            with self._changed:
                self._served = serving
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._stopping or self._asked > self._served, self._every_s)
                if self._stopping:
                    return
