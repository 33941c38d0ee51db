"""Rules between the keys of `alarms`, `composites`, `slos` and `mutes`: what CloudWatch would refuse, and what could never go off."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from outwarden.config import alarm_rule, arithmetic
from outwarden.config.alarm_set import BURNS, alarm_set
from outwarden.config.alarms import AlarmSpec, CompositeSpec, MuteSpec, SloSpec
from outwarden.config.catalogue import BY_NAME
from outwarden.config.check import nearest
from outwarden.config.root import Config
from outwarden.errors import ConfigError

_DAY_S: Final = 86400
_ID: Final = re.compile(r"[a-z]\w*")
CLOCK_PERIODS: Final = (60, 300, 3600, 86400)
"""Periods that CloudWatch can align to the clock; it knows a week as well, which is longer than ours may be."""
MOST_METRICS: Final = 10
"""CloudWatch lets an alarm look at so many metrics."""


def check_alarms(config: Config, source: str) -> None:
    """Refuse what cannot work.

    Raises:
        ConfigError: the first rule that is broken.
    """
    _check_names(config, source)
    for number, alarm in enumerate(config.alarms):
        path = f"{source}: alarms[{number}]"
        _check_alarm(alarm, path)
        _check_channels(alarm.notify, config, f"{path}.notify")
    known = alarm_set(config)
    names = [alarm.name for alarm in known.alarms] + [composite.name for composite in known.composites]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ConfigError(f"{source}: two alarms are called {twice}: one of a composite or an SLO. Rename yours.")
    for number, composite in enumerate(config.composites):
        path = f"{source}: composites[{number}]"
        _check_composite(composite, names, path)
        _check_channels(composite.notify, config, f"{path}.notify")
    for composite in known.composites:
        _check_cycle(composite, known.composites, source)
    for number, slo in enumerate(config.slos):
        _check_slo(slo, f"{source}: slos[{number}]")
        _check_channels(slo.notify, config, f"{source}: slos[{number}].notify")
    for number, mute in enumerate(config.mutes):
        _check_mute(mute, names, f"{source}: mutes[{number}]")
    _check_channels(config.alarm_notify, config, f"{source}: alarm_notify")


def _check_names(config: Config, source: str) -> None:
    for key in ("alarms", "composites", "slos", "mutes"):
        seen: set[str] = set()
        for number, spec in enumerate(getattr(config, key)):
            if spec.name in seen:
                raise ConfigError(
                    f"{source}: {key}[{number}].name: another one has this name already. Give each its own."
                )
            seen.add(spec.name)


def _check_channels(names: Sequence[str] | None, config: Config, path: str) -> None:
    for name in names or ():
        if name not in config.notify:
            near = nearest(name, config.notify)
            hint = f" Did you mean {near}?" if near else " Add it under notify, or take it out here."
            raise ConfigError(f"{path} names a channel that is not under notify.{hint}")


def _check_alarm(alarm: AlarmSpec, path: str) -> None:
    if not math.isfinite(alarm.threshold):
        raise ConfigError(f"{path}.threshold: expected a finite number.")
    if alarm.datapoints_to_alarm is not None and alarm.datapoints_to_alarm > alarm.evaluation_periods:
        raise ConfigError(f"{path}.datapoints_to_alarm is more than evaluation_periods. Make it at most that.")
    longest = 7 * _DAY_S if alarm.period_s >= 3600 else _DAY_S  # CloudWatch's own limit
    if alarm.period_s * alarm.evaluation_periods > longest:
        raise ConfigError(
            f"{path}: period_s times evaluation_periods is more than {longest} seconds, which CloudWatch refuses. "
            "Shorten one of them."
        )
    if alarm.window == "wall_clock" and alarm.period_s not in CLOCK_PERIODS:
        raise ConfigError(
            f"{path}.period_s: with window wall_clock CloudWatch takes 60, 300, 3600 or 86400. Take one of them."
        )
    if (alarm.metric is None) == (alarm.expression is None):
        raise ConfigError(f"{path}: give either metric, or expression with metrics.")
    if alarm.metric is not None:
        if alarm.metrics:
            raise ConfigError(f"{path}.metrics belongs to an expression. Take it out, or give expression, not metric.")
        _check_statistic(alarm.metric, alarm.statistic, f"{path}.statistic")
    else:
        _check_expression(alarm, path)


def _check_expression(alarm: AlarmSpec, path: str) -> None:
    for name, stat in alarm.metrics.items():
        if not _ID.fullmatch(name):
            raise ConfigError(f"{path}.metrics: an id begins with a small letter and holds letters, digits and _ only.")
        _check_statistic(stat.metric, stat.statistic, f"{path}.metrics.{name}.statistic")
    if len(alarm.metrics) > MOST_METRICS:
        raise ConfigError(f"{path}.metrics: CloudWatch takes {MOST_METRICS} metrics in an alarm at most.")
    try:
        named = arithmetic.ids(arithmetic.parse(alarm.expression or ""))
    except arithmetic.Unreadable as problem:
        raise ConfigError(f"{path}.expression {problem}. Mend it there.") from None
    for name in sorted(named - set(alarm.metrics)):
        near = nearest(name, alarm.metrics)
        hint = f"Did you mean {near}?" if near else "Add it under metrics."
        raise ConfigError(f"{path}.expression names {name}, which is not under metrics. {hint}")
    for name in alarm.metrics:
        if name not in named:
            raise ConfigError(f"{path}.metrics.{name} is not named in the expression. Use it, or take it out.")


def _check_statistic(metric: str, statistic: str, path: str) -> None:
    if statistic not in {"Sum", "SampleCount"} and BY_NAME[metric].kind == "count":
        raise ConfigError(f"{path}: {metric} is counted, so it has Sum and SampleCount only. LatencyMs has the others.")


def _check_composite(composite: CompositeSpec, names: Iterable[str], path: str) -> None:
    try:
        looked_at = alarm_rule.names(alarm_rule.parse(composite.rule))
    except arithmetic.Unreadable as problem:
        raise ConfigError(f"{path}.rule {problem}. Mend it there.") from None
    if not looked_at:
        raise ConfigError(f"{path}.rule looks at no alarm, so it never changes. Name one, as ALARM(High5XX).")
    for name in looked_at:
        if name not in names:
            near = nearest(name, names)
            hint = f" Did you mean {near}?" if near else " `outwarden alarms list` shows which there are."
            raise ConfigError(f"{path}.rule names an alarm that is not there.{hint}")


def _check_cycle(start: CompositeSpec, composites: Sequence[CompositeSpec], source: str) -> None:
    by_name = {composite.name: composite for composite in composites}
    waiting, seen = [start.name], set[str]()
    while waiting:
        for name in alarm_rule.names(alarm_rule.parse(by_name[waiting.pop()].rule)):
            if name == start.name:
                raise ConfigError(f"{source}: composites: {start.name} looks at itself, so it can never settle.")
            if name in by_name and name not in seen:
                seen.add(name)
                waiting.append(name)


def _check_slo(slo: SloSpec, path: str) -> None:
    fastest = max(burn.factor for burn in BURNS)
    if fastest * (100 - slo.objective_percent) >= 100:
        least = math.floor(1000 - 1000 / fastest) / 10 + 0.1
        raise ConfigError(
            f"{path}.objective_percent: even if every call failed, its budget would not burn {fastest:g} times too fast, "
            f"so the alarm could never go off. Take at least {least:.1f}, or an alarm on the share of errors."
        )


def _check_mute(mute: MuteSpec, names: Sequence[str], path: str) -> None:
    for name in mute.alarms:
        if name not in names:
            near = nearest(name, names)
            hint = f" Did you mean {near}?" if near else " `outwarden alarms list` shows which there are."
            raise ConfigError(f"{path}.alarms names an alarm that is not there.{hint}")
    if (mute.start is None) == (mute.once is None):
        raise ConfigError(f"{path}: give either start (with days), or once.")
    if mute.once is not None:
        try:
            datetime.strptime(mute.once, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - the zone stands beside it
        except ValueError:
            raise ConfigError(f"{path}.once: expected a moment such as 2026-12-24T18:00.") from None
    import zoneinfo  # noqa: PLC0415 - it takes its time, and programs load their configuration, too

    try:
        zoneinfo.ZoneInfo(mute.timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f"{path}.timezone: expected a name such as Asia/Jakarta or UTC.") from None
