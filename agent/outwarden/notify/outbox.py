"""Outbox: alerts wait in the sidecar's database until they are delivered."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from outwarden.alert import Alert
from outwarden.config.notify import Manners
from outwarden.config.units import Duration
from outwarden.errors import Rejected, Retry
from outwarden.event import ids, timestamp
from outwarden.notify import ledger, rules
from outwarden.notify.channel import Channel
from outwarden.notify.report import Message, report
from outwarden.notify.rules import Known, Waiting
from outwarden.polite import swallow

logger = logging.getLogger(__name__)

Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]

AT_ONCE: Final = Manners(group=Duration(0), settle=Duration(0))

FIRST_PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 300.0
GIVE_UP_S: Final = 86400.0
"""An alert that could not be told for a day is no news any more."""
FEWEST_ATTEMPTS: Final = 10
"""What waited for the end of quiet hours is not given up at its first failure."""

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
    "CREATE INDEX IF NOT EXISTS delivery_waiting ON delivery (channel) WHERE outcome IS NULL",
    *ledger.TABLES,
)


class Reached(NamedTuple):
    """A channel, and how it is used."""

    channel: Channel
    manners: Manners = AT_ONCE


class Queued(NamedTuple):
    """A delivery that is not done."""

    change: Waiting
    attempts: int
    next_try: float


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an alert for one channel."""

    channel: str
    attempts: int
    outcome: str | None
    """`delivered`, `refused: …`, `given up`, `not told: …` (it was no news), `no such channel`; None: it waits."""

    @property
    def failed(self) -> bool:
        """Whether somebody should have been told and was not."""
        failed = self.outcome is not None and self.outcome.startswith(("refused", "given up", "no such channel"))
        return failed or (self.outcome is None and self.attempts > 0)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One alert, and what became of it."""

    id: str
    alert: Alert
    deliveries: list[Delivery]


def post(connection: sqlite3.Connection, alert: Alert, channels: Sequence[str], now: float) -> None:
    """Keep an alert for these channels, inside the caller's transaction."""
    number = ids.new()
    (latest,) = connection.execute(
        "SELECT max(at) FROM delivery JOIN alert ON alert.id = delivery.alert WHERE outcome IS NULL"
    ).fetchone()
    # A clock that was set back must not put it before what waits already: that it is over comes after that it went off.
    at = now if latest is None or latest <= now else latest + 0.001
    connection.execute("INSERT INTO alert VALUES (?, ?, ?)", (number, at, msgspec.json.encode(alert)))
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


