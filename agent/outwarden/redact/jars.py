"""Cookies as the classes of Python print them, whatever they are called: `<Cookie sid=… for host/>`, `<SimpleCookie: sid='…'>`."""

from __future__ import annotations

from typing import Final

from outwarden.redact.expression import expression
from outwarden.redact.spans import LOOKED, Span

_COOKIE: Final = expression(r"<Cookie [^\s\0=]{1,128}=([^\s\0]{6,4096}) for ")
_JAR: Final = expression(r"<SimpleCookie:(?: [^\s\0=]{1,128}=(?:'[^'\0]{0,4096}'|\"[^\"\0]{0,4096}\")){1,32}")
_EACH: Final = expression(r" [^\s\0=]{1,128}=['\"]([^'\"\0]{6,4096})")
_FIELDS: Final = expression(r"Cookie\((?:version=[^\s\0,]{1,4}, )?name='[^'\0]{1,128}', value='([^'\0]{6,4096})")

_LINE: Final = expression(
    r"\t(?:TRUE|FALSE)\t/[^\t\0\r\n]{0,200}\t(?:TRUE|FALSE)\t[0-9]{1,12}\t[^\t\0\r\n]{1,128}\t([^\s\0]{6,4096})"
)


def cookie(text: str, at: int) -> Span | None:
    """A cookie in the jar of a client."""
    found = _COOKIE.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def fields(text: str, at: int) -> Span | None:
    """The same with all its fields: `Cookie(version=0, name='sid', value='…', …)`."""
    found = _FIELDS.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def line(text: str, at: int) -> Span | None:
    """A line of the file in which curl, wget and Netscape's heirs keep cookies: seven fields, with tabs between."""
    found = _LINE.match(text, at)
    return Span(*found.span(1), "text.secret") if found is not None else None


def jar(text: str, at: int) -> Span | None:
    """All cookies of the standard library's jar."""
    whole = _JAR.match(text, at)
    if whole is None:
        return None
    found = tuple(Span(*each.span(1), "text.secret") for each in _EACH.finditer(text, at, whole.end()))
    return found[0]._replace(others=found) if found else LOOKED
