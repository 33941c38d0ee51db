"""Meter: events -> windows, each event counted exactly once."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from outwarden import tally
from outwarden.event import CallEvent, Outcome
from outwarden.journal.tail import Record
from outwarden.meter import windows
from outwarden.meter.classes import classes
from outwarden.meter.windows import OTHER, Series

logger = logging.getLogger(__name__)

MOST_ROUTES: Final = 50
"""Routes that are told apart within a minute of a series; a template is low-cardinality, but nobody promises that."""
_BY_ROUTE: Final = frozenset({"4XXError", "5XXError", "NetworkErrors", "Throttled"})
_MINUTES_IN_MEMORY: Final = 256
"""Events come nearly in order of time: the cap may start anew for a minute that was forgotten meanwhile."""


class Meter:
    """Counts batches of events in memory, and adds the counts in the transaction that moves the cursor."""

    def __init__(self) -> None:
        self._routes: dict[tuple[Series, int], set[str]] = {}

    def __call__(self, records: Sequence[Record]) -> Callable[[sqlite3.Connection], None]:
        """Count a batch.

        Returns:
            What writes the counts down; to be run in the transaction that moves the cursor.
        """
        # Most events of a batch are alike: one look at each, and the thinking once for each kind.
        alike: Counter[tuple[str, str, str, int, int | None, Outcome, str]] = Counter()
        for event, _ in records:
            if isinstance(event, CallEvent):
                route = event.route or event.host
                minute = event.ts[:16]
                alike[event.service, event.env, minute, event.attempt, event.status, event.outcome, route] += 1
        counts: Counter[tuple[Series, int]] = Counter()
        routes: Counter[tuple[Series, int, str]] = Counter()
        for (service, env, began, attempt, status, outcome, route), number in alike.items():
            try:
                minute_s = minute_of(began)
            except ValueError:
                _undated(number)
                continue
            for metric in classes(attempt, status, outcome):
                series = Series(service, env, metric)
                counts[series, minute_s] += number
                if metric in _BY_ROUTE:
                    routes[series, minute_s, self._known(series, minute_s, route)] += number
        return lambda connection: windows.add(connection, counts, routes)

    def _known(self, series: Series, minute: int, route: str) -> str:
        known = self._routes.setdefault((series, minute), set())
        if len(self._routes) > _MINUTES_IN_MEMORY:
            del self._routes[next(iter(self._routes))]
        if route not in known:
            if len(known) >= MOST_ROUTES:
                return OTHER
            known.add(route)
        return route


def _undated(events: int) -> None:
    """Go on without events whose time cannot be read: no event of ours is like that, but a journal is only a file."""
    tally.count("internal_error", events)
    logger.warning("Events without a readable time were not counted.", extra={"events": events})


@lru_cache(maxsize=256)
def minute_of(text: str) -> int:
    """Give the Unix seconds of a minute such as `2026-11-24T03:59` (UTC).

    Raises:
        ValueError: it is none.
    """
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=UTC).timestamp())
