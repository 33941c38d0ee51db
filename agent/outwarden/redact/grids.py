"""Tables that are structures: the names of the columns stand in a list of their own, or in the first row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from outwarden.redact.names import Kind

HEADS: Final = ("columns", "header", "headers", "fields", "column_names", "columnNames")
ROWS: Final = ("rows", "data", "values", "records")
"""How the names of columns and the rows of a table are called."""
_ORDINARY: Final = frozenset(
    [
        "id",
        "name",
        "user",
        "username",
        "email",
        "owner",
        "date",
        "created_at",
        "plan",
        "host",
        "role",
        "status",
        "no",
        "ID",
        "Name",
    ]
)
"""One of these is among the names of the columns where the first line of a list of lists holds names."""
_TELLING: Final = frozenset((Kind.SECRET, Kind.NUMBER, Kind.PERSONAL, Kind.HOUSE, Kind.MAYBE, Kind.ADDRESS))


class Cell(NamedTuple):
    """A value below a name that says something."""

    row: list[Any]
    """Where it is to be put."""
    at: int
    meaning: Kind
    value: Any
    name: Any


def cells(head: Any, rows: Any, out: Any, judge: Callable[[Any], Kind], *, first: int = 0) -> Iterator[Cell]:
    """Give the values of all columns whose names say something.

    Args:
        head: the names of the columns.
        rows: the rows as they came.
        out: the rows as they are given back.
        judge: says what a name stands before.
        first: the number of the first row; 1: the names are in the row before it.
    """
    if not (isinstance(head, list) and isinstance(rows, list) and isinstance(out, list)):
        return
    if first and _ORDINARY.isdisjoint([name for name in head if name.__class__ is str]):
        return  # pairs, not a table
    meanings = [judge(name) for name in head]
    if _TELLING.isdisjoint(meanings):
        return
    for row, shown in zip(rows[first:], out[first:], strict=False):
        if isinstance(row, list | tuple) and isinstance(shown, list) and len(row) == len(meanings):
            for at, meaning in enumerate(meanings):
                if meaning in _TELLING:
                    yield Cell(shown, at, meaning, row[at], head[at])
