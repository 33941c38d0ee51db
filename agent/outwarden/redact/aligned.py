"""Tables whose columns only blanks part, as `kubectl`, `docker` and `az` print them: names in capitals in the first line."""

from __future__ import annotations

from typing import Final

from outwarden.redact import tables
from outwarden.redact.expression import expression
from outwarden.redact.names import Kind
from outwarden.redact.spans import LOOKED, Span

_HEAD: Final = expression(
    r"[ \t]{0,4}[A-Z][A-Z0-9_./()-]{1,40}(?: [A-Z0-9_./()-]{1,40}){0,3}(?:[ \t]{2,40}[A-Z][A-Z0-9_./()-]{0,40}(?: [A-Z0-9_./()-]{1,40}){0,3}){1,20}[ \t\r]{0,40}"
)
_CELL: Final = expression(r"[^\s\0]{1,512}(?: [^\s\0]{1,512}){0,8}")
_RULED: Final = frozenset("-= \t\r")
_LONGEST_HEAD: Final = 400
_MOST_ROWS: Final = 60


def column(text: str, start: int, stop: int, meaning: Kind) -> Span | None:
    """Look at a name that may be in the first line of such a table; gives the values below it.

    Args:
        text: where the name is.
        start: where it begins.
        stop: where it ends.
        meaning: what the name stands before.
    """
    end = text.find("\n", stop, stop + _LONGEST_HEAD)
    if end < 0 or not text[start:stop].isupper():
        return None
    floor = max(0, start - _LONGEST_HEAD)
    begin = max(floor, text.rfind("\n", floor, start) + 1, text.rfind("\0", floor, start) + 1)
    if _HEAD.fullmatch(text, begin, end) is None:
        return None
    heads = [cell.span() for cell in _CELL.finditer(text, begin, end)]
    number = next((at for at, (first, last) in enumerate(heads) if first <= start < last), -1)
    found: list[Span] = []
    for _ in range(_MOST_ROWS):
        at = end + 1
        end = text.find("\n", at, at + _LONGEST_HEAD * 10)
        stop = end if end >= 0 else min(len(text), at + _LONGEST_HEAD * 10)
        joint = text.find("\0", at, stop)
        stop = joint if joint >= 0 else stop
        if not _RULED.issuperset(text[at:stop]):
            cells = [cell.span() for cell in _CELL.finditer(text, at, stop)]
            if len(cells) != len(heads) or number < 0:
                break
            span = tables.value(text, *cells[number], meaning)
            found += [span] if span is not None and not _is_word(text[span.start : span.stop]) else []
        if end < 0 or joint >= 0:
            break
    return found[0]._replace(others=tuple(found)) if found else LOOKED


def _is_word(value: str) -> bool:
    """Say whether a cell holds a word, as a table of words that are counted does."""
    return value.isalpha() and value.islower()
