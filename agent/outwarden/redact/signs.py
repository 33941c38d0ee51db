"""Signs that a text may mean something else than it says: escapes, and the ends of lines that may have folded a word."""

from __future__ import annotations

from typing import Final

from outwarden.redact.budget import Budget
from outwarden.redact.escapes import PERCENT, REFERENCE
from outwarden.redact.expression import expression

LINE_ENDS: Final = "\r\n"

_SIGNS: Final = (
    # to begin with a letter makes a search fast
    ("%", expression(f"{PERCENT.pattern}(?:{PERCENT.pattern})*"), (("%", 15),)),
    ("&", expression(f"{REFERENCE.pattern}(?:{REFERENCE.pattern})*"), (("&", 25),)),
    (
        "\\",
        expression(r"\\(?:[^\\\0]{0,8}\\)*"),
        (("\\u", 24), ("\\x", 24), ("\\0", 24), ("\\1", 24), ("\\2", 24), ("\\3", 24)),
    ),
    ("\n", expression(r"\n"), (("\n", 6),)),
    ("\r", expression(r"\r"), (("\r", 6),)),
)
"""What each begins with, and all of it; escapes that follow each other closely are one.

Also what it costs to undo one of those that take a call each, in characters that are looked at.
"""
_UNENDED: Final = expression("&(?:#|amp|lt|gt|quot)")
"""How a reference begins that may do without a semicolon."""
_QUOTED: Final = expression("=3[dD]")
_FIND: Final = 2
"""What it costs to find one."""


def places(text: str, budget: Budget) -> list[tuple[int, int]]:
    """Give where signs begin and end, one kind after the other, and spend what it costs to find and undo them.

    Raises:
        Exhausted: the budget is too small.
    """
    found: list[tuple[int, int]] = []
    for begin, sign, costs in _SIGNS:
        if begin not in text or (begin == "&" and ";" not in text and _UNENDED.search(text) is None):
            continue  # addresses are full of `&`, of which none is a reference
        if sign.search(text) is not None:
            for counted, each in costs:
                budget.spend(text.count(counted) * each)
            found += [match.span() for match in sign.finditer(text)]
    if "=3" in text:
        found += [match.span() for match in _QUOTED.finditer(text)]
    if found:
        budget.spend(len(found) * _FIND)
    return found


def cost(text: str) -> int:
    """Give what it costs to undo all signs of a text."""
    spent = 0
    for begin, _, costs in _SIGNS:
        if begin in text:
            for counted, each in costs:
                spent += text.count(counted) * each
    return spent
