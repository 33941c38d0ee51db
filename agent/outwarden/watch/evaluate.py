"""Say what CloudWatch would say about an alarm. Pure: points and clock are arguments.

The rules are those of the CloudWatch user guide, "Evaluating an alarm", "Alarm evaluation window", "Configuring how
alarms treat missing data" and "Percentile-based alarms and low data samples"; its tables of examples are in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from operator import ge, gt, le, lt
from typing import Any, Final

import msgspec

from outwarden.alert import State
from outwarden.config import AlarmSpec
from outwarden.config.alarm_text import WORDS, length, often, subject
from outwarden.config.alarms import MetricStat
from outwarden.config.catalogue import MetricName
from outwarden.meter import Point
from outwarden.watch.expression import Value, formula
from outwarden.watch.statistics import Minutes, enough

MINUTE_S: Final = 60
LOOK_BACK: Final = 2
"""CloudWatch looks at more periods than it evaluates, to find real data in place of missing; in its examples at two."""

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "GreaterThanThreshold": gt,
    "GreaterThanOrEqualToThreshold": ge,
    "LessThanThreshold": lt,
    "LessThanOrEqualToThreshold": le,
}
Data = Mapping[MetricName, Minutes]
"""The minutes of each metric, by its name."""
NOTHING: Final = Minutes()


class Verdict(msgspec.Struct, frozen=True):
    """What an evaluation comes to."""

    state: State
    values: tuple[Value, ...]
    """Those of the periods that are evaluated, oldest first; None where a period has no data."""
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


def span(alarm: AlarmSpec, now: float) -> tuple[int, int]:
    """Give the span of Unix seconds that an evaluation looks at.

    `sliding`: periods slide minute by minute. The minute that has just begun belongs to the latest period, so that an
    alarm goes off as soon as it can; not where too little is the trouble, because a minute begins with nothing.
    `wall_clock`: periods begin at multiples of their length (UTC), and the latest one is over.
    """
    step_s, ahead_s = _pace(alarm)
    end = int(now // step_s) * step_s + ahead_s
    return end - (alarm.evaluation_periods + LOOK_BACK) * alarm.period_s, end


def _pace(alarm: AlarmSpec) -> tuple[int, int]:
    """Give what the end of the latest period is a multiple of, and how far ahead of that it lies."""
    if alarm.window == "wall_clock":
        return alarm.period_s, 0
    return MINUTE_S, 0 if alarm.comparison.startswith("LessThan") else MINUTE_S


def evaluate(
    alarm: AlarmSpec,
    data: Mapping[MetricName, Sequence[Point]],
    *,
    now: float,
    previous: State = "INSUFFICIENT_DATA",
) -> Verdict:
    """Say what CloudWatch would say about this alarm at this moment.

    Args:
        alarm: the alarm.
        data: the points of its metrics, in any order; minutes without a point are missing.
        now: Unix seconds.
        previous: the state until now, which `ignore` keeps.
    """
    minutes = {stat.metric: Minutes(data.get(stat.metric, ())) for stat in metrics(alarm).values()}
    return Judge(alarm, minutes)(now, previous)


class Judge:
    """Evaluates one alarm over the same minutes, at any moment."""

    def __init__(self, alarm: AlarmSpec, data: Data) -> None:
        """Make an alarm ready; metrics without data may be left out."""
        self._alarm = alarm
        self._step_s, self._ahead_s = _pace(alarm)
        self._length_s = alarm.evaluation_periods * alarm.period_s
        self._compare, self._threshold = _COMPARE[alarm.comparison], alarm.threshold
        self._needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
        self._minutes = data.get(alarm.metric, NOTHING) if alarm.metric is not None else NOTHING
        self._enough = enough(alarm.statistic) if alarm.evaluate_low_samples == "ignore" else 0
        self._value_at = _Periods(_period(alarm, data), most=self._length_s // self._step_s + LOOK_BACK).__getitem__

    def __call__(self, now: float, previous: State = "INSUFFICIENT_DATA") -> Verdict:
        """Say what CloudWatch would say at this moment, Unix seconds."""
        alarm, end = self._alarm, int(now // self._step_s) * self._step_s + self._ahead_s
        start = end - self._length_s
        values = tuple(map(self._value_at, range(start, end, alarm.period_s)))
        if self._enough and 0 < self._minutes.samples(start, end) < self._enough:
            return Verdict(previous, values, alarm)
        if None in values:
            earlier = map(self._value_at, range(start - LOOK_BACK * alarm.period_s, start, alarm.period_s))
            return Verdict(self._state((*earlier, *values), previous), values, alarm)
        breaching = sum(map(self._compare, values, repeat(self._threshold)))
        return Verdict("ALARM" if breaching >= self._needed else "OK", values, alarm)

    def _state(self, values: Sequence[Value], previous: State) -> State:
        """Decide where data is missing: what is real further back makes up for it."""
        alarm, needed = self._alarm, self._needed
        real = [self._compare(value, self._threshold) for value in values if value is not None]
        missing = alarm.evaluation_periods - len(real)
        if missing <= 0:
            return "ALARM" if sum(real[-alarm.evaluation_periods :]) >= needed else "OK"
        if not real:
            return _nothing(alarm, previous)
        breaching = sum(real)
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


class _Periods(dict[int, Value]):
    """The values of periods by their begin: each is worked out once, the oldest are forgotten."""

    def __init__(self, work_out: Callable[[int], Value], *, most: int) -> None:
        super().__init__()
        self._work_out = work_out
        self._most = most

    def __missing__(self, start: int) -> Value:
        if len(self) >= self._most:
            del self[next(iter(self))]
        value = self[start] = self._work_out(start)
        return value


def _period(alarm: AlarmSpec, data: Data) -> Callable[[int], Value]:
    """Make what gives the value of the period that begins at a moment; None where it has no data."""
    if alarm.metric is not None:
        return data.get(alarm.metric, NOTHING).reader(alarm.statistic, alarm.period_s)
    readers = [
        (name, data.get(stat.metric, NOTHING).reader(stat.statistic, alarm.period_s))
        for name, stat in alarm.metrics.items()
    ]
    compute = formula(alarm.expression or "")
    return lambda start: compute({name: read(start) for name, read in readers})


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
    shown = ", ".join("no data" if value is None else f"{value:.6g}" for value in values[-5:])
    each = " each" if alarm.evaluation_periods > 1 else ""
    rule = f"{WORDS[alarm.comparison]} {alarm.threshold:g}{often(alarm)}"
    what = alarm.name if alarm.metric is None else subject(alarm)
    return f"{what} was {shown} in {length(alarm.period_s)}{each}; the alarm is for {rule}"
