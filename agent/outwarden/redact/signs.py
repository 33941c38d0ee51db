"""Signs that a text may mean something else than it says: escapes, and the ends of lines that may have folded a word."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact.escapes import PERCENT, REFERENCE

LINE_ENDS: Final = "\r\n"

_SIGNS: Final = (
    ("%", re.compile(f"{PERCENT.pattern}(?:{PERCENT.pattern})*")),  # to begin with a letter makes a search fast
    ("&", re.compile(f"{REFERENCE.pattern}(?:{REFERENCE.pattern})*")),
    ("\\", re.compile(r"\\(?:[^\\\0]{0,8}\\)*")),
    ("\n", re.compile(r"\n")),
    ("\r", re.compile(r"\r")),
    ("=3", re.compile("=3[dD]")),
)
"""What each begins with, and all of it; escapes that follow each other closely are one."""


_COSTS: Final = (("%", 15), ("&", 25), ("\\u", 15), ("\\x", 15), ("\n", 6), ("\r", 6))
"""What it costs to undo one of those that take a call each, in characters that are looked at."""


def places(text: str) -> list[tuple[int, int]]:
    """Give where signs begin and end, one kind after the other."""
    found: list[tuple[int, int]] = []
    for begin, sign in _SIGNS:
        if begin in text:
            found += [match.span() for match in sign.finditer(text)]
    return found


def cost(text: str) -> int:
    """Give what it costs to undo all signs of a text."""
    return sum([text.count(sign) * each for sign, each in _COSTS if sign in text])
