"""Totals: what was counted since the beginning, for `/metrics`; kept in the database, so no restart turns them back."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from outwarden.config import exposed
from outwarden.config.exposed import BOUNDS_S, MOST_NAMES, OTHER, Family
from outwarden.event import CallEvent, Event, Outcome
from outwarden.journal.tail import Record

TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS total (
        family TEXT NOT NULL,
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        api TEXT NOT NULL,
        name TEXT NOT NULL,
        class TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (family, service, env, api, name, class)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS created (
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        api TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (service, env, api)
    ) WITHOUT ROWID
    """,
)

WIRE: Final[frozenset[Outcome]] = frozenset({"timeout", "network", "tls"})
BOUNDS_MS: Final = tuple(bound * 1000 for bound in BOUNDS_S)
SUM_US: Final = "sum"
"""Name of the row that holds a histogram's sum, in microseconds; the others are the numbers of buckets."""
_CAPPED: Final = frozenset({exposed.ROUTES.name, exposed.ERRORS.name})

_Kind = tuple[str, str, str, int | None, Outcome, bool, str, str, str]


class Key(NamedTuple):
    """One number that is kept."""

    family: str
    service: str
    env: str
    api: str
    name: str = ""
    """The route, reason, country or bucket."""
    class_: str = ""


class Totals:
    """Counts batches of events in memory, and adds the counts in the transaction that moves the cursor."""

    def __init__(self, *, clock: Callable[[], float], by_route: bool = True) -> None:
        self._clock = clock
        self._by_route = by_route
        self._known: dict[tuple[str, ...], set[str]] = {}

    def __call__(self, records: Sequence[Record]) -> Callable[[sqlite3.Connection], None]:
        """Count a batch.

        Returns:
            What adds the counts up; to be run in the transaction that moves the cursor.
        """
        counts = count(event for event, _ in records)

        def write(connection: sqlite3.Connection) -> None:
            add(connection, self._capped(connection, counts), self._clock())

        return write

    def _capped(self, connection: sqlite3.Connection, counts: Mapping[Key, int]) -> Counter[Key]:
        """Put names beyond the cap together: each is a time series for ever."""
        capped: Counter[Key] = Counter()
        for key, number in counts.items():
            if key.family == exposed.ROUTES.name and not self._by_route:
                continue
            if key.family in _CAPPED and not self._is_known(connection, key):
                key = key._replace(name=OTHER)  # noqa: PLW2901 - the same number under its right name
            capped[key] += number
        return capped

    def _is_known(self, connection: sqlite3.Connection, key: Key) -> bool:
        group = (key.family, key.service, key.env, key.api)
        if group not in self._known:
            rows = connection.execute(
                "SELECT DISTINCT name FROM total WHERE family = ? AND service = ? AND env = ? AND api = ?", group
            )
            self._known[group] = {name for (name,) in rows} - {OTHER}
        known = self._known[group]
        if key.name not in known and len(known) < MOST_NAMES:
            known.add(key.name)
        return key.name in known


def count(events: Iterable[Event]) -> Counter[Key]:
    """Count events; attempts that never touched the wire count for nothing."""
    alike: Counter[_Kind] = Counter()
    counts: Counter[Key] = Counter()
    durations: Counter[tuple[str, str, str, int]] = Counter()
    spent_ms: dict[tuple[str, str, str], float] = {}
    for event in events:
        if isinstance(event, CallEvent):
            if not event.attempt:
                continue
            who = event.service, event.env, event.api
            alike[
                *who,
                event.status,
                event.outcome,
                "url.key" in event.redactions,
                event.route or event.host,
                _reason(event) if event.outcome != "ok" else "",
                event.client_country or "",
            ] += 1
            if event.duration_ms is not None:
                durations[*who, bisect_left(BOUNDS_MS, event.duration_ms)] += 1
                spent_ms[who] = spent_ms.get(who, 0.0) + event.duration_ms
        elif event.name == "lost" and event.reason in exposed.LOST_REASONS:
            counts[Key(exposed.LOST.name, event.service, event.env, "", event.reason)] += event.count or 0
    for (service, env, api, bucket), number in durations.items():
        counts[Key(exposed.DURATION.name, service, env, api, str(bucket))] += number
    for (service, env, api), milliseconds in spent_ms.items():
        counts[Key(exposed.DURATION.name, service, env, api, SUM_US)] += round(milliseconds * 1000)
    for kind, number in alike.items():
        for key in _keys(kind):
            counts[key] += number
    return counts


def _keys(kind: _Kind) -> Iterable[Key]:
    service, env, api, status, outcome, key_in_url, route, reason, country = kind

    def key(family: Family, name: str = "", class_: str = "") -> Key:
        return Key(family.name, service, env, api, name, class_)

    class_ = class_of(status, outcome)
    yield key(exposed.CALLS, "", class_)
    yield key(exposed.ROUTES, route, class_)
    if status == 429:
        yield key(exposed.THROTTLED)
    if outcome in WIRE:
        yield key(exposed.NETWORK)
    if key_in_url:
        yield key(exposed.KEYS)
    if reason:
        yield key(exposed.ERRORS, reason)
    if country:
        yield key(exposed.COUNTRIES, country)


def _reason(event: CallEvent) -> str:
    """Say why a call failed, in one word: the API's reason, else the status or the kind of error."""
    return event.reason or (str(event.status) if event.status is not None else event.error_type or event.outcome)


def class_of(status: int | None, outcome: Outcome) -> str:
    """Name the class of an attempt; one that was answered has the class of its status also when the body broke off."""
    if status is not None and 200 <= status < 600:
        return f"{status // 100}xx"
    return "network" if outcome in WIRE else "other"


def add(connection: sqlite3.Connection, counts: Mapping[Key, int], now: float) -> None:
    """Add counts to what is there; who is new gets its moment of creation."""
    begin(connection, {(key.service, key.env, key.api) for key in counts}, now)
    connection.executemany(
        "INSERT INTO total VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(*key, number) for key, number in counts.items()],
    )


def begin(connection: sqlite3.Connection, who: Iterable[tuple[str, str, str]], now: float) -> None:
    """Let (service, environment, API) be shown with zeros from now on; "" is a service without an API yet."""
    connection.executemany("INSERT OR IGNORE INTO created VALUES (?, ?, ?, ?)", [(*one, now) for one in who])


class Snapshot(NamedTuple):
    """All totals at one moment."""

    counts: dict[Key, int]
    created: dict[tuple[str, str, str], float]
    """By service, environment and API, Unix seconds."""


def read(connection: sqlite3.Connection) -> Snapshot:
    """Read everything."""
    return Snapshot(
        {Key(*row[:-1]): row[-1] for row in connection.execute("SELECT * FROM total")},
        {(service, env, api): at for service, env, api, at in connection.execute("SELECT * FROM created")},
    )
