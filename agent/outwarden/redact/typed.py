"""What a test or a script types into a form: the field is named before it, `get('#password').type('…')`, `fill_in 'Token', with: '…'`."""

from __future__ import annotations

from typing import Final

from outwarden.redact import values
from outwarden.redact.expression import expression
from outwarden.redact.names import Kind, kind
from outwarden.redact.spans import LOOKED, Span

CALLS: Final = (
    ".type(",
    ".fill(",
    ".val(",
    ".setvalue(",
    ".entertext(",
    ".fillfield(",
    ".presssequentially(",
    "send_keys(",
    "sendkeys(",
    ", with: ",
)
"""What leads to it, in small letters."""
_TYPED: Final = expression(
    r"[.\w]{3,20}\(\s?(?:([\"'`])((?:(?!\1)[^\0\r\n]){1,120})\1, ?)?([\"'`])((?:(?!\3)[^\0\r\n]){3,256})\3\s?[,)]"
    r"|, with: ()()([\"'])([^\"'\0\r\n]{3,256})"
)
_NAMED: Final = expression(r"([\"'`/])([^\"'`/\0\r\n]{2,80})\1[^\"'`\0\r\n]{0,24}\Z")
_NAMES: Final = expression(r"[A-Za-z][\w-]*(?: [A-Za-z][\w-]*){0,3}")
_FURTHEST: Final = 110
_MOST: Final = 8


def find(text: str, at: int) -> Span | None:
    """Look at what is typed by the call whose name begins at `at`."""
    found = _TYPED.match(text, at)
    if found is None:
        return None
    group = 4 if found[4] else 8
    field = found[2]
    if not field:
        before = _NAMED.search(text, max(0, at - _FURTHEST), at)
        if before is None:
            return LOOKED
        field = before[2]
    meanings = {kind(name) for name in _NAMES.findall(field)[:_MOST]}
    value = found[group]
    if not values.is_something(value):
        return LOOKED
    if Kind.SECRET in meanings:
        return Span(*found.span(group), "text.secret")
    if not meanings.isdisjoint((Kind.NUMBER, Kind.PERSONAL)):
        return Span(*found.span(group), "text.personal", spreads=False)
    return LOOKED
