"""SQL: the rows of an `INSERT`, whose columns are named before."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import values
from outwarden.redact.expression import expression
from outwarden.redact.names import Kind, kind
from outwarden.redact.spans import Span

_TELLING: Final = frozenset((Kind.SECRET, Kind.NUMBER, Kind.PERSONAL, Kind.ADDRESS))
_INSERT: Final = expression(r"values?\s{0,4}\(", re.IGNORECASE)
_COLUMNS: Final = expression(r"\(([^()\0]{1,600})\)\s{0,4}\Z")
_FURTHEST: Final = 640
_VALUE: Final = expression(
    r"\s{0,4}(?:[NEB]?'((?:[^'\0]|''){0,2048})'|\"([^\"\0]{0,2048})\"|([^,()'\"\0]{0,256}))\s{0,4}([,)])"
)
_NEXT_ROW: Final = expression(r"\s{0,4},\s{0,4}\(")
_AROUND: Final = ' \t\r\n`"[]'
_MOST: Final = 60


def rows(text: str, at: int) -> Span | None:
    """SQL: `INSERT INTO … (name, api_key) VALUES ('x', '…')`; the values of all telling columns."""
    begin = _INSERT.match(text, at)
    opened = text.rfind("(", max(0, at - _FURTHEST), at) if begin is not None else -1
    columns = _COLUMNS.match(text, opened, at) if opened >= 0 else None
    if begin is None or columns is None:
        return None
    place = begin.end()
    found: list[Span] = []
    meanings = [kind(column.strip(_AROUND)) for column in columns[1].split(",")[:_MOST]]
    if _TELLING.isdisjoint(meanings) and Kind.MAYBE not in meanings:
        return None
    for _ in range(_MOST):
        place = _row(text, place, meanings, found)
        following = _NEXT_ROW.match(text, place)
        if following is None:
            break
        place = following.end()
    return found[0]._replace(others=tuple(found)) if found else None


def _row(text: str, place: int, meanings: list[Kind], found: list[Span]) -> int:
    """Look at the values of one row; gives where it ends."""
    for meaning in meanings:
        value = _VALUE.match(text, place)
        if value is None:
            break
        group = next(number for number in (1, 2, 3) if value[number] is not None)
        if meaning is Kind.MAYBE and values.looks_secret(value[group]):
            found.append(Span(value.start(group), value.end(group), "text.secret"))
        elif meaning in _TELLING and values.is_something(value[group]):
            rule = "text.secret" if meaning is Kind.SECRET else "text.personal"
            found.append(Span(value.start(group), value.end(group), rule, meaning is Kind.SECRET))
        place = value.end()
        if value[4] == ")":
            break
    return place
