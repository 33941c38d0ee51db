"""Additions: what a configuration adds to the built-in rules, and the few that it switched off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final, NamedTuple

from outwarden.redact import labels, rules
from outwarden.redact.names import Judge, Kind, judge_with, kind
from outwarden.redact.rules import Rule
from outwarden.redact.spans import Span

_SEPARATORS: Final = "=:\"'>\\)] "
_KINDS: Final = {f"key.{one.name.lower()}": one for one in Kind if one is not Kind.PLAIN}
_WORDS: Final = re.compile(r"[a-z]+|[0-9]+")


class Additions(NamedTuple):
    """The rules of one redactor."""

    judge: Judge
    """Says what a name stands before."""
    rules: Mapping[str, list[Rule]]
    literals: frozenset[str]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    """Expressions that are searched for in every text, each with its rule's name."""
    off: frozenset[str]
    """Built-in rules that are switched off."""


_ASKING: Final = (labels.find, labels.option)
"""Rules that ask what a name stands before."""

NONE: Final = Additions(kind, rules.RULES, rules.literals(), (), frozenset())


def build(names: Iterable[str], patterns: Mapping[str, re.Pattern[str]], off: frozenset[str]) -> Additions:
    """Lay additions over the built-in rules.

    Args:
        names: more names that stand before a secret.
        patterns: more expressions, checked before, by the name of their rule.
        off: built-in rules that are not to be used.
    """
    if not (names or patterns or off):
        return NONE
    names = tuple(names)
    judge = _without(judge_with(names), off)
    table = {literal: [_told(rule, judge) for rule in found] for literal, found in rules.RULES.items()}
    for name in names:
        last = [word for word in _WORDS.findall(name.lower()) if word.isalpha()][-1]
        for separator in _SEPARATORS:
            found = table.setdefault(last + separator, [])
            if not any(getattr(rule.find, "func", None) is labels.find for rule in found):
                found.append(Rule(partial(labels.find, judge=judge)))
    literals = rules.literals().union(table)
    return Additions(judge, table, literals, tuple((f"extra.{name}", one) for name, one in patterns.items()), off)


def _told(rule: Rule, judge: Judge) -> Rule:
    asks: Callable[..., Span | None] = rule.find
    return rule._replace(find=partial(asks, judge=judge)) if asks in _ASKING else rule


def _without(judge: Judge, off: frozenset[str]) -> Judge:
    meant = {_KINDS[rule] for rule in off if rule in _KINDS}
    if not meant:
        return judge
    return lambda name: Kind.PLAIN if (found := judge(name)) in meant else found
