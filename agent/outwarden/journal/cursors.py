"""Cursors: how far each consumer has read each file, kept in SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from outwarden.errors import JournalError
from outwarden.journal.places import ensure_dir

Also = Callable[[sqlite3.Connection], None]
"""Work that belongs into the transaction that moves a cursor: it happens with it, or not at all."""

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS consumer (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cursor (
    consumer TEXT NOT NULL,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL,
    PRIMARY KEY (consumer, file)
) WITHOUT ROWID;
"""


class Cursors:
    """One row per consumer and file *name*: inodes are used again, names are not.

    All threads of a sidecar share one connection. Each commit is flushed to the disk (`synchronous=FULL`).
    """

    def __init__(self, db: Path) -> None:
        """Open or make the database.

        Raises:
            JournalError: it cannot be opened, or is no database.
        """
        ensure_dir(db.parent)
        self.db = db
        self._lock = threading.RLock()
        self._reading: dict[str, frozenset[str]] = {}
        try:
            self._connection = self.connect()
            self._connection.executescript(_TABLES)
        except sqlite3.Error as error:
            raise JournalError(
                f"{db}: cannot be used ({error}). Move it away: cursors begin anew, and events are sent again."
            ) from None
        db.chmod(0o600)

    def connect(self) -> sqlite3.Connection:
        """Open another connection, for other tables in the same file."""
        connection = sqlite3.connect(self.db, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()

    def register(self, consumer: str) -> None:
        """Let no file be deleted that this consumer has not read."""
        with self._lock:
            self._connection.execute("INSERT OR IGNORE INTO consumer VALUES (?)", (consumer,))

    def unregister(self, consumer: str) -> None:
        """Forget a consumer that will not come back."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM consumer WHERE name = ?", (consumer,))
            connection.execute("DELETE FROM cursor WHERE consumer = ?", (consumer,))

    def consumers(self) -> list[str]:
        """Give the names of all registered consumers."""
        with self._lock:
            return [name for (name,) in self._connection.execute("SELECT name FROM consumer ORDER BY name")]

    def position(self, consumer: str, file: str) -> int:
        """Give the offset up to which a consumer has handled a file, in bytes."""
        with self._lock:
            row = self._connection.execute(
                "SELECT offset FROM cursor WHERE consumer = ? AND file = ?", (consumer, file)
            ).fetchone()
        return int(row[0]) if row else 0

    def commit(self, consumer: str, marks: Mapping[str, int], also: Also | None = None) -> None:
        """Move a consumer's cursors, together with other work, or not at all.

        Raises:
            sqlite3.Error: nothing was changed.
        """
        with self.transaction() as connection:
            if also is not None:
                also(connection)
            connection.executemany(
                "INSERT INTO cursor VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET offset = excluded.offset",
                [(consumer, file, offset) for file, offset in marks.items()],
            )

    def forget(self, file: str) -> None:
        """Drop the cursors of a file that was deleted."""
        with self._lock:
            self._connection.execute("DELETE FROM cursor WHERE file = ?", (file,))

    def files(self) -> list[str]:
        """Give the names of all files that have a cursor."""
        with self._lock:
            return [file for (file,) in self._connection.execute("SELECT DISTINCT file FROM cursor ORDER BY file")]

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all of it or nothing; other threads of this process wait."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")  # this fails, too, when the disk is full
            except BaseException:
                if self._connection.in_transaction:  # SQLite has rolled back by itself after some faults
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def standstill(self) -> Iterator[None]:
        """Let no consumer of this process begin to read a file, or commit, meanwhile."""
        with self._lock:
            yield

    def reading(self, consumer: str, files: Collection[str]) -> None:
        """Note which files a consumer has read from and not committed: these must not be replaced."""
        with self._lock:
            self._reading[consumer] = frozenset(files)

    def is_being_read(self, file: str) -> bool:
        """Say whether a consumer of this process holds uncommitted lines of a file; ask within a `standstill`."""
        return any(file in files for files in self._reading.values())
