"""Matcher: finds many literals in a text at once, with the accelerator where it is installed, and alike without it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from outwarden.redact.finder import Finder, accelerated, automaton

_START: Final = itemgetter(1)
_UPPER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

Hit = tuple[int, int, int]
"""The number of a literal, and where it begins and ends."""


class Matcher:
    """Finds literals, given in lower case, in texts in lower case.

    Args:
        literals: those of the rules: many, and always the same.
        pieces: those of the known secrets: few, and changing.
        fast: use the accelerator if it is there.
    """

    def __init__(self, literals: frozenset[str], pieces: Iterable[str] = (), *, fast: bool = True) -> None:
        self.literals: Final = sorted(literals.union(pieces))
        """All of them; each is known by its number."""
        self._automaton: Final[Any] = self._built(literals) if fast and accelerated else None
        if self._automaton is None:
            self._numbers: Final = {literal: number for number, literal in enumerate(self.literals)}
            self._pattern, self._shorter = _compiled(literals)
            self._finder: Final = Finder(piece for piece in pieces if piece not in literals)

    def _built(self, literals: frozenset[str]) -> Any:
        return automaton(self.literals) if len(self.literals) > len(literals) else _automaton(literals)

    def hits(self, low: str, most: int) -> list[Hit] | None:
        """Give every place of every literal, in the order of the text; None where there are more than `most`."""
        if self._automaton is not None:
            data = low.encode()
            found = self._automaton.find_matches_as_indexes(data, overlapping=True)
            if len(found) > most:
                return None
            found.sort(key=_START)  # what ends first is first, and of two that begin together that is the shorter one
            return found if len(data) == len(low) else _in_characters(data, found)
        spelled = self._finder.hits(low, most)
        for match in self._pattern.finditer(low):
            at, literal = match.start(), match[1]
            spelled.append((at, literal))
            if literal in self._shorter:
                spelled.extend([(at, shorter) for shorter in self._shorter[literal]])
            if len(spelled) > most:
                return None
        if len(spelled) > most:
            return None
        return [(self._numbers[literal], at, at + len(literal)) for at, literal in sorted(spelled)]


def _in_characters(data: bytes, hits: list[Hit]) -> list[Hit]:
    """Count the places of hits in characters where they were counted in bytes."""
    placed: list[Hit] = []
    at = begun = 0
    for number, start, stop in hits:
        at += len(data[begun:start].decode())
        begun = start
        placed.append((number, at, at + len(data[start:stop].decode())))
    return placed


def lower(text: str) -> str:
    """Lower-case a text and leave every character in its place."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_UPPER)  # a few capitals become two characters


@lru_cache(maxsize=4)
def _automaton(literals: frozenset[str]) -> Any:
    """Build what all matchers without known secrets share: it takes 12 ms. Those with some are not kept: secrets change."""
    return automaton(sorted(literals))


@lru_cache(maxsize=4)
def _compiled(literals: frozenset[str]) -> tuple[re.Pattern[str], dict[str, list[str]]]:
    """Compile literals to one expression that finds the longest at each place, and say which shorter ones begin it."""
    shorter = {
        literal: [literal[:size] for size in range(1, len(literal)) if literal[:size] in literals]
        for literal in literals
    }
    pattern = re.compile(f"(?=({tree(sorted(literals))}))")
    return pattern, {literal: begins for literal, begins in shorter.items() if begins}


def tree(literals: list[str]) -> str:
    """Write literals as a tree, so that a place is given up at its first wrong character."""
    branches: dict[str, list[str]] = {}
    for literal in literals:
        if literal:
            branches.setdefault(literal[0], []).append(literal[1:])
    if not branches:
        return ""
    longer = [re.escape(first) + tree(rest) for first, rest in branches.items() if rest != [""]]
    leaves = "".join(re.escape(first) for first, rest in branches.items() if rest == [""])
    if leaves:
        longer.append(f"[{leaves}]")
    return f"(?:{'|'.join(longer)}){'?' if '' in literals else ''}"
