"""Say what CloudWatch would say about an alarm. Pure: points and clock are arguments.

The rules are those of the CloudWatch user guide, "Evaluating an alarm" and "Configuring how alarms treat missing data";
its two tables of examples are in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import ge, gt, le, lt
from typing import Final, NamedTuple

from outwarden.alert import State
from outwarden.config import AlarmSpec
from outwarden.meter import Point

MINUTE_S: Final = 60
LOOK_BACK: Final = 2
"""CloudWatch looks at more periods than it evaluates, to find real data in place of missing; in its examples at two."""

_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": gt,
    "GreaterThanOrEqualToThreshold": ge,
    "LessThanThreshold": lt,
    "LessThanOrEqualToThreshold": le,
}
_WORDS: Final = {
    "GreaterThanThreshold": "more than",
    "GreaterThanOrEqualToThreshold": "at least",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "at most",
}


class Verdict(NamedTuple):
    """The state of an alarm, and why."""

    state: State
    reason: str
    value: float | None
    """The latest period's value; None where it has no data."""


def span(alarm: AlarmSpec, now: float) -> tuple[float, float]:
    """Give the span of Unix seconds that an evaluation looks at.

    Periods slide minute by minute. The minute that has just begun belongs to the latest period, so that an alarm goes
    off as soon as it can; not where too little is the trouble, because a minute begins with nothing.
    """
    begun = now // MINUTE_S * MINUTE_S
    end = begun if alarm.comparison.startswith("LessThan") else begun + MINUTE_S
    return end - (alarm.evaluation_periods + LOOK_BACK) * alarm.period_s, end


def evaluate(
    alarm: AlarmSpec, points: Sequence[Point], *, now: float, previous: State = "INSUFFICIENT_DATA"
) -> Verdict:
    """Say what CloudWatch would say about this alarm at this moment.

    Args:
        alarm: the alarm.
        points: counts per minute, in any order; minutes without a point are missing.
        now: Unix seconds.
        previous: the state until now, which `ignore` keeps.
    """
    values = _periods(alarm, points, now)
    state = _decide(alarm, values, previous)
    return Verdict(state, _reason(alarm, values), values[-1])


def _periods(alarm: AlarmSpec, points: Sequence[Point], now: float) -> list[float | None]:
    """Sum up each period, oldest first; None where it has no point."""
    start, end = span(alarm, now)
    values: list[float | None] = [None] * round((end - start) / alarm.period_s)
    for point in points:
        if start <= point.ts < end:
            index = int((point.ts - start) // alarm.period_s)
            values[index] = (values[index] or 0.0) + point.value
    return values


def _decide(alarm: AlarmSpec, values: Sequence[float | None], previous: State) -> State:
    needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
    compare = _COMPARE[alarm.comparison]
    real = [compare(value, alarm.threshold) for value in values if value is not None]
    if len(real) >= alarm.evaluation_periods:  # enough data: what is missing between does not matter
        return "ALARM" if sum(real[-alarm.evaluation_periods :]) >= needed else "OK"
    if not real:
        return _nothing(alarm, previous)
    breaching, missing = sum(real), alarm.evaluation_periods - len(real)
    if alarm.treat_missing_data == "breaching":
        return "ALARM" if breaching + missing >= needed else "OK"
    if breaching >= needed:
        return "ALARM"
    if alarm.treat_missing_data == "notBreaching" or breaching < len(real):
        return "OK"
    # All that is known breaches, but there is less of it than is needed.
    age = next(len(values) - index for index, value in enumerate(values) if value is not None)
    old_enough = age >= needed
    return "ALARM" if alarm.treat_missing_data == "missing" and old_enough else previous


def _nothing(alarm: AlarmSpec, previous: State) -> State:
    match alarm.treat_missing_data:
        case "breaching":
            return "ALARM"
        case "notBreaching":
            return "OK"
        case "ignore":
            return previous
        case "missing":
            return "INSUFFICIENT_DATA"


def _reason(alarm: AlarmSpec, values: Sequence[float | None]) -> str:
    latest = values[-alarm.evaluation_periods :]
    shown = ", ".join("no data" if value is None else f"{value:g}" for value in latest[-5:])
    minutes = alarm.period_s // MINUTE_S
    each = f"in {minutes} minutes" if minutes > 1 else "in a minute"
    needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
    rule = f"{_WORDS[alarm.comparison]} {alarm.threshold:g}"
    if alarm.evaluation_periods == 1:
        return f"{alarm.metric} was {shown} {each}; the alarm is for {rule}"
    return (
        f"{alarm.metric} was {shown} {each} each; the alarm is for {rule}, {needed} of {alarm.evaluation_periods} times"
    )
