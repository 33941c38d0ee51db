"""What was found at one place of an event is masked at all its other places as well."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from outwarden.redact import values
from outwarden.redact.finder import Finder
from outwarden.redact.matcher import lower
from outwarden.redact.spans import Span, mask

_PIECE: Final = 16
"""So much of a value is looked for: an excerpt may end in its middle."""
_DEEPEST: Final = 32
_INTENTS: Final = ("pi_", "seti_", "cs_")
_INTENT: Final = "_secret_"
"""What stands before it in a client's secret of Stripe is the id of the payment, which is none."""
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
        found: the values; in which order makes no difference.
        texts: all texts of the event; mostly a look at them says that there is nothing to do.
    """
    everything = "\0".join(texts)
    values_ = sorted(found)
    if len(values_) > _MANY:
        pieces = _by_piece(values_)
        finder = Finder(dict.fromkeys(map(lower, pieces)))
        if finder.hits(lower(everything), 1):
            _spread_many(out, pieces, finder)
        return
    here = [value for value in values_ if value[:_PIECE] in everything]
    if here:
        _spread(out, _by_piece(here))


def _by_piece(values_: list[str]) -> dict[str, list[str]]:
    """Put the values together that begin alike, as tokens of one kind do."""
    pieces: dict[str, list[str]] = {}
    for value in values_:
        pieces.setdefault(value[:_PIECE], []).append(value)
    return pieces


def _spread(node: Any, pieces: dict[str, list[str]]) -> None:
    for at, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if value.__class__ is str:
            spans = [span for piece in pieces if piece in value for span in _spans(value, piece, pieces[piece])]
            if spans:
                node[at] = mask(value, spans)
        elif isinstance(value, dict | list):
            _spread(value, pieces)


def _spread_many(node: Any, pieces: dict[str, list[str]], finder: Finder) -> None:
    """Do the same at a cost that does not grow with the number of values."""
    for at, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if value.__class__ is str:
            met = {value[start : start + len(low)] for start, low in finder.hits(lower(value), len(value))}
            spans = [span for piece in met if piece in pieces for span in _spans(value, piece, pieces[piece])]
            if spans:
                node[at] = mask(value, spans)
        elif isinstance(value, dict | list):
            _spread_many(value, pieces, finder)


def _spans(text: str, piece: str, wholes: list[str]) -> Iterator[Span]:
    """Give every place of a piece, followed as far as any of the values goes that begin with it; these are sorted."""
    longest = max(map(len, wholes))
    at = text.find(piece)
    while at >= 0:
        here = text[at : at + longest]
        place = bisect_left(wholes, here)  # what goes along furthest is a neighbour of it
        stop = at + max(_common(here, whole) for whole in wholes[max(0, place - 1) : place + 1])
        if not all(whole.startswith(_INTENTS) and whole.find(_INTENT) >= stop - at for whole in wholes):
            yield Span(at, stop, "spread")
        at = text.find(piece, stop)


def _common(one: str, other: str) -> int:
    """Say how many characters two texts begin with alike."""
    if one.startswith(other):
        return len(other)
    return next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), len(one))
