"""Several values below one name: mappings and lists in YAML, lists in brackets, rows of codes."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import values
from outwarden.redact.expression import expression
from outwarden.redact.names import Kind, kind
from outwarden.redact.spans import LOOKED, Span

_ITEM: Final = expression(r"\r?\n[ \t]{0,24}-[ \t]{1,3}['\"]?[^\s:=\0]{8,512}={0,2}(?=\s|\Z|\0)")
_CODES: Final = expression(r"(?:,[ \t]?|[ \t])[A-Za-z0-9]{4,12}-[A-Za-z0-9]{4,12}(?![A-Za-z0-9-])")
_IN_BRACKETS: Final = expression(
    r"[\\'\"]{0,8},\s{0,48}[\\'\"]{0,8}([^\s\0'\",\]\\]{6,1024})(?=[\\'\"]{0,8}\s{0,4}[,\])])"
)
_PARTS: Final = frozenset("\r\n, \t'\"\\")
"""What may stand between a value and the next one."""
_MOST: Final = 50
_BELOW: Final = expression(r":\r?\n([ ]{1,24})(?=[\w.-]{1,64}:\s)")
_ENTRY: Final = expression(
    r"([ ]{1,24})[\w.-]{1,64}:[ \t]{1,4}(?:'([^'\r\n\0]{3,1024})'|\"([^\"\r\n\0]{3,1024})\"|([^\s\0'\"]{3,1024}))[ \t]{0,4}(?:\r?\n|(?=\Z|\0))"
)
_ALONE: Final = expression(r":\r?\n[ \t]{3,24}['\"]?([^\s\0'\"]{8,1024})['\"]?[ \t]{0,4}(?=[\r\n\0]|\Z)")
_WRAPPED: Final = expression(
    r"(?:(?:type|description|format):[^\r\n\0]{1,120}\r?\n[ \t]{1,24}){0,3}(?:secure|value|plain|plaintext|encrypted|default|current|new|example|stringValue):[ \t]{1,4}['\"]?([^\s\0'\"]{3,4096})"
)
_ACCOUNTS: Final = expression(
    r"chpasswd:(?:\r?\n[ \t]{1,16}(?:expire:[^\r\n\0]{0,16}|(?:list|users):[ \t]{0,4}[|>-]{0,2}))*", re.IGNORECASE
)
_ACCOUNT: Final = expression(r"\r?\n[ \t]{1,24}(?:- )?[a-z_][\w.-]{0,31}:([^\s\0]{3,256})(?=[\r\n\0]|\Z)")
_FURTHEST_ACCOUNT: Final = 2_000
_PLURAL: Final = frozenset(("passwords", "secrets", "tokens", "apikeys", "api_keys", "stringdata"))


def following(text: str, begin: int, end: int, name: str, *, sure: bool) -> int:
    """Follow a value over those behind it.

    Args:
        text: where it is.
        begin: where what stands before the value begins, such as a bracket.
        end: where the value ends.
        name: what all of them are called.
        sure: the name says that they are secrets; otherwise each must look like one.
    """
    if text[end : end + 1] not in _PARTS:
        return end
    if "[" in text[begin : begin + 3] or text[begin : begin + 1] == "(":
        more = _IN_BRACKETS
    elif text[end] in "'\"":
        return end
    else:
        more = _CODES if name.lower().endswith("codes") else _ITEM
    for _ in range(_MOST):
        found = more.match(text, end)
        if found is None or not (sure or values.looks_secret(found[0].strip(" \t\r\n'\",-"))):
            break
        end = found.end(found.re.groups)
    return end


def below(text: str, stop: int, name: str) -> Span | None:
    """YAML: all values of the mapping that stands below a name such as `passwords:`, below others the one that is called `value`."""
    opened = _BELOW.match(text, stop)
    if opened is None:
        return _alone(text, stop) if kind(name) in (Kind.SECRET, Kind.MAYBE) else None
    if name.lower() not in _PLURAL:
        found_one = _WRAPPED.match(text, opened.end(1))
        return Span(*found_one.span(1), "text.secret") if found_one is not None else LOOKED
    found: list[Span] = []
    at = opened.start(1)
    for _ in range(_MOST):
        entry = _ENTRY.match(text, at)
        if entry is None or entry[1] != opened[1]:
            break
        start, end = entry.span(entry.lastindex or 0)
        if values.is_something(text[start:end]):
            found.append(Span(start, end, "text.secret"))
        at = entry.end()
    return found[0]._replace(others=tuple(found)) if found else LOOKED


def _alone(text: str, stop: int) -> Span | None:
    """Look at a value that stands by itself in the next line, further to the right."""
    found = _ALONE.match(text, stop)
    if found is None or not values.looks_secret(found[1]):
        return None
    return Span(*found.span(1), "text.secret")


def accounts(text: str, at: int) -> Span | None:
    """cloud-init: the lines `name:password` below `chpasswd:`."""
    opened = _ACCOUNTS.match(text, at)
    if opened is None:
        return None
    found = [
        Span(*account.span(1), "text.secret")
        for account in _ACCOUNT.finditer(text, opened.end(), opened.end() + _FURTHEST_ACCOUNT)
        if values.is_something(account[1])
    ]
    return found[0]._replace(others=tuple(found)) if found else LOOKED


def data(text: str, at: int) -> Span | None:
    """Kubernetes: `stringData:` of a secret."""
    name = "stringData"
    return below(text, at + len(name), name) if text.startswith(name, at) else None
