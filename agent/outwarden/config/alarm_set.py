"""Config -> the alarms that hold: defaults, the user's own, those of the SLOs, and who is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeVar

from msgspec.structs import replace

from outwarden.config import alarm_rule, default_alarms
from outwarden.config.alarms import AlarmSet, AlarmSpec, CompositeSpec, MetricStat, Severity, SloSpec
from outwarden.config.arithmetic import Unreadable
from outwarden.config.root import Config

Spec = TypeVar("Spec", AlarmSpec, CompositeSpec)


class Burn(NamedTuple):
    """One pair of windows over which an error budget may burn too fast.

    The factors are those of the Google SRE workbook, "Alerting on SLOs", for a budget of 30 days.
    """

    name: str
    factor: float
    long_s: int
    short_s: int
    severity: Severity


TERMINAL: Final = "terminal"
"""Who is told of alarms that name nobody, where there is no channel at all: whoever sees the sidecar's standard error."""
NOBODY: Final = "nobody"
"""How every view says that no channel is told."""
BURNS: Final = (Burn("Fast", 14.4, 3600, 300, "page"), Burn("Slow", 6.0, 21600, 1800, "page"))


def alarm_set(config: Config, *, fallback: tuple[str, ...] = ()) -> AlarmSet:
    """Resolve everything; each alarm's `notify` names channels, and is never None.

    Args:
        config: the settings.
        fallback: who is told of alarms that name nobody, where there is no channel at all.
    """
    alarms = _merged(default_alarms.ALARMS if config.default_alarms else (), config.alarms)
    composites = _merged(default_alarms.COMPOSITES if config.default_alarms else (), config.composites)
    for slo in config.slos:
        alarms += tuple(_burning(slo))
        composites += tuple(_pages(slo))
    everybody = (tuple(config.notify) or fallback) if config.alarm_notify is None else config.alarm_notify
    children = {name for composite in composites for name in _looked_at(composite)}
    return AlarmSet(
        alarms=tuple(
            replace(alarm, notify=(() if alarm.name in children else everybody)) if alarm.notify is None else alarm
            for alarm in alarms
        ),
        composites=tuple(
            replace(composite, notify=everybody) if composite.notify is None else composite for composite in composites
        ),
        mutes=config.mutes,
    )


def _merged(defaults: Sequence[Spec], own: Sequence[Spec]) -> tuple[Spec, ...]:
    """Let a user's alarm take the place of the default of that name; others follow."""
    merged = {spec.name: spec for spec in defaults} | {spec.name: spec for spec in own}
    return tuple(merged.values())


def _looked_at(composite: CompositeSpec) -> Iterable[str]:
    """Name the alarms for which a composite pages; those that only hold it back page for themselves."""

    def positive(rule: alarm_rule.Rule) -> Iterator[str]:
        match rule:
            case alarm_rule.Is("ALARM", name):
                yield name
            case alarm_rule.Both(rules) | alarm_rule.Either(rules):
                for one in rules:
                    yield from positive(one)
            case _:
                return

    try:
        return tuple(positive(alarm_rule.parse(composite.rule)))
    except Unreadable:
        return ()  # `check` says so


def _burning(slo: SloSpec) -> Iterator[AlarmSpec]:
    """Give an alarm for each window: the share of failures against what the budget allows."""
    failures = {"e5": MetricStat(metric="5XXError"), "net": MetricStat(metric="NetworkErrors")}
    if slo.count_4xx:
        failures["e4"] = MetricStat(metric="4XXError")
    bad = " + ".join(f"FILL({name}, 0)" for name in failures)
    for burn in BURNS:
        for size, period_s in (("Long", burn.long_s), ("Short", burn.short_s)):
            yield AlarmSpec(
                name=f"{slo.name}-{burn.name}{size}",
                expression=f"IF(calls >= {slo.minimum_calls}, 100 * ({bad}) / calls, 0)",
                metrics={"calls": MetricStat(metric="Calls"), **failures},
                period_s=period_s,
                threshold=round(burn.factor * (100 - slo.objective_percent), 6),
                severity=burn.severity,
                notify=(),
            )


def _pages(slo: SloSpec) -> Iterator[CompositeSpec]:
    for burn in BURNS:
        yield CompositeSpec(
            name=f"{slo.name}-{burn.name}",
            rule=f"ALARM({slo.name}-{burn.name}Long) AND ALARM({slo.name}-{burn.name}Short)",
            severity=burn.severity,
            notify=slo.notify,
            todo=f"The error budget of {slo.name} burns {burn.factor:g} times too fast: see `outwarden tail --errors`.",
        )
