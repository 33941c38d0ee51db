"""Watcher: evaluates all alarms over the windows, and remembers their states."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from outwarden.alert import Alert, State
from outwarden.config import AlarmSpec
from outwarden.event import timestamp
from outwarden.meter import Point, Series, windows
from outwarden.watch.evaluate import MINUTE_S, evaluate, span

STALE_S: Final = 86400.0
"""The state of an alarm that nobody evaluates any more is kept so long: another configuration may come back to it."""

Post = Callable[[sqlite3.Connection, AlarmSpec, Alert], None]
"""Takes an alert for delivery, in the transaction that changes the alarm's state."""

TABLES: Final = (
    """
CREATE TABLE IF NOT EXISTS alarm_state (
    name TEXT NOT NULL,
    service TEXT NOT NULL,
    env TEXT NOT NULL,
    state TEXT NOT NULL,
    since REAL NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (name, service, env)
) WITHOUT ROWID
""",
)


class Watcher:
    """One state per alarm, service and environment. A restart neither forgets a state nor tells it again."""

    def __init__(self, alarms: Sequence[AlarmSpec], post: Post) -> None:
        self._alarms = tuple(alarms)
        self._post = post

    def tick(self, connection: sqlite3.Connection, now: float, *, behind: bool = False) -> list[Alert]:
        """Evaluate everything at this moment, inside the caller's transaction.

        Args:
            connection: the sidecar's database.
            now: Unix seconds.
            behind: not all events up to now are counted yet, as after a start: that there are few is not believed, so
                an alarm neither ends nor goes off by it.

        Returns:
            The changes that somebody should know of: into ALARM, and back to OK.
        """
        self._forget(connection, now)
        alerts = []
        for alarm in self._alarms:
            start, _ = span(alarm, now)
            watched = {(service, env) for service, env in windows.services(connection, start)}
            watched |= set(connection.execute("SELECT service, env FROM alarm_state WHERE name = ?", (alarm.name,)))
            for service, env in sorted(watched):
                alert = self._evaluate(connection, alarm, service, env, now, behind=behind)
                if alert is not None:
                    self._post(connection, alarm, alert)
                    alerts.append(alert)
        return alerts

    def _forget(self, connection: sqlite3.Connection, now: float) -> None:
        """Drop the states of alarms that were taken out, and of services that have long made no call."""
        names = [alarm.name for alarm in self._alarms]
        connection.execute(
            "DELETE FROM alarm_state WHERE since < ? AND (name NOT IN (SELECT value FROM json_each(?)) OR "
            "(state <> 'ALARM' AND (service, env) NOT IN (SELECT service, env FROM seen)))",
            (now - STALE_S, msgspec.json.encode(names).decode()),
        )

    def _evaluate(
        self, connection: sqlite3.Connection, alarm: AlarmSpec, service: str, env: str, now: float, *, behind: bool
    ) -> Alert | None:
        series = Series(service, env, alarm.metric)
        start, end = span(alarm, now)
        previous = _state(connection, alarm.name, service, env)
        known_since = windows.first_minute(connection, service, env) or 0  # before that nobody was there to count
        points = windows.points(connection, series, start, end)
        points = _with_zeros(points, max(start, known_since), min(end, now))
        verdict = evaluate(alarm, points, now=now, previous=previous)
        if verdict.state == previous or (behind and _is_by_few(alarm, verdict.state)):
            return None
        connection.execute(
            "INSERT OR REPLACE INTO alarm_state VALUES (?, ?, ?, ?, ?, ?)",
            (alarm.name, service, env, verdict.state, now, verdict.reason),
        )
        if "ALARM" not in {verdict.state, previous}:
            return None  # it has only come to know its data
        return Alert(
            name=alarm.name,
            state=verdict.state,
            previous=previous,
            ts=timestamp(now),
            reason=verdict.reason,
            service=service,
            env=env,
            metric=alarm.metric,
            value=verdict.value,
            threshold=alarm.threshold,
            period_s=alarm.period_s,
            top_routes=windows.top_routes(connection, series, end - alarm.period_s * alarm.evaluation_periods, end),
            todo=alarm.todo,
        )


def _state(connection: sqlite3.Connection, name: str, service: str, env: str) -> State:
    row = connection.execute(
        "SELECT state FROM alarm_state WHERE name = ? AND service = ? AND env = ?", (name, service, env)
    ).fetchone()
    state: State = row[0] if row else "INSUFFICIENT_DATA"
    return state


def _is_by_few(alarm: AlarmSpec, state: State) -> bool:
    """Say whether more events could still turn this verdict."""
    return (state == "ALARM") == alarm.comparison.startswith("LessThan")


def _with_zeros(points: Sequence[Point], start: float, until: float) -> list[Point]:
    """Fill the minutes in which nothing was counted: whoever evaluates is alive, so nothing was there to count."""
    counted = {point.ts: point for point in points}
    first = int(-(-start // MINUTE_S) * MINUTE_S)
    return [counted.get(minute, Point(minute, 0.0)) for minute in range(first, int(until) + 1, MINUTE_S)]
