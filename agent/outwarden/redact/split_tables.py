"""Split tables: JSON in a text that lists the names of the columns once, and then the rows: `{"columns": ["id", "api_key"], "data": [[1, "…"]]}`."""

from __future__ import annotations

from typing import Final

from outwarden.redact import tables
from outwarden.redact.expression import expression
from outwarden.redact.names import PLAIN, kind
from outwarden.redact.spans import GLANCED, LOOKED, Span

_QUOTE: Final = r"\\{0,3}\""
_HEAD: Final = expression(
    rf"\"(?:columns|fields|headers?|column_names|columnNames){_QUOTE}\s?:\s?\["
    rf"((?:\s{{0,12}}{_QUOTE}[^\"\\\0\[\]]{{1,64}}{_QUOTE}\s{{0,12}},?){{1,40}})\s{{0,12}}\]"
)
_ROWS: Final = expression(rf"{_QUOTE}(?:rows|data|values|records){_QUOTE}\s?:\s?\[\s{{0,12}}\[")
_NAME: Final = expression(r"[^\"\\\s,][^\"\\]{0,63}(?=\\{0,3}\")")
_CELL: Final = expression(r"\s{0,12}(?:\\{0,3}\"([^\"\\\0]{0,1024})\\{0,3}\"|[^\s\",\[\]{}\0]{1,32})\s{0,12}([,\]])")
_NEXT: Final = expression(r"\s{0,12},\s{0,12}\[")
_FURTHEST_ROWS: Final = 400
_MOST_CELLS: Final = 120


def find(text: str, at: int) -> Span | None:
    """Look at the rows behind the names of columns, the values of those that say something."""
    head = _HEAD.match(text, at)
    if head is None:
        return None
    meanings = [kind(name) for name in _NAME.findall(head[1])]
    if all(meaning is PLAIN for meaning in meanings):
        return GLANCED
    rows = _ROWS.search(text, head.end(), head.end() + _FURTHEST_ROWS)
    if rows is None:
        return LOOKED
    found: list[Span] = []
    place, column = rows.end(), 0
    for _ in range(_MOST_CELLS):
        cell = _CELL.match(text, place)
        if cell is None:
            break
        if column < len(meanings) and meanings[column] is not PLAIN and cell[1]:
            span = tables.value(text, *cell.span(1), meanings[column])
            if span is not None:
                found.append(span)
        place, column = cell.end(), column + 1
        if cell[2] == "]":
            following = _NEXT.match(text, place)
            if following is None:
                break
            place, column = following.end(), 0
    return found[0]._replace(others=tuple(found)) if found else LOOKED
