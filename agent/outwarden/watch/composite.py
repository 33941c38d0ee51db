"""States of alarms -> the state of a composite alarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from outwarden.alert import State
from outwarden.config import alarm_rule
from outwarden.config.alarms import CompositeSpec

parse = lru_cache(maxsize=1024)(alarm_rule.parse)


def holds(rule: alarm_rule.Rule, states: Mapping[str, State]) -> bool:
    """Say whether a rule is true; an alarm without a state has insufficient data."""
    match rule:
        case alarm_rule.Is(state, name):
            return states.get(name, "INSUFFICIENT_DATA") == state
        case alarm_rule.Not(inner):
            return not holds(inner, states)
        case alarm_rule.Both(rules):
            return all(holds(one, states) for one in rules)
        case alarm_rule.Either(rules):
            return any(holds(one, states) for one in rules)
        case _:
            return bool(rule)


def in_order(composites: Sequence[CompositeSpec]) -> list[CompositeSpec]:
    """Put each composite alarm behind those that it looks at; there are no cycles (`config` refuses them)."""
    by_name = {composite.name: composite for composite in composites}
    ordered: dict[str, CompositeSpec] = {}

    def visit(composite: CompositeSpec) -> None:
        for name in alarm_rule.names(parse(composite.rule)):
            if name in by_name and name not in ordered:
                visit(by_name[name])
        ordered[composite.name] = composite

    for composite in composites:
        visit(composite)
    return list(ordered.values())


def in_alarm(rule: alarm_rule.Rule, states: Mapping[str, State]) -> list[str]:
    """Name the alarms in ALARM that a rule looks at."""
    return [name for name in alarm_rule.names(rule) if states.get(name) == "ALARM"]
