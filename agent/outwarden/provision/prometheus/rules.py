"""AlarmSet -> one group of Prometheus rules: values, states of the alarms, and what is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from outwarden.config import alarm_rule, arithmetic, exposed
from outwarden.config.alarm_text import composite_reading, reading
from outwarden.config.alarms import AlarmSet, AlarmSpec, CompositeSpec
from outwarden.provision.prometheus.formula import SERVICES, STATE, formula, rule
from outwarden.provision.prometheus.series import BY, record, value

INTERVAL_S: Final = 15
GROUP: Final = "outwarden"

_SIGNS: Final = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}

Rule = dict[str, Any]


def rules(alarms: AlarmSet, *, interval_s: int = INTERVAL_S) -> dict[str, Any]:
    """Give the rule file as a mapping. Rules of a group run in order, so each sees what those above it recorded."""
    made = [_record(SERVICES, f"group {BY} ({exposed.UP.name})")]
    made += _values(alarms)
    made += [_state(alarm.name, _alarm(alarm)) for alarm in alarms.alarms]
    made += [_state(one.name, rule(alarm_rule.parse(one.rule))) for one in alarms.composites]
    made += [_alert(alarm, reading(alarm)) for alarm in alarms.alarms]
    made += [_alert(one, composite_reading(one)) for one in alarms.composites]
    return {"groups": [{"name": GROUP, "interval": f"{interval_s}s", "rules": made}]}


def _values(alarms: AlarmSet) -> Iterator[Rule]:
    wanted = dict.fromkeys(
        (metric, statistic, alarm.period_s) for alarm in alarms.alarms for metric, statistic in _parts(alarm)
    )
    for metric, statistic, period_s in wanted:
        yield _record(record(metric, statistic, period_s), value(metric, statistic, period_s))


def _parts(alarm: AlarmSpec) -> list[Any]:
    if alarm.metric is not None:
        return [(alarm.metric, alarm.statistic)]
    return [(part.metric, part.statistic) for part in alarm.metrics.values()]


def _alarm(alarm: AlarmSpec) -> str:
    """Say with 1 or 0 whether an alarm is in ALARM: M of the latest N periods are breaching."""
    if alarm.metric == "Heartbeat" and alarm.treat_missing_data == "breaching":
        return _silence(alarm)
    periods = alarm.evaluation_periods
    needed = alarm.datapoints_to_alarm or periods
    breaching = [_breaching(alarm, number) for number in range(periods)]
    if periods == 1:
        return breaching[0]
    missing = int(alarm.treat_missing_data == "breaching")
    terms = [f"({one} or {SERVICES} * 0 + {missing})" for one in breaching]
    return f"({' + '.join(terms)}) >= bool {needed}"


def _breaching(alarm: AlarmSpec, ago: int) -> str:
    """Say with 1 or 0 whether the period so many periods ago is breaching; nothing where it is not known."""
    comparison = f"{_SIGNS[alarm.comparison]} bool {alarm.threshold:g}"
    back = f" offset {ago * alarm.period_s}s" if ago else ""
    if alarm.metric is not None:
        return f"{record(alarm.metric, alarm.statistic, alarm.period_s)}{back} {comparison}"
    records = {name: record(part.metric, part.statistic, alarm.period_s) + back for name, part in alarm.metrics.items()}
    return f"{formula(arithmetic.parse(alarm.expression or ''), records)} {comparison}"


def _silence(alarm: AlarmSpec) -> str:
    """Say who is silent: who was up within a day and not in the latest periods, or all when nobody was."""
    span = f"{alarm.period_s * alarm.evaluation_periods}s"
    up = exposed.UP.name
    lately = f"group {BY} (max_over_time({up}[{span}]) == 1)"
    known = f"group {BY} (present_over_time({up}[1d]))"
    return f"({known} unless {lately}) or ({known} * 0) or absent_over_time({up}[{span}])"


def _record(name: str, expression: str) -> Rule:
    return {"record": name, "expr": expression}


def _state(name: str, expression: str) -> Rule:
    return {"record": STATE, "expr": expression, "labels": {"alarm": name}}


def _alert(spec: AlarmSpec | CompositeSpec, text: str) -> Rule:
    told = ",".join(spec.notify or ())
    return {
        "alert": spec.name,
        "expr": f'max {BY} ({STATE}{{alarm="{spec.name}"}}) == 1',
        "labels": {"severity": spec.severity, "notify": told or "nobody"},
        "annotations": {
            "summary": f"{{{{ $labels.service }}}} ({{{{ $labels.env }}}}): {_literal(text)}",
            **({"description": _literal(spec.todo)} if spec.todo else {}),
        },
    }


def _literal(text: str) -> str:
    """Keep what a person wrote from being read as a template."""
    return text.replace("{{", '{{ "{{" }}')
