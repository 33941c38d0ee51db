"""Meter: events -> windows, each event counted exactly once."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from outwarden import tally
from outwarden.event import CallEvent, Event, Outcome
from outwarden.journal.tail import Record
from outwarden.meter import windows
from outwarden.meter.buckets import bucket
from outwarden.meter.classes import classes
from outwarden.meter.windows import MINUTE_S, OTHER, Series, Tallies
from outwarden.tally import LOSSES

logger = logging.getLogger(__name__)

MOST_ROUTES: Final = 50
"""Routes, and reasons, that are told apart within a minute of a series; they should be few, but nobody promises that."""
_BY_ROUTE: Final = frozenset({"4XXError", "5XXError", "NetworkErrors", "Throttled", "KeysInUrls"})
_Ended = tuple[str, int]
"""The minute in which a call began, as its event has it, and how many minutes later it ended."""
_Kind = tuple[str, str, _Ended, int, int | None, Outcome, str, bool, str]
_LONGEST_MIN: Final = 30 * 1440
"""No call takes longer; what says so is not believed."""
_MINUTES_IN_MEMORY: Final = 256
"""Events come nearly in order of time: the cap may start anew for a minute that was forgotten meanwhile."""


class Meter:
    """Counts batches of events in memory, and adds the counts in the transaction that moves the cursor."""

    def __init__(self) -> None:
        self._names: dict[tuple[Series, int, str], set[str]] = {}

    def __call__(self, records: Sequence[Record]) -> Callable[[sqlite3.Connection], None]:
        """Count a batch.

        Returns:
            What writes the counts down; to be run in the transaction that moves the cursor.
        """
        tallies = self.count(event for event, _ in records)
        return lambda connection: windows.add(connection, tallies)

    def count(self, events: Iterable[Event]) -> Tallies:
        """Count events; those without a readable time are left out, and told of as a fault."""
        # Most events of a batch are alike: one look at each, and the thinking once for each kind.
        alike: Counter[_Kind] = Counter()
        durations: Counter[tuple[str, str, _Ended, int]] = Counter()
        traces: dict[_Kind, str] = {}
        lost: Counter[tuple[str, str, str]] = Counter()
        for event in events:
            if isinstance(event, CallEvent):
                minute = _ended(event)
                failed = event.outcome != "ok"
                kind = (
                    event.service,
                    event.env,
                    minute,
                    event.attempt,
                    event.status,
                    event.outcome,
                    event.route or event.host,
                    "url.key" in event.redactions,
                    _reason(event) if failed else "",
                )
                alike[kind] += 1
                if event.duration_ms is not None and event.attempt:
                    durations[event.service, event.env, minute, bucket(event.duration_ms)] += 1
                if failed and event.trace_id is not None:
                    traces[kind] = event.trace_id
            elif event.name == "lost" and event.reason in LOSSES:
                lost[event.service, event.env, event.ts[:16]] += event.count or 0
        tallies = self._tally(alike, traces)
        for (service, env, ended, number), count in durations.items():
            if (minute_s := _minute(*ended)) is not None:
                tallies.latencies[service, env, minute_s, number] += count
        for (service, env, began), count in lost.items():
            if (minute_s := _minute(began)) is not None:
                tallies.counts[Series(service, env, "EventsLost"), minute_s] += count
        return tallies

    def _tally(self, alike: Counter[_Kind], traces: Mapping[_Kind, str]) -> Tallies:
        tallies = Tallies(Counter(), Counter(), Counter(), Counter(), {})
        for kind, number in alike.items():
            service, env, ended, attempt, status, outcome, route, key_in_url, reason = kind
            minute_s = _minute(*ended)
            if minute_s is None:
                _undated(number)
                continue
            for metric in classes(attempt, status, outcome, key_in_url=key_in_url):
                series = Series(service, env, metric)
                tallies.counts[series, minute_s] += number
                if metric in _BY_ROUTE:
                    tallies.routes[series, minute_s, self._known((series, minute_s, "route"), route)] += number
                    if reason:
                        tallies.reasons[series, minute_s, self._known((series, minute_s, "reason"), reason)] += number
                    if kind in traces:
                        tallies.examples[series, minute_s] = traces[kind]
        return tallies

    def _known(self, key: tuple[Series, int, str], name: str) -> str:
        known = self._names.setdefault(key, set())
        if len(self._names) > _MINUTES_IN_MEMORY:
            del self._names[next(iter(self._names))]
        if name not in known:
            if len(known) >= MOST_ROUTES:
                return OTHER
            known.add(name)
        return name


def _reason(event: CallEvent) -> str:
    """Say why a call failed, in one word: the API's reason, else the status or the kind of error."""
    return event.reason or (str(event.status) if event.status is not None else event.error_type or event.outcome)


def _ended(event: CallEvent) -> _Ended:
    """Say in which minute a call ended. Counted where it began, one that hung for minutes would be too old for any alarm."""
    began, took_s = event.ts, (event.duration_ms or 0.0) / 1000
    if took_s < 1 and began[17:19] < "59":  # mostly, and seen without reading a number
        return began[:16], 0
    try:
        minutes = (float(began[17:-1]) + took_s) / MINUTE_S
    except ValueError:  # not of our making: a journal is only a file
        minutes = 0.0
    return began[:16], int(minutes) if 0 < minutes < _LONGEST_MIN else 0


def _minute(began: str, later: int = 0) -> int | None:
    try:
        return minute_of(began) + later * MINUTE_S
    except ValueError:
        return None


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
