"""Outbox: alerts wait in the sidecar's database until they are delivered."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final

import msgspec

from outwarden.alert import Alert
from outwarden.errors import Rejected, Retry
from outwarden.event import ids
from outwarden.notify.channel import Channel
from outwarden.polite import swallow

logger = logging.getLogger(__name__)

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]

FIRST_PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 300.0
GIVE_UP_S: Final = 86400.0
"""An alert that could not be told for a day is no news any more."""

TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS alert (id TEXT PRIMARY KEY, at REAL NOT NULL, body BLOB NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE IF NOT EXISTS delivery (
        alert TEXT NOT NULL,
        channel TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_try REAL NOT NULL,
        outcome TEXT,
        PRIMARY KEY (alert, channel)
    ) WITHOUT ROWID
    """,
)


def post(connection: sqlite3.Connection, alert: Alert, channels: Sequence[str], now: float) -> None:
    """Keep an alert for these channels, inside the caller's transaction."""
    number = ids.new()
    connection.execute("INSERT INTO alert VALUES (?, ?, ?)", (number, now, msgspec.json.encode(alert)))
    connection.executemany(
        "INSERT OR IGNORE INTO delivery (alert, channel, next_try) VALUES (?, ?, ?)",
        [(number, channel, now) for channel in channels],
    )


def alerts(connection: sqlite3.Connection, since: float) -> list[Alert]:
    """Give the alerts since a moment (Unix seconds), oldest first; none where there was no sidecar yet."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alert'").fetchone():
        return []
    rows = connection.execute("SELECT body FROM alert WHERE at >= ? ORDER BY at, id", (since,))
    return [msgspec.json.decode(body, type=Alert) for (body,) in rows]


def sweep(connection: sqlite3.Connection, before: float) -> None:
    """Forget alerts from before a moment, Unix seconds."""
    connection.execute("DELETE FROM delivery WHERE alert IN (SELECT id FROM alert WHERE at < ?)", (before,))
    connection.execute("DELETE FROM alert WHERE at < ?", (before,))


class Outbox:
    """Delivers what waits. Each (alert, channel) is told once, unless the process dies between telling and noting."""

    def __init__(self, transaction: Transaction, channels: Mapping[str, Channel]) -> None:
        self._transaction = transaction
        self._channels = dict(channels)

    def deliver(self, now: float) -> int:
        """Try everything that is due.

        A channel is told in order: that an alarm is over never overtakes that it went off. What waits behind a failed
        delivery waits with it.

        Returns:
            How many were told.
        """
        with self._transaction() as connection:
            waiting = connection.execute(
                "SELECT alert, channel, attempts, next_try, at, body FROM delivery JOIN alert ON alert.id = delivery.alert "
                "WHERE outcome IS NULL ORDER BY at, id"
            ).fetchall()
        told = 0
        held = set()
        for number, channel, attempts, next_try, at, body in waiting:
            # A pause that is longer than any is what a clock leaves behind that was set back.
            if channel in held or now < next_try <= now + LONGEST_PAUSE_S:
                held.add(channel)
                continue
            outcome = self._attempt(channel, msgspec.json.decode(body, type=Alert))
            if outcome is None:
                held.add(channel)
                if now - at > GIVE_UP_S:
                    outcome = "given up"
            pause_s = min(FIRST_PAUSE_S * 2 ** min(attempts, 16), LONGEST_PAUSE_S)
            with self._transaction() as connection:
                connection.execute(
                    "UPDATE delivery SET attempts = attempts + 1, next_try = ?, outcome = ? WHERE alert = ? AND channel = ?",
                    (now + pause_s, outcome, number, channel),
                )
            told += outcome == "delivered"
        return told

    def _attempt(self, channel: str, alert: Alert) -> str | None:
        """Deliver once; None: try again later."""
        there = self._channels.get(channel)
        if there is None:
            return "no such channel"  # it was taken out of the configuration meanwhile
        try:
            there.deliver(alert)
        except Retry as refusal:
            logger.warning("An alert waits.", extra={"channel": channel, "alarm": alert.name, "why": str(refusal)})
            return None
        except Rejected as refusal:
            why = refusal.items[0][1] if refusal.items else "rejected"
            logger.warning("An alert was refused.", extra={"channel": channel, "alarm": alert.name, "why": why})
            return f"refused: {why}"
        except Exception as error:
            swallow(f"notify.{channel}", error)
            return None
        return "delivered"
