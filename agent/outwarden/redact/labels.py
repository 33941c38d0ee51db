"""Labelled values in a text: `password=…`, `"apiKey": "…"`, `('Authorization', '…')`, `<token>…</token>`, `--secret …`."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import personal, values
from outwarden.redact.canonical import canonical
from outwarden.redact.names import Kind, is_credential_parameter, kind
from outwarden.redact.spans import Span

_NAME: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
_LONGEST_NAME: Final = 80
_STRONG: Final = re.compile(
    r"""[\\'"`\])}]{0,4}+[ \t]{0,3}+(?:=>|:=|==?|:)\s{0,3}+"""
    r"""|>(?=[^<>\s])"""
    r"""|[\\'"`]{1,3}+\s?,?\s?(?:[\\'"]{0,3}[A-Za-z_]{0,12}[vV]alue[\\'"]{0,3}\s?[:=]\s?)"""
    r"""|[\\'"`]{1,3}+\s?,\s?(?=[(\[]{0,2}b?[\\'"])"""
)
_WEAK: Final = re.compile(
    r"""['"]?[ \t]{1,2}(?:(?:is|was|number|no\.?|value|of|header|code|id|used|sent|given)[ \t:=]{1,2}){0,2}"""
)
_ARGUMENT: Final = re.compile(r"[ \t]{1,2}")
_OPTION: Final = re.compile(r"--([A-Za-z][A-Za-z0-9_.-]{1,78})")
_PEM: Final = "-----"
"""A key in PEM has line ends and blanks: its own rule knows where it stops."""
_COOKIE: Final = ("cookie", "cookies")
_HEADER: Final = ("authorization", "cookie")


def find(text: str, at: int) -> Span | None:
    """Look at a label of which a part stands at `at`."""
    start = at
    floor = max(0, at - _LONGEST_NAME)
    while start > floor and text[start - 1] in _NAME:
        start -= 1
    stop = at
    ceiling = min(len(text), at + _LONGEST_NAME)
    while stop < ceiling and text[stop] in _NAME:
        stop += 1
    name = text[start:stop].rstrip(".-")
    stop = start + len(name)
    meaning = kind(name)
    in_query = start > 0 and text[start - 1] in "?&"
    if in_query and meaning is not Kind.SECRET and is_credential_parameter(name):
        meaning = Kind.MAYBE
    if meaning is Kind.PLAIN:
        return None
    separator = _STRONG.match(text, stop)
    strong = separator is not None
    if separator is None:
        separator = (_ARGUMENT if text[start : start + 1] == "-" else _WEAK).match(text, stop)
        if separator is None:
            return None
        strong = text[start : start + 1] == "-"
    return _judge(text, separator.end(), meaning, name, strong=strong)


def option(text: str, at: int) -> Span | None:
    """Look at an option of a command line, such as `--session-id`."""
    name = _OPTION.match(text, at)
    if name is None or kind(name[1]) is Kind.PLAIN:
        return None
    return find(text, name.end() - 1)


def _judge(text: str, at: int, meaning: Kind, name: str, *, strong: bool) -> Span | None:
    inner, quote = values.opening(text, at)
    if meaning in (Kind.NUMBER, Kind.USER):
        return personal.number(text, inner)
    if meaning is Kind.ADDRESS:
        return personal.address(text, inner)
    if quote:
        end = values.quoted(text, inner, quote)
    else:
        inner = at if text[at:inner].strip("([{") else inner
        end = values.bare(text, inner, cookie=name.lower().endswith(_COOKIE))
        if strong:
            end = values.wrapped(text, end)
    value = text[inner:end]
    if not values.is_something(value) or canonical(value[:64]).startswith(_PEM):
        return None
    if meaning is Kind.SECRET and strong:
        return Span(inner, end, "text.secret", values.looks_secret(value))
    if meaning is Kind.PERSONAL:
        return Span(inner, end, "text.personal", spreads=False) if strong else None
    if values.looks_secret(value.strip()) and (strong or not quote or " " not in value):
        return Span(inner, end, "text.secret")
    return None
