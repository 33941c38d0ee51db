"""What the sidecar's database says of alarms."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar
from urllib.parse import quote

from outwarden.errors import JournalError
from outwarden.journal import Places
from outwarden.notify import outbox
from outwarden.watch import AlarmState, states

Found = TypeVar("Found")


def went_off(found: Places, service: str, since_s: float) -> tuple[str, ...]:
    """Say which alarms of a service went off since a moment, each in one sentence.

    Raises:
        JournalError: the database cannot be read.
    """
    alerts = _asked(found, lambda connection: outbox.alerts(connection, since_s)) or []
    return tuple(
        f"{alert.name}: {alert.reason}" for alert in alerts if alert.state == "ALARM" and alert.service == service
    )


def alarm_states(found: Places) -> list[AlarmState]:
    """Give the states of all alarms.

    Raises:
        JournalError: the database cannot be read.
    """
    return _asked(found, states) or []


def _asked(found: Places, question: Callable[[sqlite3.Connection], Found]) -> Found | None:
    """Ask the database, without writing; None where there was no sidecar yet."""
    if not found.db.exists():
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(str(found.db))}?mode=ro", uri=True, timeout=5)) as connection:
            return question(connection)
    except sqlite3.Error as error:
        raise JournalError(f"{found.db}: it cannot be read ({error}). Is another user at work?") from None
