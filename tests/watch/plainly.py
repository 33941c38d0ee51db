"""The rules of the user guide once more, as plain and slow as they can be: what the evaluator is compared with."""

from __future__ import annotations

import math
import operator

from outwarden.config import arithmetic
from outwarden.watch.evaluate import LOOK_BACK, metrics, span

COMPARE = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
NUMBERS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
TRUTHS = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def evaluate(alarm, data, now, previous):
    """Give the state and the values of the periods."""
    start, _ = span(alarm, now)
    begins = [start + number * alarm.period_s for number in range(alarm.evaluation_periods + LOOK_BACK)]
    values = [value_of(alarm, data, begin) for begin in begins]
    if alarm.evaluate_low_samples == "ignore" and alarm.statistic.startswith("p"):
        seen = [one for begin in begins[LOOK_BACK:] for one in samples(data[alarm.metric], begin, alarm.period_s)]
        share = float(alarm.statistic[1:]) / 100
        rare = min(share, 1 - share)
        if rare > 0 and 0 < len(seen) < round(10 / rare):
            return previous, values
    return decide(alarm, values, previous), values


def value_of(alarm, data, begin):
    """Give the value of one period; None where it is missing."""
    by_id = {
        name: statistic(
            stat.statistic, [p for p in data.get(stat.metric, ()) if begin <= p.ts < begin + alarm.period_s]
        )
        for name, stat in metrics(alarm).items()
    }
    return by_id["value"] if alarm.metric else worked_out(arithmetic.parse(alarm.expression), by_id)


def samples(points, begin, period_s):
    """Give each sample of a period by itself."""
    return every([point for point in points if begin <= point.ts < begin + period_s])


def every(points):
    """Give each sample of some points by itself."""
    return [
        value
        for point in points
        for value, times in (point.samples if point.samples is not None else {point.value: 1}).items()
        for _ in range(times)
    ]


def statistic(name, points):
    """Compute a statistic over all samples, one by one."""
    if not points:
        return None
    if name == "Sum":
        return sum(value for _, value in sorted((point.ts, point.value) for point in points))
    found = sorted(every(points))
    if name == "SampleCount":
        return len(found)
    if not found:
        return None
    if name == "Average":
        return math.fsum(found) / len(found)
    rank = {"Minimum": 1, "Maximum": len(found)}.get(name)
    return found[(rank or max(1, math.ceil(float(name[1:]) * len(found) / 100 - 1e-9))) - 1]


def worked_out(node, values):
    """Work out an expression; None: missing."""
    if isinstance(node, arithmetic.Number):
        return node.value
    if isinstance(node, arithmetic.Id):
        return values[node.name]
    first, *others = (worked_out(one, values) for one in node.arguments)
    if node.what == "FILL":
        return others[0] if first is None else first
    if node.what == "IF":
        return None if first is None else others[0 if first else 1]
    if not others:
        first, others = 0, [first]
    if first is None or others[0] is None or (node.what == "/" and others[0] == 0):
        return None
    if node.what in NUMBERS:
        return NUMBERS[node.what](first, others[0])
    if node.what in TRUTHS:
        return float(TRUTHS[node.what](first, others[0]))
    return float(bool(first) and bool(others[0]) if node.what == "AND" else bool(first) or bool(others[0]))


def decide(alarm, values, previous):
    """Go from values to a state."""
    last, needed = alarm.evaluation_periods, alarm.datapoints_to_alarm or alarm.evaluation_periods
    known = [None if value is None else COMPARE[alarm.comparison](value, alarm.threshold) for value in values]
    real = [one for one in known if one is not None]
    if len(real) >= last:
        return "ALARM" if real[-last:].count(True) >= needed else "OK"
    mode, missing = alarm.treat_missing_data, last - len(real)
    if mode == "breaching":
        return "ALARM" if real.count(True) + missing >= needed else "OK"
    if mode == "notBreaching":
        return "ALARM" if real.count(True) >= needed else "OK"
    if not real:
        return "INSUFFICIENT_DATA" if mode == "missing" else previous
    if real.count(True) >= needed:
        return "ALARM"
    if False in real:
        return "OK"
    oldest = len(known) - known.index(True)
    return "ALARM" if mode == "missing" and oldest >= needed else previous
