"""Tables in a text: the name of a column stands in the first line, its values in the lines below, as in CSV."""

from __future__ import annotations

from typing import Final

from outwarden.redact import houses, personal, values
from outwarden.redact.expression import expression
from outwarden.redact.names import ADDRESS, HOUSE, MAYBE, NUMBER, PERSONAL, SECRET, Kind
from outwarden.redact.spans import LOOKED, READ, Span

PARTS: Final = frozenset(",;|\t\r\n\\")
"""What may stand behind the name of a column."""
_QUOTES: Final = "\\\"'`"
_LINE_END: Final = expression(r"\r?\n|(?:\\{1,3}r)?\\{1,3}n")
_LONGEST_HEAD: Final = 400
_LONGEST_LINE: Final = 4_096
_NAMES: Final = expression(
    r"[\s\\\"'`|]{0,4}[^\W\d][\w .()-]{0,48}+(?:[\\\"'`]{0,3}\s{0,16}[,;|\t]\s{0,16}[\\\"'`]{0,3}[^\W\d][\w .()-]{0,48}+){1,80}[\s\\\"'`|]{0,24}"
)
_OPENING: Final = expression(r"(?:[:=(]\s?|\s|(?<![^\0]))b?\\{0,7}[\"'`]{1,3}")
"""What stands in front of a table that is itself a value."""
_MARKS: Final = "\t;|,"
"""What parts columns; the first of these that is in a line does."""
_RULED: Final = expression(r"[-+|: =]{3,}")
_DASHES: Final = expression(r"[ \t]{0,4}-{3,}[ \t\r]{0,4}")
_BOXED: Final = 2
"""A row of a single column in a box has two marks."""
_CELL: Final = expression(r"\"(?:[^\"\0]|\"\"){0,2048}\"")
_MOST_ROWS: Final = 60
_JSON: Final = frozenset("{}[]")
_CLEAN: Final = " \t\\\"'`"
_LEAST_DIGITS: Final = 7


def column(text: str, start: int, stop: int, meaning: Kind) -> Span | None:
    """Look at a name that may stand in the first line of a table; gives the values below it, `LOOKED` where it stands in another line.

    Args:
        text: where the name is.
        start: where it begins.
        stop: where it ends.
        meaning: what the name stands before.
    """
    end = _line_end(text, stop, stop + _LONGEST_HEAD)
    if end < 0:
        return None
    floor = max(0, start - _LONGEST_HEAD)
    begin = _line_begin(text, floor, start)
    line = text[begin:end]
    if all(mark not in line for mark in _MARKS):
        return _only(text, begin, end, text[start:stop], meaning)
    head_at = begin
    for inside in _OPENING.finditer(text, begin, start):
        head_at = inside.end()
    head = text[head_at:end].rstrip("\r\\").removesuffix("\\r").rstrip("\\")
    mark = next((mark for mark in _MARKS if mark in head), "")
    count = head.count(mark) if mark else 0
    if not count or _count_before(text, floor, begin, mark) == count:
        return LOOKED  # a line in the middle of a table
    if (
        _NAMES.fullmatch(head) is None
        and (colon := text.rfind(": ", head_at, start)) >= 0
        and values.DIGITS.isdisjoint(text[colon:end])
    ):
        head_at = colon + 2  # `unexpected answer: id,name,…`
        head = text[head_at:end].rstrip("\r\\")
        count = head.count(mark)
    if not count or (_NAMES.fullmatch(head) is None and not (count == _BOXED and head.strip(" |") == text[start:stop])):
        return LOOKED
    number, spoken = text.count(mark, head_at, start), ", " in head
    found: list[Span] = []
    rows = 0
    at = end + (1 if text[end] == "\n" else 2)
    for _ in range(_MOST_ROWS):
        stop = _row_end(text, at)
        line = text[at:stop]
        if not (_RULED.fullmatch(line.strip()) and found == []):
            cells = _cells(line, mark)
            cut = number < len(cells) <= count and rows and _LINE_END.match(text, stop) is None
            if len(cells) != count + 1 and not cut:
                break
            rows += 1
            span = value(text, at + cells[number][0], at + cells[number][1], meaning)
            if span is not None and not (spoken and not values.looks_secret(text[span.start : span.stop])):
                found.append(span)
        following = _LINE_END.match(text, stop)
        if following is None:
            break
        at = following.end()
    if not found:
        sure = rows and values.DIGITS.isdisjoint(head) and not any(map(values.looks_secret, head.split(mark)))
        return READ if sure else LOOKED
    return found[0]._replace(others=tuple(found))


