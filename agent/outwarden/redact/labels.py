"""Labelled values in a text: `password=…`, `"apiKey": "…"`, `('Authorization', '…')`, `<token>…</token>`, `--secret …`."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import personal, values
from outwarden.redact.canonical import canonical
from outwarden.redact.names import Judge, Kind, is_credential_parameter, kind
from outwarden.redact.spans import Span

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{0,80}")
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
_WORTH_LONG: Final = re.compile(r"[([{]{0,3}(?:b?[\\'\"`]{1,4})?[^\s\0,'\"]{8}")
_WORTH: Final = re.compile(r"[([{]{0,3}(?:b?[\\'\"`]{1,4})?(?:[+(]{0,2}[0-9]|[^\s\0,'\"]{8})")
"""What must follow a label without a strict separator, or one that may be an ordinary word, to be looked at closely."""
_SHORT: Final = (Kind.NUMBER, Kind.USER, Kind.ADDRESS)
_ARGUMENT: Final = re.compile(r"[ \t]{1,2}")
_OPTION: Final = re.compile(r"--([A-Za-z][A-Za-z0-9_.-]{1,78})")
_PEM: Final = "-----"
"""A key in PEM has line ends and blanks: its own rule knows where it stops."""
_PEM_BEGINS: Final = frozenset("-%\\&=")
_COOKIE: Final = ("cookie", "cookies")


def find(text: str, at: int, judge: Judge = kind) -> Span | None:
    """Look at a label of which a part stands at `at`."""
    before = _NAME.match(text[max(0, at - _LONGEST_NAME) : at][::-1])
    after = _NAME.match(text, at)
    start = at - before.end() if before is not None else at
    name = text[start : after.end() if after is not None else at].rstrip(".-")
    stop = start + len(name)
    meaning = judge(name)
    if meaning is Kind.PLAIN and not (start and text[start - 1] in "?&" and is_credential_parameter(name)):
        return None
    separator = _STRONG.match(text, stop)
    strong = True
    if separator is None:
        strong = name.startswith("-")
        if meaning is Kind.PERSONAL and not strong:
            return None
        separator = (_ARGUMENT if strong else _WEAK).match(text, stop)
        if separator is None:
            return None
    if not strong or meaning is Kind.MAYBE:
        worth = _WORTH if meaning in _SHORT else _WORTH_LONG
        if worth.match(text, separator.end()) is None:
            return None
    return _judge(text, separator.end(), meaning, name, strong=strong)


def option(text: str, at: int, judge: Judge = kind) -> Span | None:
    """Look at an option of a command line, such as `--session-id`."""
    name = _OPTION.match(text, at)
    if name is None or judge(name[1]) is Kind.PLAIN:
        return None
    return find(text, name.end() - 1, judge)


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
    if not values.is_something(value):
        return None
    if value[0] in _PEM_BEGINS and canonical(value[:64]).startswith(_PEM):
        return None
    if meaning is Kind.SECRET and strong:
        return Span(inner, end, "text.secret")
    if meaning is Kind.PERSONAL:
        return Span(inner, end, "text.personal", spreads=False)
    if values.looks_secret(value.strip()) and (strong or not quote or " " not in value):
        return Span(inner, end, "text.secret")
    return None
