"""Quoted values that are no plain quoted values: put together of several, in quotes that are escaped, in a quoted argument."""

from __future__ import annotations

from typing import Final

from outwarden.redact.expression import expression

REFERENCES: Final = ("&", "%")
"""What an escaped quote begins with."""
_REFERENCE: Final = expression(r"&(?:amp;){0,2}(?:quot|apos|#(?:34|39|[xX]2[27]));|%(?:25){0,2}2[27]")
_LONGEST: Final = 1_024
_END: Final = r"(?:\r?\n|\\{1,2}n)"
_JOINT: Final = rf"[ \t]{{0,4}}(?:(?:\+|\.|&|\|\||<>|\\)[ \t]{{0,4}}{_END}?|{_END}|[-=]>)[ \t]{{0,40}}(?:(?:\+|\.|&|\|\||<>)[ \t]{{0,4}})?"
_JOINED: Final = expression(
    rf"(\\{{0,3}}[\"']|&(?:quot|#39|#x27);){_JOINT}[bBfFrRuU]{{0,2}}\1(?:(?!\1)[^\"'\0\r\n]){{0,512}}(?=\1(?!\s{{0,4}}[:=]))"
)
"""`"…" "…"` over two lines, `'…' + '…'`: a text in several pieces, and no name behind it; also `"…" -> "…"`, a change."""
_MOST: Final = 40
_BESIDE: Final = expression(
    r"([\"'])[ \t]{1,4}\1(?=[^\"'\s]{0,255}[0-9])[A-Za-z0-9+/=_.~-]{6,512}(?=\1(?!\s{0,4}[:=]))"
)
"""`"…" "…"` in one line: two pieces of a text in C, Python or a shell, where the second looks like half a token."""
_STATEMENT: Final = expression(
    r"(?:with|encrypted|unencrypted)\s{1,4}\Z|\boptions ?\([^()]{0,120}\Z|\b(?:create|alter) (?:role|user) [^;\0]{1,100}\Z"
)
_FURTHEST: Final = 140
_HEADERS: Final = ("-H ", "-H", "header ", "header=", "headers ")
_LONGEST_HEADER: Final = 9


def reference(text: str, at: int) -> tuple[int, int] | None:
    """Give where a value begins and ends that stands between escaped quotes, such as `&quot;`, of which the first is at `at`."""
    found = _REFERENCE.match(text, at)
    if found is None:
        return None
    end = text.find(found[0], found.end(), found.end() + _LONGEST)
    line = text[found.end() : end]
    return (found.end(), end) if end > found.end() and "\n" not in line and "\0" not in line else None


def joined(text: str, end: int) -> int:
    """Follow a text over its other pieces; `end` is where the quote closes the first one."""
    for _ in range(_MOST):
        found = _JOINED.match(text, end) or _BESIDE.match(text, end)
        if found is None:
            break
        end = found.end()
    return end


def is_statement(text: str, start: int, at: int) -> bool:
    """SQL: `WITH PASSWORD '…'`: a quote stands at `at`, and what is before the name says that a password follows."""
    return text[at : at + 1] == "'" and _STATEMENT.search(text[max(0, start - _FURTHEST) : start].lower()) is not None


def argument(text: str, start: int, end: int) -> int:
    """Give the end of a header's value that has blanks: `-H 'X-Token: … …'`; that of its first word where there is no such argument.

    Args:
        text: where it is.
        start: where its name begins.
        end: where the first word of its value ends.
    """
    quote = text[start - 1 : start]
    if quote not in ("'", '"') or not text[max(0, start - 1 - _LONGEST_HEADER) : start - 1].endswith(_HEADERS):
        return end
    closing = text.find(quote, end, end + _LONGEST)
    return closing if closing > end and "\0" not in text[end:closing] else end
