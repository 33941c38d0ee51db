"""Metric math, worked out for one period.

What is missing makes what is computed from it missing, but for FILL. So do a division by zero and a result that is no
finite number: CloudWatch leaves such a moment out. True is 1 and false is 0; every other number counts as true.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from math import isfinite
from typing import Final

from outwarden.config.arithmetic import Apply, Id, Node, Number, parse

Value = float | None
"""None: missing."""
Formula = Callable[[Mapping[str, Value]], Value]
"""Takes the values of the ids in one period."""

_OPERATORS: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "AND": lambda one, other: bool(one) and bool(other),
    "OR": lambda one, other: bool(one) or bool(other),
}


@lru_cache(maxsize=1024)
def formula(text: str) -> Formula:
    """Make the function of an expression.

    Raises:
        Unreadable: it is none.
    """
    inner = _formula(parse(text))

    def work(values: Mapping[str, Value]) -> Value:
        value = inner(values)
        return value if value is None else float(value)

    return work


def _formula(node: Node) -> Formula:
    match node:
        case Number(value):
            return lambda values: value  # noqa: ARG005 - a number needs none
        case Id(name):
            return operator.itemgetter(name)
        case Apply("FILL", (Id(name), Number(filling))):
            return lambda values: filling if (value := values[name]) is None else value
        case Apply("FILL", (inner, Number(filling))):
            return _filled(_formula(inner), filling)
        case Apply("IF", (condition, then, otherwise)):
            return _if(_formula(condition), _formula(then), _formula(otherwise))
        case Apply("-", (inner,)):
            return _both(operator.sub, _formula(Number(0.0)), _formula(inner))
        case Apply(sign, (left, right)):
            return _both(_OPERATORS[sign], _formula(left), _formula(right))
        case _:  # the parser makes nothing else
            raise AssertionError(node)


def _filled(inner: Formula, filling: float) -> Formula:
    def work(values: Mapping[str, Value]) -> Value:
        value = inner(values)
        return filling if value is None else value

    return work


def _if(condition: Formula, then: Formula, otherwise: Formula) -> Formula:
    def work(values: Mapping[str, Value]) -> Value:
        holds = condition(values)
        if holds is None:
            return None
        return then(values) if holds else otherwise(values)

    return work


def _both(compute: Callable[[float, float], float], left: Formula, right: Formula) -> Formula:
    def work(values: Mapping[str, Value]) -> Value:
        one, other = left(values), right(values)
        if one is None or other is None:
            return None
        try:
            result = compute(one, other)
        except (ZeroDivisionError, OverflowError):
            return None
        return result if isfinite(result) else None

    return work
