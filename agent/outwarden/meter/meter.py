"""Meter: events -> windows, each event counted exactly once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from outwarden.event import CallEvent
from outwarden.journal.tail import Record
from outwarden.meter import windows
from outwarden.meter.classes import classes
from outwarden.meter.windows import OTHER, Series

MOST_ROUTES: Final = 50
"""Routes that are told apart; a template is low-cardinality, but nobody promises that."""
_BY_ROUTE: Final = frozenset({"4XXError", "5XXError", "NetworkErrors", "Throttled"})


class Meter:
    """Counts batches of events in memory, and adds the counts in the transaction that moves the cursor."""

    def __init__(self) -> None:
        self._routes: set[str] = set()

    def __call__(self, records: Sequence[Record]) -> Callable[[sqlite3.Connection], None]:
        """Count a batch.

        Returns:
            What writes the counts down; to be run in the transaction that moves the cursor.
        """
        counts: Counter[tuple[Series, int]] = Counter()
        routes: Counter[tuple[Series, int, str]] = Counter()
        for event, _ in records:
            if not isinstance(event, CallEvent):
                continue
            minute = minute_of(event.ts[:16])
            for metric in classes(event):
                series = Series(event.service, event.env, metric)
                counts[series, minute] += 1
                if metric in _BY_ROUTE:
                    routes[series, minute, self._known(event.route or event.host)] += 1
        return lambda connection: windows.add(connection, counts, routes)

    def _known(self, route: str) -> str:
        if route not in self._routes:
            if len(self._routes) >= MOST_ROUTES:
                return OTHER
            self._routes.add(route)
        return route


@lru_cache(maxsize=256)
def minute_of(text: str) -> int:
    """Give the Unix seconds of a minute such as `2026-11-24T03:59` (UTC)."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
