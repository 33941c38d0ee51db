"""Findings: what was found in a text or an event, and what was only seen in it."""

from __future__ import annotations

from typing import NamedTuple

from outwarden.redact import values
from outwarden.redact.budget import WORK, Budget
from outwarden.redact.spans import Span


class Findings:
    """What a scan found, besides the clean text, and what it may still cost."""

    __slots__ = ("budget", "counts", "spreading")

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget if budget is not None else Budget(WORK)
        self.counts: dict[str, int] = {}
        self.spreading: set[str] = set()
        """Values to look for in the rest of the event."""

    def note(self, rule: str) -> None:
        """Note that a rule fired."""
        self.counts[rule] = self.counts.get(rule, 0) + 1

    def add(self, text: str, spans: list[Span]) -> None:
        """Note the spans that were found in a text."""
        for start, stop, rule, spreads, _ in spans:
            self.note(rule)
            if spreads and values.looks_secret(text[start:stop]):
                self.spreading.add(text[start:stop])


class Sight(NamedTuple):
    """What was seen in one text."""

    spans: list[Span]
    """What must go."""
    marks: list[int]
    """Where escapes and line ends begin."""
    hidden: bool
    """Whether something may be encoded in it."""
    disguised: bool = False
    """Whether it is the plain form of another text."""
