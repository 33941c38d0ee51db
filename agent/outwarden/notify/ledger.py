"""What each channel was told, in the sidecar's database: a restart neither forgets it nor tells it again."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

import msgspec

from outwarden.alert import Alert
from outwarden.notify.rules import Key, Known

TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS channel_knows (
        channel TEXT NOT NULL,
        name TEXT NOT NULL,
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        is_open INTEGER NOT NULL,
        told_at REAL NOT NULL,
        over_at REAL NOT NULL,
        flips INTEGER NOT NULL,
        body BLOB,
        PRIMARY KEY (channel, name, service, env)
    ) WITHOUT ROWID
    """,
)


def known(connection: sqlite3.Connection, channel: str) -> dict[Key, Known]:
    """Give what a channel was told, by alarm."""
    rows = connection.execute(
        "SELECT name, service, env, is_open, told_at, over_at, flips, body FROM channel_knows WHERE channel = ?",
        (channel,),
    )
    return {
        Key(name, service, env): Known(bool(is_open), told_at, over_at, flips, _alert(body))
        for name, service, env, is_open, told_at, over_at, flips, body in rows
    }


def note(connection: sqlite3.Connection, channel: str, found: Mapping[Key, Known]) -> None:
    """Keep what a channel now knows."""
    connection.executemany(
        "INSERT OR REPLACE INTO channel_knows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(channel, *key, one.is_open, one.told_at, one.over_at, one.flips),
                msgspec.json.encode(one.alert) if one.alert is not None else None,
            )
            for key, one in found.items()
        ],
    )


def sweep(connection: sqlite3.Connection, before: float) -> None:
    """Forget what was over before a moment, Unix seconds; what is not over is still to be told of."""
    connection.execute("DELETE FROM channel_knows WHERE NOT is_open AND max(told_at, over_at) < ?", (before,))


def _alert(body: bytes | None) -> Alert | None:
    return msgspec.json.decode(body, type=Alert) if body is not None else None
