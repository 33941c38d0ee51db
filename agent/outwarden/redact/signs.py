"""Signs that a text may mean something else than it says: escapes, and the ends of lines that may have folded a word."""

from __future__ import annotations

from typing import Final

from outwarden.redact.budget import Budget
from outwarden.redact.escapes import PERCENT, REFERENCE
from outwarden.redact.expression import expression

LINE_ENDS: Final = "\r\n"

_SIGNS: Final = (
    # to begin with a letter makes a search fast
    ("%", expression(f"{PERCENT.pattern}(?:{PERCENT.pattern})*")),
    ("&", expression(f"{REFERENCE.pattern}(?:{REFERENCE.pattern})*")),
    ("\\", expression(r"\\(?:[^\\\0]{0,8}\\)*")),
    ("\n", expression(r"\n")),
    ("\r", expression(r"\r")),
)
"""What each begins with, and all of it; escapes that follow each other closely are one."""
_COMMON: Final = ("&lt;", "&gt;", "&quot;", "&amp;")
_RUNS: Final = (("\\u", 4), ("\\x", 2))
"""Escapes of one kind that follow each other are undone by a single call; so many characters stand between two of them."""
_OCTAL: Final = ("\\0", "\\1", "\\2", "\\3")
_PERCENT, _SCRIPT, _NAMED, _NUMBER, _RUN, _BYTE, _LINE = 3, 8, 8, 10, 10, 9, 3
"""What it costs to undo one of each kind; a reading undoes percent signs and references twice."""
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
    for begin, sign in _SIGNS:
        if begin not in text or (begin == "&" and not _has_references(text)):
            continue  # addresses are full of `&`, of which none is a reference
        if sign.search(text) is not None:
            budget.spend(_cost_of(begin, text))
            found += [match.span() for match in sign.finditer(text)]
    if "=3" in text:
        found += [match.span() for match in _QUOTED.finditer(text)]
    if found:
        budget.spend(len(found) * _FIND)
    return found


def cost(text: str) -> int:
    """Give what it costs to undo all signs of a text."""
    return sum([_cost_of(begin, text) for begin, _ in _SIGNS if begin in text])


def _cost_of(begin: str, text: str) -> int:
    """Give what it costs to undo the signs of one kind."""
    count = text.count(begin)
    if begin == "%":
        return count * _PERCENT + text.count("%u") * _SCRIPT
    if begin == "&":
        if not _has_references(text):
            return count
        common = sum([text.count(one) for one in _COMMON])  # these go without a call for each
        return common + (count - common) * _NAMED + text.count("&#") * _NUMBER
    if begin == "\\":
        runs = sum([_runs_of(text.split(sign), size) for sign, size in _RUNS if sign in text])
        return count + runs * _RUN + sum([text.count(one) for one in _OCTAL]) * _BYTE
    return count * _LINE


def _runs_of(parts: list[str], size: int) -> int:
    """Give how often a sign stands that does not follow another one closely."""
    return len(parts) - 1 - [*map(len, parts[1:-1])].count(size)


def _has_references(text: str) -> bool:
    return ";" in text or _UNENDED.search(text) is not None
