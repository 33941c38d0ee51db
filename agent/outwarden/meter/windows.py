"""Windows: counts per minute, kept in the sidecar's database."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from outwarden.config.catalogue import MetricName
from outwarden.meter.buckets import middle

MINUTE_S: Final = 60
KNOWN_S: Final = 86400
"""A service that made a call within this time gets its heartbeat and its zeros each minute."""
OTHER: Final = "other"
"""Counts of routes beyond the cap."""

TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS window (
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        metric TEXT NOT NULL,
        minute INTEGER NOT NULL,
        count INTEGER NOT NULL,
        published INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (service, env, metric, minute)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX IF NOT EXISTS window_unpublished ON window (minute) WHERE published < count",
    """
    CREATE TABLE IF NOT EXISTS route_window (
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        metric TEXT NOT NULL,
        minute INTEGER NOT NULL,
        route TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (service, env, metric, minute, route)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS reason_window (
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        metric TEXT NOT NULL,
        minute INTEGER NOT NULL,
        reason TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (service, env, metric, minute, reason)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS latency_window (
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        minute INTEGER NOT NULL,
        bucket INTEGER NOT NULL,
        count INTEGER NOT NULL,
        published INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (service, env, minute, bucket)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX IF NOT EXISTS latency_unpublished ON latency_window (minute) WHERE published < count",
    """
    CREATE TABLE IF NOT EXISTS example (
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        metric TEXT NOT NULL,
        minute INTEGER NOT NULL,
        trace_id TEXT NOT NULL,
        PRIMARY KEY (service, env, metric, minute)
    ) WITHOUT ROWID
    """,
    # Those of whom something was counted since somebody last looked.
    """
    CREATE TABLE IF NOT EXISTS touched (
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        PRIMARY KEY (service, env)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS seen (
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (service, env)
    ) WITHOUT ROWID
    """,
)


class Series(NamedTuple):
    """One metric of one service in one environment: CloudWatch's metric with its dimensions."""

    service: str
    env: str
    metric: MetricName


class Point(NamedTuple):
    """One minute of a series."""

    ts: int
    """Start of the minute, Unix seconds."""
    value: float
    """The sum of its samples."""
    samples: Mapping[float, int] | None = None
    """Of a distribution: how often each value occurred. None: a count, which is one sample."""


class Tallies(NamedTuple):
    """What a batch of events adds to the windows."""

    counts: Counter[tuple[Series, int]]
    """By series and minute."""
    routes: Counter[tuple[Series, int, str]]
    """Of the metrics that tell errors, by route as well."""
    reasons: Counter[tuple[Series, int, str]]
    """The same by reason."""
    latencies: Counter[tuple[str, str, int, int]]
    """By service, environment, minute and bucket."""
    examples: dict[tuple[Series, int], str]
    """A trace id for each."""


def add(connection: sqlite3.Connection, tallies: Tallies) -> None:
    """Add counts to what is there."""
    connection.executemany(
        "INSERT INTO window (service, env, metric, minute, count) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(*series, minute, count) for (series, minute), count in tallies.counts.items()],
    )
    for table, counter in (("route_window", tallies.routes), ("reason_window", tallies.reasons)):
        connection.executemany(
            f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?) "  # noqa: S608 - one of our two tables
            "ON CONFLICT DO UPDATE SET count = count + excluded.count",
            [(*series, minute, name, count) for (series, minute, name), count in counter.items()],
        )
    connection.executemany(
        "INSERT INTO latency_window (service, env, minute, bucket, count) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(*key, count) for key, count in tallies.latencies.items()],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO example VALUES (?, ?, ?, ?, ?)",
        [(*series, minute, trace_id) for (series, minute), trace_id in tallies.examples.items()],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO touched VALUES (?, ?)",
        {(series.service, series.env) for series, _ in tallies.counts},
    )
    connection.executemany(
        "INSERT INTO seen VALUES (:service, :env, :minute, :minute) "
        "ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)",
        [
            {"service": service, "env": env, "minute": minute}
            for service, env, minute in {(series.service, series.env, minute) for series, minute in tallies.counts}
        ],
    )


def take_touched(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """Give each (service, environment) of which something was counted since the last time."""
    touched = set(connection.execute("SELECT service, env FROM touched"))
    if touched:
        connection.execute("DELETE FROM touched")
    return touched


def beat(connection: sqlite3.Connection, who: Iterable[tuple[str, str]], minute: int) -> None:
    """Note that a sidecar is at work for these (service, environment) in a minute; once is enough."""
    connection.executemany(
        "INSERT OR IGNORE INTO window (service, env, metric, minute, count) VALUES (?, ?, 'Heartbeat', ?, 1)",
        [(service, env, minute) for service, env in who],
    )


def last_beat(connection: sqlite3.Connection) -> int | None:
    """Give the latest minute in which a sidecar was at work, Unix seconds; None: never, or long ago."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'window'").fetchone()
    row = connection.execute("SELECT max(minute) FROM window WHERE metric = 'Heartbeat'").fetchone() if known else None
    return row[0] if row else None


def points(connection: sqlite3.Connection, series: Series, since: float, until: float) -> list[Point]:
    """Read the minutes of a series that began in a span of Unix seconds, in order; minutes without a row are missing."""
    if series.metric == "LatencyMs":
        return _latencies(connection, series, since, until)
    rows = connection.execute(
        "SELECT minute, count FROM window WHERE service = ? AND env = ? AND metric = ? AND minute >= ? AND minute < ? "
        "ORDER BY minute",
        (*series, since, until),
    )
    return [Point(minute, count) for minute, count in rows]


def _latencies(connection: sqlite3.Connection, series: Series, since: float, until: float) -> list[Point]:
    rows = connection.execute(
        "SELECT minute, bucket, count FROM latency_window WHERE service = ? AND env = ? AND minute >= ? AND minute < ? "
        "ORDER BY minute, bucket",
        (series.service, series.env, since, until),
    )
    minutes: dict[int, dict[float, int]] = {}
    for minute, bucket, count in rows:
        minutes.setdefault(minute, {})[middle(bucket)] = count
    return [
        Point(minute, sum(value * count for value, count in samples.items()), samples)
        for minute, samples in minutes.items()
    ]


def top_routes(
    connection: sqlite3.Connection, series: Series, since: float, until: float, *, most: int = 3
) -> tuple[tuple[str, int], ...]:
    """Name the routes that counted most for a metric in a span of Unix seconds."""
    return _top(connection, "route", series, (since, until), most)


def top_reasons(
    connection: sqlite3.Connection, series: Series, since: float, until: float, *, most: int = 3
) -> tuple[tuple[str, int], ...]:
    """Name the reasons that counted most for a metric in a span of Unix seconds."""
    return _top(connection, "reason", series, (since, until), most)


def _top(
    connection: sqlite3.Connection, what: str, series: Series, span: tuple[float, float], most: int
) -> tuple[tuple[str, int], ...]:
    rows = connection.execute(
        f"SELECT {what}, SUM(count) AS total FROM {what}_window WHERE service = ? AND env = ? AND metric = ? "  # noqa: S608
        f"AND minute >= ? AND minute < ? GROUP BY {what} ORDER BY total DESC, {what} LIMIT ?",
        (*series, *span, most),
    )
    return tuple((name, count) for name, count in rows)


def example(connection: sqlite3.Connection, series: Series, since: float, until: float) -> str | None:
    """Give the trace id of the latest counted call that had one."""
    row = connection.execute(
        "SELECT trace_id FROM example WHERE service = ? AND env = ? AND metric = ? AND minute >= ? AND minute < ? "
        "ORDER BY minute DESC LIMIT 1",
        (*series, since, until),
    ).fetchone()
    return row[0] if row else None


def services(connection: sqlite3.Connection, since: float) -> list[tuple[str, str]]:
    """Give each (service, environment) that made a call since a moment, Unix seconds."""
    rows = connection.execute("SELECT service, env FROM seen WHERE last >= ? ORDER BY 1, 2", (since,))
    return [(service, env) for service, env in rows]


def seen(connection: sqlite3.Connection, service: str, env: str) -> tuple[int, int] | None:
    """Give the minutes of a service's first and last call, Unix seconds; None: they are long forgotten."""
    row = connection.execute("SELECT first, last FROM seen WHERE service = ? AND env = ?", (service, env)).fetchone()
    return (row[0], row[1]) if row else None


def sweep(connection: sqlite3.Connection, before: float) -> None:
    """Delete the windows of minutes before a moment, Unix seconds."""
    for table in ("window", "route_window", "reason_window", "latency_window", "example"):
        connection.execute(f"DELETE FROM {table} WHERE minute < ?", (before,))  # noqa: S608
    connection.execute("DELETE FROM seen WHERE last < ?", (before,))
