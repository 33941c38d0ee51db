"""Statements: an SQL statement stands in one field of an event, its parameters in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from outwarden.redact.names import Kind
from outwarden.redact.neighbours import columns, listed
from outwarden.redact.pairs import PARAMETERS

_STATEMENTS: Final = frozenset(
    ("db.statement", "db.query.text", "db_statement", "statement", "sql", "query", "message", "msg", "body")
)
"""How the field of a statement is called."""
_PLACES: Final = "?%$:@"
_LONGEST: Final = 2_000
_NOTHING: Final = frozenset((Kind.PLAIN, Kind.USER, Kind.MAYBE))


class Parameter(NamedTuple):
    """One parameter of a statement that is telling."""

    field: Any
    """In which field of the event it stands."""
    place: Any
    """Where in that field: an index or a name; of a text, where it begins and ends."""
    meaning: Kind


def parameters(event: Mapping[Any, Any]) -> Iterator[Parameter]:
    """Give the parameters of the statements in an event whose columns say that they must not be seen."""
    for name in event:
        if name not in _STATEMENTS:
            continue
        statement = event[name]
        if not isinstance(statement, str) or not any(place in statement for place in _PLACES):
            continue
        meanings = {at: meaning for at, meaning in columns(statement[:_LONGEST]).items() if meaning not in _NOTHING}
        if not meanings:
            continue
        for field, value in event.items():
            if isinstance(field, str) and field != name and field.lower().endswith(PARAMETERS):
                yield from _of(field, value, meanings)


def _of(field: str, value: Any, meanings: dict[int, Kind]) -> Iterator[Parameter]:
    if isinstance(value, str):
        for number, place in listed(value):
            if number in meanings:
                yield Parameter(field, place, meanings[number])
    elif isinstance(value, list | tuple):
        for at in range(len(value)):
            if at + 1 in meanings:
                yield Parameter(field, at, meanings[at + 1])
    elif isinstance(value, Mapping):
        first = 0 if any(str(name).endswith("0") and not str(name).endswith("10") for name in value) else 1
        for name in value:
            digits = str(name)[len(str(name).rstrip("0123456789")) :]
            number = int(digits) - first + 1 if 0 < len(digits) < 4 else 0
            if number in meanings:
                yield Parameter(field, name, meanings[number])
