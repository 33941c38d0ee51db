"""What is recorded from now on: the ends of the journal's files, and of the history for what went there quickly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from outwarden.cli.recorded import Unread, cursors, decoded, lines, unread
from outwarden.event import Event
from outwarden.journal import Places
from outwarden.journal.names import files

_POLL_S: Final = 0.25
_REMEMBERED: Final = 100_000


class Following:
    """Reads whole lines as they come. A short-lived writer's file may be gone between two looks; the history has it."""

    def __init__(self, found: Places) -> None:
        """Begin where everything ends now."""
        self._places = found
        self._positions = {path: path.stat().st_size for path in self._files()}
        self._seen: dict[str, None] = {}
        with cursors(found) as positions:
            for file in unread(found, positions):  # the history will say these again
                until = file._replace(size=self._positions.get(file.path, 0))
                self._seen.update((one.event_id, None) for one in decoded(lines(until)))

    def events(self, sleep: Callable[[float], None] = time.sleep) -> Iterator[Event]:
        """Yield each event once, for ever."""
        while True:
            for path in self._files():
                yield from self._new(path)
            while len(self._seen) > _REMEMBERED:
                del self._seen[next(iter(self._seen))]
            sleep(_POLL_S)

    def _files(self) -> list[Path]:
        try:
            journal = [Path(entry.path) for _, entry in files(self._places.journal)]
        except OSError:
            journal = []
        return [*journal, *sorted(self._places.history.glob("*.jsonl"))[-2:]]

    def _new(self, path: Path) -> Iterator[Event]:
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            self._positions.pop(path, None)
            return
        position = min(self._positions.get(path, 0), size)  # a sidecar that was killed cuts the history back
        whole = list(lines(Unread(path, position, size))) if position < size else []
        self._positions[path] = position + sum(map(len, whole))
        for one in decoded(iter(whole)):
            if one.event_id not in self._seen:
                self._seen[one.event_id] = None
                yield one
