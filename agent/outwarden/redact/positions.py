"""Secrets whose name stands elsewhere: in a list of columns, in the path of a link, on the line before."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import values
from outwarden.redact.names import Kind, kind
from outwarden.redact.spans import Span

_INSERT: Final = re.compile(r"values?\s{0,4}\(", re.IGNORECASE)
_COLUMNS: Final = re.compile(r"\(([^()\0]{1,600})\)\s{0,4}\Z")
_FURTHEST: Final = 640
_VALUE: Final = re.compile(
    r"\s{0,4}(?:[NEB]?'((?:[^'\0]|''){0,2048})'|\"([^\"\0]{0,2048})\"|([^,()'\"\0]{0,256}))\s{0,4}([,)])"
)
_AROUND: Final = ' \t\r\n`"[]'
_MOST: Final = 60
_LINK: Final = re.compile(r"(?:[a-z-]{0,24})/([A-Za-z0-9_.~=-]{16,512})")
_INPUT: Final = re.compile(r"input_value=b?(['\"])([^\0]{3,512}?)\1,")
_FIELD: Final = re.compile(r"(?:\A|\n)[ \t]{0,4}([\w.-]{1,80})\r?\n[^\r\n\0]{0,240}\Z")
_FURTHEST_FIELD: Final = 330


def inserted(text: str, at: int) -> Span | None:
    """SQL: `INSERT INTO … (name, api_key) VALUES ('x', '…')`; the value of the first telling column."""
    found = _INSERT.match(text, at)
    columns = _COLUMNS.search(text, max(0, at - _FURTHEST), at) if found is not None else None
    if found is None or columns is None:
        return None
    place = found.end()
    for column in columns[1].split(",")[:_MOST]:
        value = _VALUE.match(text, place)
        if value is None:
            return None
        group = next(number for number in (1, 2, 3) if value[number] is not None)
        if kind(column.strip(_AROUND)) is Kind.SECRET and values.is_something(value[group]):
            return Span(value.start(group), value.end(group), "text.secret")
        if value[4] == ")":
            return None
        place = value.end()
    return None


def link(text: str, at: int) -> Span | None:
    """The token in the path of a link that was mailed: `/password/reset/…`, `/invite/…`."""
    if at and text[at - 1] not in "/-_":
        return None
    found = _LINK.match(text, at)
    if found is None or not values.looks_secret(found[1]):
        return None
    return Span(found.start(1), found.end(1), "text.secret")


def refused_input(text: str, at: int) -> Span | None:
    """Pydantic names a field on one line and shows its value on the next."""
    found = _INPUT.match(text, at)
    field = _FIELD.search(text, max(0, at - _FURTHEST_FIELD), at) if found is not None else None
    if found is None or field is None or kind(field[1]) is not Kind.SECRET:
        return None
    return Span(found.start(2), found.end(2), "text.secret")
