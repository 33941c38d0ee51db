"""HistoryKeeper: the consumer's part that copies the journal into the history, each event exactly once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from outwarden.journal.cursors import Also
from outwarden.journal.history import History
from outwarden.journal.tail import Record

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS history_mark (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    file TEXT NOT NULL,
    size INTEGER NOT NULL
)
"""
_SAVE: Final = "INSERT OR REPLACE INTO history_mark VALUES (1, ?, ?)"


class HistoryKeeper:
    """Appends to the history and saves where it stands in the transaction that moves the cursor.

    What a killed sidecar had appended and not committed is cut off at the next start, and comes again.
    """

    def __init__(self, history: History, db: Path) -> None:
        """Bring the history back to where the cursor is."""
        self._history = history
        with closing(sqlite3.connect(db, timeout=5)) as connection, connection:
            connection.execute(_TABLE)
            saved = connection.execute("SELECT file, size FROM history_mark").fetchone()
            if saved:
                history.restore((saved[0], saved[1]))
            self._mark = history.mark()
            connection.execute(_SAVE, self._mark)

    def __call__(self, records: Sequence[Record]) -> Also:
        """Append; see `Consumer`."""
        try:
            self._history.append([record.line for record in records])
            mark = self._history.mark()
        except OSError:
            self._history.restore(self._mark)  # half a batch would be there twice when it comes again
            raise
        self._mark = mark

        def save(connection: sqlite3.Connection) -> None:
            connection.execute(_SAVE, mark)

        return save
