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
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"outwarden-{name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def tick(self) -> None:
        """Do the work now, in the caller's thread; never twice at a time."""
        with self._turn, shielded(f"sidecar.{self.name}"):
            self._work()

    def stop(self) -> None:
        """Do no more turns; the one that is being done comes to its end."""
        self._stopping.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for its end, and say whether it came."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            self.tick()
            if self._stopping.wait(self._every_s):
                return
