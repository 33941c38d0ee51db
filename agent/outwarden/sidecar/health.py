"""Health: how each consumer is doing, kept in the sidecar's database for `outwarden status`."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

import msgspec

from outwarden.journal.names import files

State = Literal["ok", "retrying", "degraded"]
"""`degraded`: somebody must mend credentials or permissions; the others mend themselves."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS health (
    consumer TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    since REAL NOT NULL,
    last_ok REAL,
    last_error TEXT,
    shipped INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    last_error_at REAL
) WITHOUT ROWID
"""
_COLUMNS: Final = "consumer, state, since, last_ok, last_error, shipped, rejected, last_error_at"
_SELECT: Final = f"SELECT {_COLUMNS} FROM health"  # noqa: S608 - constants
_REGISTERED: Final = f"{_SELECT} WHERE consumer IN (SELECT name FROM consumer) ORDER BY consumer"  # noqa: S608 - constants


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """How one consumer is doing. Times are Unix seconds."""

    consumer: str
    state: State
    since: float
    """When it came into this state."""
    last_ok: float | None = None
    last_error: str | None = None
    """What went wrong last; it stays when all is well again."""
    shipped: int = 0
    rejected: int = 0
    last_error_at: float | None = None
    backlog_bytes: int = 0
    """What it has still to handle of the journal, at the moment of `read`."""


def read(db: Path, journal: Path) -> list[Row]:
    """Read the rows of all registered consumers, and measure what each has still to do; none where no sidecar has been yet.

    Raises:
        sqlite3.Error: the database cannot be read.
        OSError: the journal cannot be read.
    """
    if not db.exists():
        return []
    with closing(sqlite3.connect(f"file:{quote(str(db))}?mode=ro", uri=True, timeout=5)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'health'").fetchone():
            return []
        rows = [_row(values) for values in connection.execute(_REGISTERED)]
        passed = {(who, file): offset for who, file, offset in connection.execute("SELECT * FROM cursor")}
    sizes = _sizes(journal)
    return [
        msgspec.structs.replace(
            row,
            backlog_bytes=sum(max(0, size - passed.get((row.consumer, file), 0)) for file, size in sizes.items()),
        )
        for row in rows
    ]


def _sizes(journal: Path) -> dict[str, int]:
    sizes = {}
    for _, entry in files(journal):
        try:
            sizes[entry.name] = entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            continue  # it has just been deleted
    return sizes


class Health:
    """The row of one consumer, written by its thread alone."""

    def __init__(self, db: Path, consumer: str, *, clock: Callable[[], float] = time.time) -> None:
        self._db = db
        self._clock = clock
        with closing(self._connect()) as connection, connection:
            connection.execute(_TABLE)
            found = connection.execute(f"{_SELECT} WHERE consumer = ?", (consumer,)).fetchone()
        self.row = _row(found) if found else Row(consumer=consumer, state="ok", since=clock())

    def done(self, connection: sqlite3.Connection, *, shipped: int, rejected: int) -> Row:
        """Write a success inside the transaction that moves the cursor; give the row, which counts once committed."""
        now = self._clock()
        row = msgspec.structs.replace(
            self.row,
            state="ok",
            since=self.row.since if self.row.state == "ok" else now,
            last_ok=now,
            shipped=self.row.shipped + shipped,
            rejected=self.row.rejected + rejected,
        )
        _write(connection, row)
        return row

    def trouble(self, state: State, error: str) -> None:
        """Write a failure.

        Raises:
            sqlite3.Error: it could not be written; it is remembered all the same.
        """
        now = self._clock()
        since = self.row.since if self.row.state == state else now
        self._set(msgspec.structs.replace(self.row, state=state, since=since, last_error=error, last_error_at=now))

    def idle(self) -> None:
        """Write that there is nothing to do, so nothing is wrong.

        Raises:
            sqlite3.Error: it could not be written; it is remembered all the same.
        """
        self._set(msgspec.structs.replace(self.row, state="ok", since=self._clock()))

    def _set(self, row: Row) -> None:
        self.row = row
        with closing(self._connect()) as connection, connection:
            _write(connection, row)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._db, timeout=5)


def _row(values: tuple[object, ...]) -> Row:
    return msgspec.convert(dict(zip(_COLUMNS.split(", "), values, strict=True)), Row)


def _write(connection: sqlite3.Connection, row: Row) -> None:
    values = msgspec.structs.astuple(row)[:-1]
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT OR REPLACE INTO health ({_COLUMNS}) VALUES ({marks})", values)  # noqa: S608 - constants
