"""What is remembered of alarms: their states, and what people were told."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from outwarden.alert import State

STALE_S: Final = 86400.0
"""The state of an alarm that nobody evaluates any more is kept so long: another configuration may come back to it."""

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
    # The alarms of which people were told that they are in ALARM, and not yet that it is over.
    """
    CREATE TABLE IF NOT EXISTS alarm_told (
        name TEXT NOT NULL,
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        value REAL,
        at REAL NOT NULL,
        PRIMARY KEY (name, service, env)
    ) WITHOUT ROWID
    """,
)


class Known(NamedTuple):
    """The state of an alarm for one service in one environment."""

    state: State
    since: float
    """Unix seconds."""


class Told(NamedTuple):
    """What people were told of an alarm that is on."""

    value: float | None
    """None where it has none."""
    at: float
    """Unix seconds."""


class Memory:
    """The memory of one service in one environment, inside a transaction of the caller's."""

    def __init__(self, connection: sqlite3.Connection, service: str, env: str) -> None:
        self._connection = connection
        self._key = (service, env)
        rows = connection.execute("SELECT name, state, since FROM alarm_state WHERE service = ? AND env = ?", self._key)
        self.known = {name: Known(state, since) for name, state, since in rows}
        told = connection.execute("SELECT name, value, at FROM alarm_told WHERE service = ? AND env = ?", self._key)
        self._told = {name: Told(value, at) for name, value, at in told}

    def state(self, name: str) -> State:
        """Give the state of an alarm; one that was never evaluated has insufficient data."""
        known = self.known.get(name)
        return known.state if known is not None else "INSUFFICIENT_DATA"

    def settle(self, name: str, state: State, reason: str, now: float) -> None:
        """Remember a new state."""
        self.known[name] = Known(state, now)
        self._connection.execute(
            "INSERT OR REPLACE INTO alarm_state VALUES (?, ?, ?, ?, ?, ?)", (name, *self._key, state, now, reason)
        )

    def was_told(self, name: str) -> bool:
        """Say whether people know that it is in ALARM."""
        return name in self._told

    def told(self, name: str) -> Told | None:
        """Give what people know of an alarm that is on; None where they know nothing."""
        return self._told.get(name)

    def tell(self, name: str, now: float, *, in_alarm: bool, value: float | None = None) -> None:
        """Remember what people are told now."""
        if in_alarm:
            told = self._told[name] = Told(value, now)
            self._connection.execute(
                "INSERT OR REPLACE INTO alarm_told VALUES (?, ?, ?, ?, ?)", (name, *self._key, *told)
            )
        else:
            self._told.pop(name, None)
            self._connection.execute(
                "DELETE FROM alarm_told WHERE name = ? AND service = ? AND env = ?", (name, *self._key)
            )


def on_in(connection: sqlite3.Connection, name: str, env: str) -> list[str]:
    """Name the services of an environment for which an alarm is on."""
    rows = connection.execute(
        "SELECT service FROM alarm_state WHERE name = ? AND env = ? AND state = 'ALARM' ORDER BY service", (name, env)
    )
    return [service for (service,) in rows]


def remembered(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """Give each (service, environment) of which there is a state."""
    return set(connection.execute("SELECT DISTINCT service, env FROM alarm_state"))


def forget(connection: sqlite3.Connection, names: Sequence[str], now: float) -> None:
    """Drop the states of alarms that were taken out, and of services that have long made no call."""
    connection.execute(
        "DELETE FROM alarm_state WHERE since < ? AND (name NOT IN (SELECT value FROM json_each(?)) OR "
        "(state <> 'ALARM' AND (service, env) NOT IN (SELECT service, env FROM seen)))",
        (now - STALE_S, msgspec.json.encode(names).decode()),
    )
    connection.execute(
        "DELETE FROM alarm_told WHERE (name, service, env) NOT IN (SELECT name, service, env FROM alarm_state)"
    )
