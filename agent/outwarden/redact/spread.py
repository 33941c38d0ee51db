"""What was found at one place of an event is masked at all its other places as well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from outwarden.redact import values
from outwarden.redact.finder import Finder
from outwarden.redact.matcher import lower
from outwarden.redact.spans import Span, mask

_PIECE: Final = 16
"""So much of a value is looked for: an excerpt may end in its middle."""
_DEEPEST: Final = 12
_MANY: Final = 32
"""More values than these are looked for together."""


def secrets_of(node: Any, depth: int = 0) -> Iterator[str]:
    """Give the texts of a subtree that look like secrets."""
    if isinstance(node, str):
        if values.looks_secret(node):
            yield node
    elif depth < _DEEPEST:
        if isinstance(node, Mapping):
            node = node.values()
        if isinstance(node, Iterable) and not isinstance(node, bytes):
            for item in node:
                yield from secrets_of(item, depth + 1)


def spread(out: dict[Any, Any], found: Iterable[str], texts: Iterable[str]) -> None:
    """Mask the values that were found in an event wherever else they stand.

    Args:
        out: the event, changed in place.
        found: the values.
        texts: all texts of the event; mostly a look at them says that there is nothing to do.
    """
    everything = "\0".join(texts)
    values_ = list(found)
    if len(values_) > _MANY:
        pieces = {value[:_PIECE]: value for value in values_}
        finder = Finder(map(lower, pieces))
        if finder.hits(lower(everything), 1):
            _spread_many(out, pieces, finder)
        return
    here = [(piece, value) for value in values_ if (piece := value[:_PIECE]) in everything]
    if here:
        _spread(out, here)


def _spread(node: Any, pieces: list[tuple[str, str]]) -> None:
    for at, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if value.__class__ is str:
            for piece, whole in pieces:
                if piece in node[at]:
                    node[at] = _without(node[at], piece, whole)
        elif isinstance(value, dict | list):
            _spread(value, pieces)


def _spread_many(node: Any, pieces: dict[str, str], finder: Finder) -> None:
    """Do the same at a cost that does not grow with the number of values."""
    for at, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if value.__class__ is str:
            for start, low in finder.hits(lower(value), len(value)):
                piece = value[start : start + len(low)]
                if piece in pieces and piece in node[at]:
                    node[at] = _without(node[at], piece, pieces[piece])
        elif isinstance(value, dict | list):
            _spread_many(value, pieces, finder)


def _without(text: str, piece: str, whole: str) -> str:
    spans = []
    at = text.find(piece)
    while at >= 0:
        stop, end = at + len(piece), len(piece)
        while stop < len(text) and end < len(whole) and text[stop] == whole[end]:
            stop += 1
            end += 1
        spans.append(Span(at, stop, "spread"))
        at = text.find(piece, stop)
    return mask(text, spans)