def _only(text: str, begin: int, end: int, name: str, meaning: Kind) -> Span | None:
    """Look at the values of a table with a single column: a line of dashes is below its name."""
    if text[begin:end].strip(_CLEAN + "\r") != name:
        return None
    at = end + (1 if text[end] == "\n" else 2)
    stop = _row_end(text, at)
    if _DASHES.fullmatch(text, at, stop) is None:
        return None
    found: list[Span] = []
    for _ in range(_MOST_ROWS):
        following = _LINE_END.match(text, stop)
        if following is None:
            break
        at = following.end()
        stop = _row_end(text, at)
        if text[at:stop].lstrip()[:1] in ("", "("):
            break
        if (span := value(text, at, stop, meaning)) is not None:
            found.append(span)
    return found[0]._replace(others=tuple(found)) if found else LOOKED


def _line_end(text: str, at: int, limit: int) -> int:
    """Give where a line ends, in a text or in one that is written as JSON; -1: nowhere before the limit."""
    plain = text.find("\n", at, limit)
    escaped = text.find("\\n", at, plain if plain >= 0 else limit)
    end = escaped if escaped >= 0 else plain
    return end if text.find("\0", at, max(at, end)) < 0 else -1


def _row_end(text: str, at: int) -> int:
    """Give where the line ends that begins there, or what is looked at of it."""
    limit = min(len(text), at + _LONGEST_LINE)
    end = _line_end(text, at, limit)
    if end >= 0:
        return end - 1 if text[end - 1] == "\r" and end > at else end
    joint = text.find("\0", at, limit)
    return joint if joint >= 0 else limit


def _line_begin(text: str, floor: int, at: int) -> int:
    begin = max(floor, text.rfind("\n", floor, at) + 1)
    begin = max(begin, text.rfind("\0", begin, at) + 1)
    escaped = text.rfind("\\n", begin, at)
    return escaped + 2 if escaped >= 0 else begin


def _count_before(text: str, floor: int, begin: int, mark: str) -> int:
    """Say how often a mark is in the line before the one that begins there."""
    end = begin - 1
    if end < 0 or text[end] == "\0":
        return -1  # another text
    return text.count(mark, _line_begin(text, floor, end), end) if end > floor else -1


def _cells(line: str, mark: str) -> list[tuple[int, int]]:
    """Give where the cells of a line begin and end; what is in quotes may hold the mark."""
    cells, at = [], 0
    while True:
        quoted = _CELL.match(line, at)
        end = line.find(mark, quoted.end() if quoted is not None else at)
        cells.append((at, end if end >= 0 else len(line)))
        if end < 0:
            return cells
        at = end + 1


def value(text: str, start: int, stop: int, meaning: Kind) -> Span | None:
    """Give what stands in a cell, if it must go by what the name of its column stands before."""
    while start < stop and text[start] in _CLEAN:
        start += 1
    while stop > start and text[stop - 1] in _CLEAN:
        stop -= 1
    shown = text[start:stop]
    if not values.is_something(shown) or shown[0] in _JSON:
        return None
    if meaning is SECRET:
        return Span(start, stop, "text.secret")
    if meaning is MAYBE:
        return Span(start, stop, "text.secret") if values.looks_secret(shown) else None
    if meaning is PERSONAL or (meaning is HOUSE and houses.is_one(shown)):
        return Span(start, stop, "text.personal", spreads=False)
    if meaning is ADDRESS:
        return personal.address(text, start)
    if meaning is NUMBER and (sum(map(str.isdigit, shown)) >= _LEAST_DIGITS or values.looks_secret(shown)):
        return Span(start, stop, "text.number", spreads=False)
    return None
