"""Say what CloudWatch would say about an alarm. Pure: points and clock are arguments.

The rules are those of the CloudWatch user guide, "Evaluating an alarm", "Alarm evaluation window", "Configuring how
alarms treat missing data" and "Percentile-based alarms and low data samples"; its tables of examples are in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import ge, gt, le, lt
from typing import Final, NamedTuple

from outwarden.alert import State
from outwarden.config import AlarmSpec
from outwarden.config.alarm_text import WORDS, length, often, subject
from outwarden.config.alarms import MetricStat
from outwarden.config.catalogue import MetricName
from outwarden.meter import Point
from outwarden.watch.expression import Value, formula
from outwarden.watch.statistics import enough, size, statistic

MINUTE_S: Final = 60
LOOK_BACK: Final = 2
"""CloudWatch looks at more periods than it evaluates, to find real data in place of missing; in its examples at two."""

_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": gt,
    "GreaterThanOrEqualToThreshold": ge,
    "LessThanThreshold": lt,
    "LessThanOrEqualToThreshold": le,
}
Data = Mapping[MetricName, Sequence[Point]]
"""The points of each metric, by its name, in any order; minutes without a point are missing."""


class Verdict(NamedTuple):
    """The state of an alarm, and the values of its periods, oldest first; None where a period has no data."""

    state: State
    values: tuple[Value, ...]
    alarm: AlarmSpec

    @property
    def value(self) -> Value:
        """The latest period's value."""
        return self.values[-1]

    @property
    def reason(self) -> str:
        """What happened, in one sentence with the numbers."""
        return _reason(self.alarm, self.values)


def metrics(alarm: AlarmSpec) -> dict[str, MetricStat]:
    """Give the metrics that an alarm looks at, by the ids of its expression."""
    if alarm.metric is None:
        return alarm.metrics
    return {"value": MetricStat(metric=alarm.metric, statistic=alarm.statistic)}


def span(alarm: AlarmSpec, now: float) -> tuple[float, float]:
    """Give the span of Unix seconds that an evaluation looks at.

    `sliding`: periods slide minute by minute. The minute that has just begun belongs to the latest period, so that an
    alarm goes off as soon as it can; not where too little is the trouble, because a minute begins with nothing.
    `wall_clock`: periods begin at multiples of their length (UTC), and the latest one is over.
    """
    if alarm.window == "wall_clock":
        end = now // alarm.period_s * alarm.period_s
    else:
        begun = now // MINUTE_S * MINUTE_S
        end = begun if alarm.comparison.startswith("LessThan") else begun + MINUTE_S
    return end - (alarm.evaluation_periods + LOOK_BACK) * alarm.period_s, end


def evaluate(alarm: AlarmSpec, data: Data, *, now: float, previous: State = "INSUFFICIENT_DATA") -> Verdict:
    """Say what CloudWatch would say about this alarm at this moment.

    Args:
        alarm: the alarm.
        data: the points of its metrics.
        now: Unix seconds.
        previous: the state until now, which `ignore` keeps.
    """
    start, _ = span(alarm, now)
    if alarm.metric is not None:
        points = data.get(alarm.metric, ())
        values = _values(alarm, points, alarm.statistic, start)
        if alarm.evaluate_low_samples == "ignore" and _too_few(alarm, points, start):
            return Verdict(previous, tuple(values), alarm)
    else:
        values = _worked_out(alarm, data, start)
    return Verdict(_decide(alarm, values, previous), tuple(values), alarm)


def _values(alarm: AlarmSpec, points: Sequence[Point], name: str, start: float) -> list[Value]:
    """Work out each period, oldest first; None where it has no point."""
    if name != "Sum":
        return [statistic(name, period) for period in _periods(alarm, points, start)]
    period_s, number = alarm.period_s, alarm.evaluation_periods + LOOK_BACK  # by far the most frequent: at once
    sums: list[Value] = [None] * number
    for ts, value, _ in points:
        index = int((ts - start) // period_s)
        if 0 <= index < number:
            before = sums[index]
            sums[index] = value if before is None else before + value
    return sums


def _periods(alarm: AlarmSpec, points: Sequence[Point], start: float) -> list[list[Point]]:
    """Sort points into periods, oldest first."""
    periods: list[list[Point]] = [[] for _ in range(alarm.evaluation_periods + LOOK_BACK)]
    for point in points:
        index = int((point.ts - start) // alarm.period_s)
        if 0 <= index < len(periods):
            periods[index].append(point)
    return periods


def _too_few(alarm: AlarmSpec, points: Sequence[Point], start: float) -> bool:
    """Say whether the periods that are evaluated hold some samples, yet too few for a percentile to mean something."""
    first = start + LOOK_BACK * alarm.period_s
    end = first + alarm.evaluation_periods * alarm.period_s
    return 0 < sum(size(point) for point in points if first <= point.ts < end) < enough(alarm.statistic)


def _worked_out(alarm: AlarmSpec, data: Data, start: float) -> list[Value]:
    by_id = [
        (name, _values(alarm, data.get(stat.metric, ()), stat.statistic, start)) for name, stat in alarm.metrics.items()
    ]
    compute = formula(alarm.expression or "")
    number = alarm.evaluation_periods + LOOK_BACK
    return [compute({name: values[index] for name, values in by_id}) for index in range(number)]


def _decide(alarm: AlarmSpec, values: Sequence[Value], previous: State) -> State:
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


def _reason(alarm: AlarmSpec, values: Sequence[Value]) -> str:
    latest = values[-alarm.evaluation_periods :]
    shown = ", ".join("no data" if value is None else f"{value:.6g}" for value in latest[-5:])
    each = " each" if alarm.evaluation_periods > 1 else ""
    rule = f"{WORDS[alarm.comparison]} {alarm.threshold:g}{often(alarm)}"
    what = alarm.name if alarm.metric is None else subject(alarm)
    return f"{what} was {shown} in {length(alarm.period_s)}{each}; the alarm is for {rule}"