def told(connection: sqlite3.Connection, since: float) -> list[Told]:
    """Give the alerts since a moment (Unix seconds), oldest first, with what became of each."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alert'").fetchone():
        return []
    rows = connection.execute("SELECT id, body FROM alert WHERE at >= ? ORDER BY at, id", (since,)).fetchall()
    deliveries = "SELECT channel, attempts, outcome FROM delivery WHERE alert = ? ORDER BY channel"
    return [
        Told(
            id=number,
            alert=msgspec.json.decode(body, type=Alert),
            deliveries=[
                Delivery(channel=channel, attempts=attempts, outcome=outcome)
                for channel, attempts, outcome in connection.execute(deliveries, (number,))
            ],
        )
        for number, body in rows
    ]


def is_waiting(connection: sqlite3.Connection) -> bool:
    """Say whether an alert has still to be told to somebody."""
    return connection.execute("SELECT 1 FROM delivery WHERE outcome IS NULL LIMIT 1").fetchone() is not None


def sweep(connection: sqlite3.Connection, before: float) -> None:
    """Forget alerts from before a moment, Unix seconds, and what channels were told of them."""
    connection.execute("DELETE FROM delivery WHERE alert IN (SELECT id FROM alert WHERE at < ?)", (before,))
    connection.execute("DELETE FROM alert WHERE at < ?", (before,))
    ledger.sweep(connection, before)


class Outbox:
    """Delivers what waits. Each message is told once, unless the process dies between telling and noting."""

    def __init__(
        self,
        transaction: Transaction,
        channels: Mapping[str, Reached],
        *,
        links: Mapping[str, str] | None = None,
        clean: Callable[[Alert], Alert] = lambda alert: alert,
        goes_on: Callable[[sqlite3.Connection, Alert], bool] = lambda _, __: True,
    ) -> None:
        """Keep what is needed.

        Args:
            transaction: opens a transaction of the sidecar's database.
            channels: the channels by name.
            links: addresses for each message; see `report`.
            clean: takes out secrets that have become known since the alert was kept.
            goes_on: says whether an alarm is still in ALARM: what is over is no reminder.
        """
        self._transaction = transaction
        self._channels = dict(channels)
        self._links = dict(links or {})
        self._clean = clean
        self._goes_on = goes_on

    def deliver(self, now: float, *, to: str | None = None, hurry: bool = False) -> int:
        """Tell what is due.

        A channel is told in order: that an alarm is over never overtakes that it went off. What waits behind a failed
        delivery waits with it; the other channels do not.

        Args:
            now: Unix seconds.
            to: tell this channel only; several threads may each tell one. None: all, one after the other.
            hurry: the sidecar ends; nothing waits for company.

        Returns:
            How many changes were told.
        """
        with self._transaction() as connection:
            names = {
                name for (name,) in connection.execute("SELECT DISTINCT channel FROM delivery WHERE outcome IS NULL")
            }
            connection.executemany(
                "UPDATE delivery SET outcome = 'no such channel' WHERE outcome IS NULL AND channel = ?",
                [(name,) for name in names - self._channels.keys()],  # taken out of the configuration meanwhile
            )
            turns = self._channels if to is None else {to: self._channels[to]}
            for name, reached in turns.items():
                if reached.manners.remind is not None:
                    self._remind(connection, name, reached.manners, now)
                    names.add(name)
        return sum(self._turn(name, turns[name], now, hurry) for name in sorted(names & turns.keys()))

    def _turn(self, name: str, reached: Reached, now: float, hurry: bool) -> int:
        with self._transaction() as connection:
            queued = {one.change.id: one for one in _queued(connection, name)}
            # A pause that is longer than any is what a clock leaves behind that was set back.
            if any(now < one.next_try <= now + LONGEST_PAUSE_S for one in queued.values()):
                return 0
            known = ledger.known(connection, name)
            waiting = [one.change for one in queued.values()]
            plan = rules.plan(waiting, known, reached.manners, now=now, groups=reached.channel.groups, hurry=hurry)
            _drop(connection, name, plan)
            for key, flips in plan.flips.items():
                known[key] = known.get(key, Known())._replace(flips=flips)
            ledger.note(connection, name, {key: known[key] for key in plan.flips})
        told = 0
        for changes in plan.tell:
            outcome, after_s = self._attempt(name, reached, changes)
            attempts = max(queued[change.id].attempts for change in changes) + 1
            if outcome is None and attempts >= FEWEST_ATTEMPTS and now - changes[0].at > GIVE_UP_S:
                outcome = "given up"
            pause_s = min(max(FIRST_PAUSE_S * 2 ** min(attempts - 1, 16), after_s), LONGEST_PAUSE_S)
            with self._transaction() as connection:
                connection.executemany(
                    "UPDATE delivery SET attempts = ?, next_try = ?, outcome = ? WHERE alert = ? AND channel = ?",
                    [(attempts, now + pause_s, outcome, change.id, name) for change in changes],
                )
                if outcome == "delivered":
                    for change in changes:
                        known[change.key] = rules.after(known.get(change.key, Known()), change)
                    ledger.note(connection, name, {change.key: known[change.key] for change in changes})
            if outcome != "delivered":
                break  # what comes behind it was planned as if it had been told
            told += len(changes)
        return told

    def _remind(self, connection: sqlite3.Connection, name: str, manners: Manners, now: float) -> None:
        known = ledger.known(connection, name)
        busy = {one.change.key for one in _queued(connection, name)}
        still = [one for key, one in known.items() if key not in busy]
        for alert in rules.reminders(still, manners, now):
            if self._goes_on(connection, alert):
                post(connection, replace(alert, ts=timestamp(now)), [name], now)

    def _attempt(self, name: str, reached: Reached, changes: Sequence[Waiting]) -> tuple[str | None, float]:
        """Deliver once, and give the outcome, or None and how long we were asked to wait: try again later."""
        alarms = ", ".join(dict.fromkeys(change.alert.name for change in changes))
        try:
            message = Message(
                id=changes[0].id,
                reports=tuple(report(self._clean(change.alert), self._links) for change in changes),
                was_quiet=any(rules.is_quiet(reached.manners.quiet, change.at) for change in changes),
            )
            reached.channel.deliver(message)
        except Retry as refusal:
            logger.warning("An alert waits.", extra={"channel": name, "alarm": alarms, "why": str(refusal)})
            return None, refusal.after_s or 0.0
        except Rejected as refusal:
            why = refusal.items[0][1] if refusal.items else "rejected"
            logger.warning("An alert was refused.", extra={"channel": name, "alarm": alarms, "why": why})
            return f"refused: {why}", 0.0
        except Exception as error:
            swallow(f"notify.{name}", error)
            return None, 0.0
        return "delivered", 0.0


def _queued(connection: sqlite3.Connection, channel: str) -> list[Queued]:
    rows = connection.execute(
        "SELECT alert, at, body, attempts, next_try FROM delivery JOIN alert ON alert.id = delivery.alert "
        "WHERE outcome IS NULL AND channel = ? ORDER BY at, id",
        (channel,),
    )
    return [
        Queued(Waiting(number, at, msgspec.json.decode(body, type=Alert)), attempts, next_try)
        for number, at, body, attempts, next_try in rows
    ]


def _drop(connection: sqlite3.Connection, channel: str, plan: rules.Plan) -> None:
    connection.executemany(
        "UPDATE delivery SET outcome = ? WHERE alert = ? AND channel = ?",
        [(f"not told: {why}", change.id, channel) for change, why in plan.drop],
    )
