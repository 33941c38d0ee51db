"""Metric math and composite rules -> PromQL over recorded values. Every result is a vector by service and environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from outwarden.config import alarm_rule
from outwarden.config.arithmetic import Apply, Id, Node, Number

SERVICES: Final = "outwarden:service"
"""1 for each service and environment: what numbers are stretched over."""
STATE: Final = "outwarden:alarm"
"""1 while an alarm is in ALARM, else 0; the label `alarm` names it."""

_COMPARISONS: Final = frozenset({"<", ">", "<=", ">=", "==", "!="})


def formula(node: Node, records: Mapping[str, str], services: str = SERVICES) -> str:
    """Translate metric math; `records` names the recorded value of each id, `services` what numbers are stretched over."""
    match node:
        case Number(number):
            return f"({services} * 0 + {number:g})"
        case Id(name):
            return records[name]
        case Apply("IF", (condition, then, otherwise)):
            test = f"({formula(condition, records, services)} != 0)"
            return f"(({formula(then, records, services)} and {test}) or ({formula(otherwise, records, services)} unless {test}))"
        case Apply("FILL", (what, Number(number))):
            return f"({formula(what, records, services)} or {services} * 0 + {number:g})"
        case Apply("AND" | "OR", (left, right)):
            both = f"({formula(left, records, services)} != bool 0) {'*' if node.what == 'AND' else '+'} ({formula(right, records, services)} != bool 0)"
            return f"({both} > bool 0)"
        case Apply("-", (only,)):
            return f"(-1 * {formula(only, records, services)})"
        case Apply(sign, (left, right)):
            word = f"{sign} bool" if sign in _COMPARISONS else sign
            if isinstance(left, Number) and isinstance(right, Number):
                return f"({formula(left, records, services)} {word} {right.value:g})"
            return f"({_plain(left, records, services)} {word} {_plain(right, records, services)})"
        case _:
            raise AssertionError(node)


def _plain(node: Node, records: Mapping[str, str], services: str) -> str:
    """Let a number be a number beside an operator; the other side is a vector, or both are stretched."""
    return f"{node.value:g}" if isinstance(node, Number) else formula(node, records, services)


def rule(node: alarm_rule.Rule) -> str:
    """Translate the rule of a composite: 1 where it holds, else 0.

    Prometheus knows no INSUFFICIENT_DATA: an alarm without data is OK there.
    """
    match node:
        case bool():
            return f"({SERVICES} * 0 + {int(node)})"
        case alarm_rule.Is("INSUFFICIENT_DATA", _):
            return f"({SERVICES} * 0)"
        case alarm_rule.Is(state, name):
            wanted = int(state == "ALARM")
            return f'((max by (service, env) ({STATE}{{alarm="{name}"}}) or {SERVICES} * 0) == bool {wanted})'
        case alarm_rule.Not(inner):
            return f"(1 - {rule(inner)})"
        case alarm_rule.Both(rules):
            return f"({' * '.join(rule(one) for one in rules)})"
        case alarm_rule.Either(rules):
            return f"({' + '.join(rule(one) for one in rules)} > bool 0)"
    raise AssertionError(node)
