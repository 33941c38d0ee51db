"""Append, rotate, tail, cursors, retention; and the history, which is kept for people.

The program's side imports `Journal`, `StdoutJournal` and `places`; the rest is loaded when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from outwarden.journal.places import Places, ensure_dir, places
from outwarden.journal.stdout import StdoutJournal
from outwarden.journal.writer import Journal

if TYPE_CHECKING:
    from outwarden.journal.cursors import Cursors
    from outwarden.journal.history import History
    from outwarden.journal.lock import SidecarLock
    from outwarden.journal.tail import Batch, Record, Tail

__all__ = [
    "Batch",
    "Cursors",
    "History",
    "Journal",
    "Places",
    "Record",
    "SidecarLock",
    "StdoutJournal",
    "Tail",
    "ensure_dir",
    "places",
]

_HOMES = {
    "Batch": "tail",
    "Cursors": "cursors",
    "History": "history",
    "Record": "tail",
    "SidecarLock": "lock",
    "Tail": "tail",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'outwarden.journal' has no attribute {name!r}")
    return getattr(import_module(f"outwarden.journal.{_HOMES[name]}"), name)
