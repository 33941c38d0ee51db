"""The rule of a composite alarm, read into a tree.

The language is that of CloudWatch's PutCompositeAlarm, parameter AlarmRule: `ALARM(name)`, `OK(name)`,
`INSUFFICIENT_DATA(name)`, `TRUE`, `FALSE`, `AND`, `OR`, `NOT`, parentheses; names may stand in quotes.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Literal, NamedTuple, cast

from outwarden.config.arithmetic import Unreadable

_DEEPEST: Final = 20
MOST_CHARACTERS: Final = 10240
"""CloudWatch's own limit."""

State = Literal["ALARM", "OK", "INSUFFICIENT_DATA"]


class Is(NamedTuple):
    """An alarm is in a state."""

    state: State
    name: str


class Not(NamedTuple):
    """The opposite."""

    rule: Rule


class Both(NamedTuple):
    """All of these."""

    rules: tuple[Rule, ...]


class Either(NamedTuple):
    """At least one of these."""

    rules: tuple[Rule, ...]


Rule = Is | Not | Both | Either | bool


@cache
def _token() -> re.Pattern[str]:
    """Compile what reads one piece, when the first text comes: programs load their configuration, too."""
    return re.compile(
        r"""\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*
        (?:"(?P<double>[^"]+)"|'(?P<single>[^']+)'|(?P<bare>[^\s()"',]+))\s*\)|(?P<word>AND|OR|NOT|TRUE|FALSE)\b|(?P<sign>[()]))""",
        re.VERBOSE,
    )


def parse(text: str) -> Rule:
    """Read a rule.

    Raises:
        Unreadable: it is none.
    """
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(f"is longer than {MOST_CHARACTERS} characters")
    reader = _Reader(text)
    rule = reader.either(0)
    if not reader.is_at_end():
        raise Unreadable("goes on where AND, OR or its end was expected")
    return rule


def names(rule: Rule) -> list[str]:
    """Give the alarms that a rule looks at, each once, in the order of the text."""
    match rule:
        case Is(_, name):
            return [name]
        case Not(inner):
            return names(inner)
        case Both(rules) | Either(rules):
            return list(dict.fromkeys(name for one in rules for name in names(one)))
        case _:
            return []


class _Reader:
    """Reads by descent: OR binds loosest, NOT tightest."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def is_at_end(self) -> bool:
        return not self._text[self._at :].strip()

    def either(self, depth: int) -> Rule:
        rules = [self._both(depth)]
        while self._word("OR"):
            rules.append(self._both(depth))
        return rules[0] if len(rules) == 1 else Either(tuple(rules))

    def _both(self, depth: int) -> Rule:
        rules = [self._single(depth)]
        while self._word("AND"):
            rules.append(self._single(depth))
        return rules[0] if len(rules) == 1 else Both(tuple(rules))

    def _single(self, depth: int) -> Rule:
        if depth > _DEEPEST:
            raise Unreadable("is nested too deeply")
        match = _token().match(self._text, self._at)
        if match is None or match["word"] in {"AND", "OR"} or match["sign"] == ")":
            raise Unreadable("lacks a condition such as ALARM(name) where one was expected")
        self._at = match.end()
        if match["state"]:
            return Is(cast("State", match["state"]), match["double"] or match["single"] or match["bare"])
        if match["word"] == "NOT":
            return Not(self._single(depth + 1))
        if match["word"]:
            return bool(match["word"] == "TRUE")
        inner = self.either(depth + 1)
        if not self._word(")"):
            raise Unreadable("has a parenthesis that is not closed")
        return inner

    def _word(self, wanted: str) -> bool:
        match = _token().match(self._text, self._at)
        if match is None or wanted not in (match["word"], match["sign"]):
            return False
        self._at = match.end()
        return True
