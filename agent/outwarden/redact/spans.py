"""Span: a piece of a text that must go, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from outwarden.redact.marks import MASK


class Span(NamedTuple):
    """A piece of a text that must go."""

    start: int
    stop: int
    rule: str
    spreads: bool = True
    """Whether the piece is to be looked for in the rest of the event as well: a credential is, a date of birth is not."""
    others: tuple[Span, ...] = ()
    """Several pieces, where one look finds them far from its place; what lies between is looked at as well."""


_REST: Final = 16
"""So much of a token is never left behind a span that ends in it."""

LOOKED: Final = Span(0, 0, "")
"""What a rule gives that has looked closely and found nothing: it costs as much as to find something.

One with another end tells how long the value was, where it was long.
"""

GLANCED: Final = Span(0, 0, "")
"""What a rule gives that has looked whether anything that it knows follows at all: less than to look closely, more than nothing."""

READ: Final = Span(0, 0, "")
"""The same where it was also asked whether the line is one of a table."""


def moved(span: Span, by: int) -> Span:
    """Give a span of a text as one of a longer text in which that one begins `by` characters behind the beginning."""
    start, stop, rule, spreads, _ = span
    return _NEW(Span, (start + by, stop + by, rule, spreads, ()))


_NEW: Final = tuple.__new__
"""A tuple with names is made by a function in Python, which takes three times as long."""

Find = Callable[[str, int], "Span | None"]
"""A rule: looks at one place of a text, where its literal was found."""


def mask(text: str, spans: Sequence[Span]) -> str:
    """Replace the spans, which may overlap or touch, by one mark each."""
    if len(spans) == 1:
        start, stop, *_ = spans[0]
        return f"{text[:start]}{MASK}{text[stop:]}"
    out: list[str] = []
    end = 0
    for start, stop, *_ in sorted(spans):
        if start >= end:
            if start > end or not out:
                out.append(text[end:start])
            elif end:
                end = max(end, stop)  # it touches the one before: one mark is enough
                continue
            out.append(MASK)
        end = max(end, stop)
    out.append(text[end:])
    return "".join(out)


def blanked(raw: bytes, spans: Sequence[Span]) -> bytes:
    """Put zeros in the place of the spans of a text that is given with one byte for each of its characters."""
    if len(spans) == 1:
        start, stop, *_ = spans[0]
        return raw[:start] + bytes(stop - start) + raw[stop:]
    left = bytearray(raw)
    for start, stop, *_ in spans:
        left[start:stop] = bytes(stop - start)
    return bytes(left)


def completed(text: str, spans: list[Span]) -> list[Span]:
    """Follow spans that end inside a long token to its end: of what was encoded we can no more read the rest, others may.

    What is known by its value ends where it ends.
    """
    for number, span in enumerate(spans):
        stop = span.stop
        rest = text[stop : stop + _REST]
        if len(rest) == _REST and rest.isalnum() and text[stop - 1].isalnum() and span.rule != "secret":
            while text[stop : stop + 1].isalnum():
                stop += 1
            spans[number] = span._replace(stop=stop)
    return spans
