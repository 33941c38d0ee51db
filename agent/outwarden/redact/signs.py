"""Signs that a text may mean something else than it says: escapes, and the ends of lines that may have folded a word."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact.escapes import PERCENT, REFERENCE

LINE_ENDS: Final = "\r\n"

_SIGNS: Final = (
    ("%", PERCENT),
    ("&", REFERENCE),
    ("\\", re.compile(r"\\")),
    ("\n", re.compile(r"\n")),
    ("\r", re.compile(r"\r")),
    ("=3", re.compile("=3[dD]")),
)
"""What each begins with, and all of it."""


def places(text: str) -> list[int]:
    """Give the places of all signs in a text, one kind after the other."""
    found: list[int] = []
    for begin, sign in _SIGNS:
        if begin in text:
            found += [match.start() for match in sign.finditer(text)]
    return found
