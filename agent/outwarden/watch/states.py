"""Reading the alarms' states, for `status` and for people."""

from __future__ import annotations

import sqlite3

import msgspec

from outwarden.alert import State


class AlarmState(msgspec.Struct, frozen=True, kw_only=True):
    """What the sidecar last thought of one alarm."""

    name: str
    service: str
    env: str
    state: State
    since: float
    """Unix seconds."""
    reason: str


def states(connection: sqlite3.Connection) -> list[AlarmState]:
    """Give all states, those in ALARM first; none where no alarm was evaluated yet."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alarm_state'").fetchone()
    if not known:
        return []
    rows = connection.execute(
        "SELECT name, service, env, state, since, reason FROM alarm_state ORDER BY state <> 'ALARM', name, service, env"
    )
    return [msgspec.convert(dict(zip(AlarmState.__struct_fields__, row, strict=True)), AlarmState) for row in rows]
