"""Secrets in sentences: the value stands in front of its name, or behind that of a user."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import values
from outwarden.redact.expression import expression
from outwarden.redact.names import Kind, is_short_code, kind
from outwarden.redact.spans import LOOKED, Span

_SAYS: Final = expression(
    r"(?:is an? (?:expired|invalid|wrong|old)|is (?:not a|no) valid|as (?:the|your|my|its)) ([A-Za-z][\w-]{1,40})(?: ([A-Za-z]{2,20}))?"
)
_SAID: Final = expression(r" ['\"`)]{0,2}?([^\s\0'\"`(]{8,512})(?=[\s'\"`(=:]|\Z)")
"""A value in front of what follows it, both read from behind: so it is tried at one place, not at each that may begin it."""
_FURTHEST_SAID: Final = 520
_LOGIN: Final = expression(
    r"(?:\w{5,11}|log(?:ged)? in with|sign(?:ed)? in with|connect(?:ing|ed) as)[ :=]{1,3}['\"]?[\w.@-]{1,48}['\"]? {0,2}/ {0,2}['\"]?([^\s\0'\"/,;]{6,128})",
    re.IGNORECASE,
)
_SENT: Final = expression(r"(?<![0-9A-Za-z])(?:[A-Z]{1,3}-)?([0-9]{3}[ -]?[0-9]{3}|[0-9]{4,8})[ \t]{1,2}\Z")
_SENT_AS: Final = expression(
    r"(?:is your|adalah kode)[^\r\n\0.]{0,60}?(?:code|otp|pin|passcode|password|verifikasi|keamanan|rahasia)\b",
    re.IGNORECASE,
)
_FURTHEST_SENT: Final = 16
_ANSWERED: Final = expression(
    r"&?code[\\'\"]{0,8}\s?[:=]\s?[\\'\"]{0,8}([0-9]{6,8})(?=[\\'\"&\s\0,;]|\Z)", re.IGNORECASE
)
_PURPOSE: Final = expression(
    r"magic_?(?:auth|link)|verific|passcode|passwordless|one.?time|\b(?:otp|totp)\b", re.IGNORECASE
)
_ERRS: Final = expression(r"error|message|detail|reason|invalid", re.IGNORECASE)
_FURTHEST_PURPOSE: Final = 240
_CODE_FOR: Final = expression(
    r"(?<![0-9A-Za-z])([0-9]{4,8}) (?:sebagai(?= (?:kode|otp|pin|sandi|password)\b)|(?:as|is|for) (?:your|the|my)) ([a-z][a-z-]{1,20}(?: [a-z-]{2,20}){0,3})"
)


def sent_code(text: str, at: int) -> Span | None:
    """`123456 is your verification code`: the value stands in front."""
    found = _SENT.search(text, max(0, at - _FURTHEST_SENT), at)
    if found is None:
        return None
    if _SENT_AS.match(text, at) is None:
        return LOOKED
    return Span(found.start(1), found.end(1), "text.secret", spreads=False)


def named_behind(text: str, at: int) -> Span | None:
    """`… is an expired signing key`, `use … as the password`: the value stands before its name."""
    found = _SAYS.match(text, at)
    before = _SAID.match(text[max(0, at - _FURTHEST_SAID) : at][::-1]) if found is not None else None
    if found is None or before is None:
        return None
    start, stop = at - before.end(1), at - before.start(1)
    meanings = {kind(found[1]), kind(f"{found[1]} {found[2]}") if found[2] else Kind.PLAIN}
    if not meanings.isdisjoint((Kind.NUMBER, Kind.PERSONAL, Kind.ADDRESS)):
        return Span(start, stop, "text.personal", spreads=False)
    if meanings.isdisjoint((Kind.SECRET, Kind.MAYBE)) or not values.looks_secret(text[start:stop]):
        return None
    return Span(start, stop, "text.secret")


def answered(text: str, at: int) -> Span | None:
    """`"code": "417902"`, `Code=417902&…`: a code that was sent, where something near says what it is for and no error does."""
    found = _ANSWERED.match(text, at)
    if found is None or (at and text[at] != "&" and (text[at - 1].isalnum() or text[at - 1] in "_-")):
        return None
    near = text[max(text.rfind("\0", 0, at) + 1, at - _FURTHEST_PURPOSE) : found.end() + _FURTHEST_PURPOSE].partition(
        "\0"
    )[0]
    if _PURPOSE.search(near) is None or _ERRS.search(near) is not None:
        return LOOKED
    return Span(*found.span(1), "text.secret", spreads=False)


def user_and_password(text: str, at: int) -> Span | None:
    """`creds bot / …`: a name, a slash, and a password."""
    found = _LOGIN.match(text, at)
    if found is None or not values.looks_secret(found[1]):
        return None
    return Span(found.start(1), found.end(1), "text.secret")


def code_for(text: str, at: int) -> Span | None:
    """`Use 417902 as your one-time password`, `Gunakan 417902 sebagai kode verifikasi`: `at` is the blank behind the code."""
    begin = at
    while begin and text[begin - 1].isdigit() and at - begin < 9:
        begin -= 1
    found = _CODE_FOR.match(text, begin) if begin < at else None
    if found is None or not (is_short_code(found[2]) or "one-time" in found[2] or kind(found[2]) is Kind.SECRET):
        return None
    return Span(*found.span(1), "text.secret", spreads=False)
