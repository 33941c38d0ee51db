"""What the sidecar's database says of alarms."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from outwarden.cli.programs import programs
from outwarden.config import Config
from outwarden.config.alarm_set import alarm_set
from outwarden.errors import JournalError
from outwarden.journal import Places, SidecarLock
from outwarden.meter import windows
from outwarden.notify import outbox
from outwarden.watch import AlarmState, states
from outwarden.watch.silence import misses_heartbeat, silence

Found = TypeVar("Found")


def went_off(found: Places, service: str, since_s: float) -> tuple[str, ...]:
    """Say which alarms of a service went off since a moment, each in one sentence.

    Raises:
        JournalError: the database cannot be read.
    """
    alerts = asked(found, lambda connection: outbox.alerts(connection, since_s)) or []
    return tuple(
        f"{alert.name}: {alert.reason}" for alert in alerts if alert.state == "ALARM" and alert.service == service
    )


def alarm_states(config: Config, found: Places) -> list[AlarmState]:
    """Give the states of all alarms, those in ALARM first.

    Without a sidecar at work they are what it last thought, but for the alarm on its silence, which is judged here.

    Raises:
        JournalError: database or journal cannot be read.
    """
    known = asked(found, states) or []
    if SidecarLock(found.lock).holder() is not None:
        return known
    alarms = alarm_set(config).alarms
    ours = {alarm.name for alarm in alarms if misses_heartbeat(alarm)}
    writing = list(programs(found))
    last_sign: float | None = asked(found, windows.last_beat)
    if last_sign is None:
        last_sign = min((datetime.fromisoformat(program.since).timestamp() for program in writing), default=None)
    judged = silence(alarms, {program.service for program in writing}, config.env, last_sign, time.time())
    merged = [*judged, *(state for state in known if state.name not in ours)]
    return sorted(merged, key=lambda one: (one.state != "ALARM", one.name, one.service, one.env))


def asked(found: Places, question: Callable[[sqlite3.Connection], Found]) -> Found | None:
    """Ask the sidecar's database, without writing; None where there was no sidecar yet.

    Raises:
        JournalError: it cannot be read.
    """
    if not found.db.exists():
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(str(found.db))}?mode=ro", uri=True, timeout=5)) as connection:
            return question(connection)
    except sqlite3.Error as error:
        raise JournalError(f"{found.db}: it cannot be read ({error}). Is another user at work?") from None
