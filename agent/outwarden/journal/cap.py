"""Cap: whether the journal has reached `journal.max_bytes`, as seen from inside a program."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from outwarden.journal.names import files

MEASURE_S: Final = 5.0
"""How often the size of the whole journal is measured, at most."""


class Cap:
    """A sidecar that is alive keeps the journal below its cap; where there is none, the writers have to."""

    def __init__(self, directory: Path, max_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._measured_s = float("-inf")
        self.reached = False

    def measure(self, now: float) -> None:
        """Add up the directory, but not more often than a program can bear."""
        if now - self._measured_s < MEASURE_S:
            return
        self._measured_s = now
        self.reached = self._size() >= self._max_bytes

    def _size(self) -> int:
        total = 0
        try:
            for _, entry in files(self._directory):
                total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            pass  # a file has just been deleted: so there is somebody who makes room
        return total
