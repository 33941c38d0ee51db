"""Search: one pass over a text for every literal; each rule looks at the places where its literal stands."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final, NamedTuple

from outwarden.redact import clues, dumps, labels, signs
from outwarden.redact.additions import Additions
from outwarden.redact.budget import Budget
from outwarden.redact.label_literals import BEHIND, NUMBERED, NUMBERING
from outwarden.redact.matcher import Matcher, lower
from outwarden.redact.needles import Needles
from outwarden.redact.rules import PAIRED, Rule
from outwarden.redact.separators import PROSE
from outwarden.redact.spans import GLANCED, READ, Span

_MOST_HITS: Final = 800
_SPARSE: Final = 20
"""A text with a label every 20 characters is given up as a whole: it is an attack, or a dump."""
_RULE: Final = 10
"""What it costs to ask a rule."""
_FOUND: Final = 15
_LOOKED: Final = 13
_READ: Final = 7
_GLANCED: Final = 4
"""What it costs where a rule finds something, where it looks closely, where it reads a line, and where it only glances, in rules."""
_CHARACTERS: Final = 25
"""So many characters of a long value that a rule has looked at cost as much as one rule."""
_SAME: Final = 40
"""So far at most stand two words of a name from each other that are both looked for."""
_FURTHER: Final = 3
"""What it costs, in rules, to look whether a name goes on by a number, or by what says which one it is."""
_HIT: Final = 5
"""What it costs to find a literal."""


class Seen(NamedTuple):
    """What stands in a text."""

    spans: list[Span]
    """What must go."""
    signs: list[int]
    """Where escapes and line ends begin outside of that."""
    clues: list[int]
    """Where something encoded gives itself away."""
    wide: list[int]
    """The same of UTF-16 in base64."""


class _Meaning(NamedTuple):
    """What is to be done where a literal stands."""

    rules: tuple[Rule, ...]
    piece: str = ""
    """The literal, if it is a piece of a known secret."""
    clue: int = 0
    """Its length, if it may be a clue."""


class Search:
    """All rules that are found by a literal, and the known secrets; compiled once, used by many threads.

    Args:
        needles: the known secrets.
        additions: the rules.
        fast: use the accelerator if it is there.
    """

    def __init__(self, needles: Needles, additions: Additions, *, fast: bool = True) -> None:
        self._needles: Final = needles
        self._off: Final = additions.off
        self._matcher: Final = Matcher(additions.literals, needles.plain, fast=fast)
        self._meanings: Final = [
            _Meaning(
                tuple(additions.rules.get(literal, ())),
                literal if literal in needles.plain else "",
                len(literal) if literal in clues.LITERALS or literal in dumps.LITERALS else 0,
            )
            for literal in self._matcher.literals
        ]

        self._always: Final = frozenset(
            number for number, literal in enumerate(self._matcher.literals) if literal in PAIRED
        )
        """Literals at which to look also where they are masked already: what is not stands beside them."""

    def run(self, text: str, budget: Budget) -> Seen | None:  # noqa: PLR0915 - a call for each place costs more than most rules
        """Look at every literal from left to right; None where there are too many. What is masked already is not looked at.

        Raises:
            Exhausted: the budget is too small.
        """
        places = signs.places(text, budget)
        low = lower(text)
        hits = self._matcher.hits(low, max(_MOST_HITS, len(text) // _SPARSE))
        if hits is None:
            budget.spend(len(text))
            return None
        budget.spend(len(hits) * (_HIT if low.isascii() else 2 * _HIT))
        asked, most = 0, budget.left // _RULE
        spans: list[Span] = []
        clued: list[int] = []
        wide: list[int] = []
        masked: list[tuple[int, int]] = []
        secrets: list[Span] = []
        begun = covered = first = known = 0
        named, same = -_SAME - 1, None
        meanings, off, always = self._meanings, self._off, self._always
        for number, at, _ in hits:
            rules, piece, clue = meanings[number]
            if piece and not first <= at < known:  # it settles nothing: other keys begin like this one
                first, known = self._needles.grow(low, at, piece)
                secrets.append(Span(first, known, "secret"))
                masked.append((at, known))
            if at < covered and at >= begun and number not in always:  # mostly the first settles it
                continue
            if clue:
                exact = text[at : at + clue]
                if exact in clues.EXACT:
                    clued.append(at)
                if exact in dumps.EXACT:
                    wide.append(at)
            for find, label in rules:
                if label:
                    behind = text[at + label : at + label + 1]
                    if behind == " ":
                        if (not at or text[at - 1] in " \0") and PROSE.match(text, at + label) is not None:
                            continue  # a name of one word in a sentence
                    elif behind not in BEHIND:
                        if behind not in NUMBERING or NUMBERED.match(text, at + label) is None:
                            continue
                        asked += _FURTHER
                asked += 1
                if find is not labels.find:
                    span = find(text, at)
                elif at - named > _SAME or not labels.is_same(text, named, at):
                    named, same = at, find(text, at)
                    span = same
                else:
                    span = same  # of `api_key=` the last word is found as well
                if span is None:
                    continue
                asked += _cost(span) - 1
                if asked > most:
                    budget.spend(asked * _RULE)
                if not span.rule or span.rule in off:
                    continue
                spans.extend(span.others or (span,))
                if span.stop > covered and not span.others:
                    begun, covered = span.start, span.stop
                    masked.append((at, covered))
        budget.spend(asked * _RULE)
        spans += secrets
        return Seen(spans, _outside(places, masked), clued, wide)

    def known(self, text: str) -> int:
        """Give how many characters of a text belong to known secrets, as far as they stand there plainly."""
        low = lower(text)
        total = covered = 0
        for number, at, _ in self._matcher.hits(low, len(low)) or ():
            piece = self._meanings[number][1]
            if piece and at >= covered:
                start, covered = self._needles.grow(low, at, piece)
                total += covered - start
        return total


def _cost(span: Span) -> int:
    """Give what it cost besides, in rules, to find a span, or to find none where one may have been."""
    if span is GLANCED:
        return _GLANCED
    if span is READ:
        return _READ
    return _FOUND if span.rule else _LOOKED + span.stop // _CHARACTERS


def _outside(places: list[tuple[int, int]], masked: list[tuple[int, int]]) -> list[int]:
    if places and masked:
        places = [place for place in places if not _is_in(place, masked)]
    return [start for start, _ in places]


def _is_in(place: tuple[int, int], masked: list[tuple[int, int]]) -> bool:
    """Say whether a place is inside what was masked before the search came there."""
    last = bisect_left(masked, (place[0],)) - 1
    return last >= 0 and masked[last][1] >= place[1]
