"""Windows: counts per minute, kept in the sidecar's database."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final, NamedTuple

from outwarden.config.alarms import MetricName

MINUTE_S: Final = 60
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
    """The count of one minute."""

    ts: int
    """Start of the minute, Unix seconds."""
    value: float


def add(
    connection: sqlite3.Connection,
    counts: Mapping[tuple[Series, int], int],
    routes: Mapping[tuple[Series, int, str], int],
) -> None:
    """Add counts by (series, minute), and by route for the metrics that tell errors."""
    connection.executemany(
        "INSERT INTO window (service, env, metric, minute, count) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(*series, minute, count) for (series, minute), count in counts.items()],
    )
    connection.executemany(
        "INSERT INTO route_window VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(*series, minute, route, count) for (series, minute, route), count in routes.items()],
    )
    connection.executemany(
        "INSERT INTO seen VALUES (:service, :env, :minute, :minute) "
        "ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)",
        [
            {"service": service, "env": env, "minute": minute}
            for service, env, minute in {(series.service, series.env, minute) for series, minute in counts}
        ],
    )


def points(connection: sqlite3.Connection, series: Series, since: float, until: float) -> list[Point]:
    """Read the minutes of a series that began in a span of Unix seconds, in order; minutes without a row are missing."""
    rows = connection.execute(
        "SELECT minute, count FROM window WHERE service = ? AND env = ? AND metric = ? AND minute >= ? AND minute < ? "
        "ORDER BY minute",
        (*series, since, until),
    )
    return [Point(minute, count) for minute, count in rows]


def top_routes(
    connection: sqlite3.Connection, series: Series, since: float, until: float, most: int = 3
) -> tuple[tuple[str, int], ...]:
    """Name the routes that counted most for a metric in a span of Unix seconds."""
    rows = connection.execute(
        "SELECT route, SUM(count) AS total FROM route_window WHERE service = ? AND env = ? AND metric = ? "
        "AND minute >= ? AND minute < ? GROUP BY route ORDER BY total DESC, route LIMIT ?",
        (*series, since, until, most),
    )
    return tuple((route, count) for route, count in rows)


def services(connection: sqlite3.Connection, since: float) -> list[tuple[str, str]]:
    """Give each (service, environment) that made a call since a moment, Unix seconds."""
    rows = connection.execute("SELECT service, env FROM seen WHERE last >= ? ORDER BY 1, 2", (since,))
    return [(service, env) for service, env in rows]


def first_minute(connection: sqlite3.Connection, service: str, env: str) -> int | None:
    """Give the minute of the first call that is known of a service, Unix seconds; None: it is long forgotten."""
    row = connection.execute("SELECT first FROM seen WHERE service = ? AND env = ?", (service, env)).fetchone()
    return row[0] if row else None


def sweep(connection: sqlite3.Connection, before: float) -> None:
    """Delete the windows of minutes before a moment, Unix seconds."""
    connection.execute("DELETE FROM window WHERE minute < ?", (before,))
    connection.execute("DELETE FROM route_window WHERE minute < ?", (before,))
    connection.execute("DELETE FROM seen WHERE last < ?", (before,))
