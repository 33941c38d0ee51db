"""What the alarms would have done on events that were recorded. Pure: events in, firings out.

The events are counted by the meter, and the clock is moved minute by minute over the windows. Each minute is judged when
it is over; the sidecar does it each second, so a time may be up to a minute later than it would have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from outwarden.alert import State
from outwarden.config.alarms import AlarmSet, AlarmSpec, CompositeSpec
from outwarden.config.catalogue import METRICS, MetricName
from outwarden.meter import Point
from outwarden.meter.buckets import middle
from outwarden.meter.windows import Tallies
from outwarden.watch import composite
from outwarden.watch.evaluate import MINUTE_S, Data, Judge, Verdict, span
from outwarden.watch.mutes import is_muted
from outwarden.watch.silence import misses_heartbeat
from outwarden.watch.statistics import Minutes


class Firing(msgspec.Struct, frozen=True, kw_only=True):
    """One time that an alarm would have gone off."""

    name: str
    kind: str
    severity: str
    service: str
    env: str
    since: float
    """Unix seconds."""
    until: float | None
    """When it would have been over; None: not by the end."""
    reason: str
    notify: tuple[str, ...]
    """Channels that would have been told."""
    muted: bool
    """A mute window was open when it went off."""


def longest(alarms: AlarmSet) -> float:
    """Give how far back the alarms look, in seconds."""
    return max((-span(alarm, 0.0)[0] for alarm in alarms.alarms), default=0.0)


def simulable(alarms: AlarmSet) -> tuple[list[AlarmSpec], list[str]]:
    """Give the alarms that can be simulated, and the names of the others: no event tells that a sidecar was at work."""
    can = [alarm for alarm in alarms.alarms if not misses_heartbeat(alarm)]
    return can, [alarm.name for alarm in alarms.alarms if misses_heartbeat(alarm)]


def simulate(alarms: AlarmSet, tallies: Tallies, since: float, until: float) -> list[Firing]:
    """Say what the alarms would have done between two moments, Unix seconds.

    Args:
        alarms: the alarms.
        tallies: what the meter counted of the events; it should begin `longest` before `since`.
        since: begin.
        until: end.

    Returns:
        Each firing, in order of time.
    """
    firings = [
        firing
        for service, env in sorted({(series.service, series.env) for series, _ in tallies.counts})
        for firing in _one(alarms, _data(tallies, service, env, until), (service, env), since, until)
    ]
    return sorted(firings, key=lambda firing: (firing.since, firing.name, firing.service, firing.env))


def _data(tallies: Tallies, service: str, env: str, until: float) -> Data:
    """Put what was counted for one service in order of time, with zeros from its first minute on."""
    counts: dict[MetricName, dict[int, float]] = {}
    for (series, minute), count in tallies.counts.items():
        if (series.service, series.env) == (service, env):
            counts.setdefault(series.metric, {})[minute] = float(count)
    first = min(minute for minutes in counts.values() for minute in minutes)
    every = list(range(first, int(until) + 1, MINUTE_S))
    data: dict[MetricName, Minutes] = {}
    for metric in METRICS:
        if metric.kind == "count":
            found = counts.get(metric.name, {})
            data[metric.name] = Minutes([Point(minute, found.get(minute, 0.0)) for minute in every])
    samples: dict[int, dict[float, int]] = {}
    for (one, its_env, minute, bucket), count in tallies.latencies.items():
        if (one, its_env) == (service, env):
            samples.setdefault(minute, {})[middle(bucket)] = count
    sums = {minute: sum(value * count for value, count in one.items()) for minute, one in samples.items()}
    data["LatencyMs"] = Minutes([Point(minute, sums[minute], one) for minute, one in samples.items()])
    return data


def _one(alarms: AlarmSet, data: Data, who: tuple[str, str], since: float, until: float) -> Iterator[Firing]:
    """Move the clock over the minutes of one service."""
    can, others = simulable(alarms)
    judges = [(alarm, Judge(alarm, data)) for alarm in can]
    composites = composite.in_order(alarms.composites)
    states: dict[str, State] = dict.fromkeys(others, "OK")
    opened: dict[str, Firing] = {}

    def enter(spec: AlarmSpec | CompositeSpec, state: State, reason: str | Verdict, now: float) -> Iterator[Firing]:
        before = states.get(spec.name, "INSUFFICIENT_DATA")
        states[spec.name] = state
        if state == "ALARM" and before != "ALARM":
            text = reason if isinstance(reason, str) else reason.reason
            muted = is_muted(alarms.mutes, spec.name, now)
            opened[spec.name] = _firing(spec, who, now, text, muted=muted)
        elif state != "ALARM" and before == "ALARM":
            yield msgspec.structs.replace(opened.pop(spec.name), until=now)

    for minute in range(int(since // MINUTE_S * MINUTE_S), int(until // MINUTE_S * MINUTE_S) + 1, MINUTE_S):
        now = minute + MINUTE_S - 1.0
        for alarm, judge in judges:
            verdict = judge(now, states.get(alarm.name, "INSUFFICIENT_DATA"))
            yield from enter(alarm, verdict.state, verdict, minute)
        for one in composites:
            rule = composite.parse(one.rule)
            state: State = "ALARM" if composite.holds(rule, states) else "OK"
            because = ", ".join(composite.in_alarm(rule, states))
            yield from enter(one, state, f"{because} in ALARM", minute)
    yield from opened.values()


def _firing(spec: AlarmSpec | CompositeSpec, who: tuple[str, str], since: float, reason: str, *, muted: bool) -> Firing:
    return Firing(
        name=spec.name,
        kind="alarm" if isinstance(spec, AlarmSpec) else "composite",
        severity=spec.severity,
        service=who[0],
        env=who[1],
        since=since,
        until=None,
        reason=reason,
        notify=spec.notify or (),
        muted=muted,
    )


def names(alarms: AlarmSet) -> list[str]:
    """Give the names of all alarms, those over metrics first."""
    return [alarm.name for alarm in alarms.alarms] + [one.name for one in alarms.composites]


def fired(firings: Iterable[Firing]) -> list[str]:
    """Name the alarms that went off, each once, in order of their first time."""
    return list(dict.fromkeys(firing.name for firing in firings))
