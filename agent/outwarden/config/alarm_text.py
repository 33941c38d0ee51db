"""An alarm as a person reads it: `more than 10 4XXError in 5 minutes; quiet when there is no data`."""

from __future__ import annotations

from typing import Final

from outwarden.config.alarms import AlarmSpec, CompositeSpec

WORDS: Final = {
    "GreaterThanThreshold": "more than",
    "GreaterThanOrEqualToThreshold": "at least",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "at most",
}
_MISSING: Final = {
    "notBreaching": "quiet when there is no data",
    "breaching": "goes off when there is no data",
    "ignore": "stays as it was when there is no data",
    "missing": "in doubt when there is no data",
}


def reading(alarm: AlarmSpec) -> str:
    """Read an alarm over a metric or an expression."""
    what = subject(alarm)
    much = f"{WORDS[alarm.comparison]} {alarm.threshold:g}"
    rule = f"{much} {what}" if alarm.metric is not None and alarm.statistic == "Sum" else f"{what} is {much}"
    when = f" in {length(alarm.period_s)}" + (" by the clock" if alarm.window == "wall_clock" else "")
    few = "; not judged by too few samples" if alarm.evaluate_low_samples == "ignore" else ""
    return f"{rule}{when}{often(alarm)}; {_MISSING[alarm.treat_missing_data]}{few}"


def composite_reading(composite: CompositeSpec) -> str:
    """Read a composite alarm: its rule reads well enough."""
    return " ".join(composite.rule.split())


def often(alarm: AlarmSpec) -> str:
    """Say how often it must be so: `, 3 of 5 times`, `, 5 times in a row`; nothing where once is enough."""
    periods = alarm.evaluation_periods
    needed = alarm.datapoints_to_alarm or periods
    if periods == 1:
        return ""
    return f", {periods} times in a row" if needed == periods else f", {needed} of {periods} times"


def subject(alarm: AlarmSpec) -> str:
    """Say what is looked at: `4XXError`, `p95 of LatencyMs`, or the expression."""
    if alarm.metric is None:
        return " ".join((alarm.expression or "").split())
    return alarm.metric if alarm.statistic == "Sum" else f"{alarm.statistic} of {alarm.metric}"


def length(seconds: int) -> str:
    """Say a length of whole minutes: `a minute`, `5 minutes`, `an hour`, `6 hours`, `a day`."""
    for unit, one, many in ((86400, "a day", "days"), (3600, "an hour", "hours"), (60, "a minute", "minutes")):
        if seconds % unit == 0:
            return one if seconds == unit else f"{seconds // unit} {many}"
    return f"{seconds} seconds"
