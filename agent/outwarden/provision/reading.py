"""An alarm in plain words: "more than 10 4XXError within 5 minutes"."""

from __future__ import annotations

from typing import Any, Final

_COMPARED: Final = {
    "GreaterThanThreshold": "more than",
    "GreaterThanOrEqualToThreshold": "at least",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "at most",
}
_MISSING: Final = {
    "missing": "no data is no verdict",
    "ignore": "no data keeps the state",
    "breaching": "no data counts as bad",
    "notBreaching": "no data counts as fine",
}


def reading(spec: Any) -> str:
    """Read an alarm out, on one line, with a capital letter and without a full stop."""
    if hasattr(spec, "rule"):
        return f"Whenever {spec.rule}"
    what = spec.expression if getattr(spec, "expression", None) else f"{_statistic(spec.statistic)} {spec.metric}"
    how = f"{_COMPARED[spec.comparison]} {spec.threshold:g}"
    wanted, of = spec.datapoints_to_alarm or spec.evaluation_periods, spec.evaluation_periods
    if of == 1:
        when = f"within {_time(spec.period_s)}"
    elif wanted == of:
        when = f"in {of} periods of {_time(spec.period_s)} on end"
    else:
        when = f"in {wanted} of {of} periods of {_time(spec.period_s)}"
    text = f"{what}: {how} {when}; {_MISSING[spec.treat_missing_data]}"
    return text[0].upper() + text[1:]


def _statistic(name: str) -> str:
    words = {"Sum": "sum of", "SampleCount": "number of values of", "Average": "average of"}
    return words.get(name, f"{name.lower()} of")


def _time(seconds: int) -> str:
    for length, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % length == 0:
            count = seconds // length
            return f"{count} {word}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"
