"""Watcher: evaluates all alarms over the windows, and says what somebody should know."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from outwarden.alert import Alert, State, is_clearly_worse
from outwarden.config.alarms import AlarmSet, AlarmSpec, CompositeSpec
from outwarden.config.catalogue import BY_NAME, MetricName
from outwarden.event import timestamp
from outwarden.meter import Point, Series, windows
from outwarden.meter.windows import KNOWN_S
from outwarden.watch import composite
from outwarden.watch.evaluate import MINUTE_S, Data, Judge, Verdict, metrics, span
from outwarden.watch.memory import Known, Memory, forget, on_in, remembered
from outwarden.watch.mutes import is_muted
from outwarden.watch.silence import misses_heartbeat
from outwarden.watch.statistics import Minutes

Post = Callable[[sqlite3.Connection, AlarmSpec | CompositeSpec, Alert], None]
"""Takes an alert for delivery, in the transaction that changes the alarm's state."""

_ERRORS: Final = frozenset({"4XXError", "5XXError", "NetworkErrors", "Throttled", "KeysInUrls"})
"""The metrics of which routes and reasons are known."""
LATE_S: Final = 5.0
"""For so many seconds after a minute its last calls may still be on their way to be counted."""


class Watcher:
    """One state per alarm, service and environment. A restart neither forgets a state nor tells it again."""

    def __init__(self, alarms: AlarmSet, post: Post, *, own: tuple[str, str] | None = None) -> None:
        """Keep what is needed.

        Args:
            alarms: the alarms.
            post: takes what somebody should know.
            own: the (service, environment) whose sidecar this is: its silence is never missing data.
        """
        self._own = own
        self._alarms = alarms.alarms
        self._composites = composite.in_order(alarms.composites)
        self._mutes = alarms.mutes
        self._names = [alarm.name for alarm in alarms.alarms] + [one.name for one in alarms.composites]
        self._post = post
        self._judged: tuple[int, bool, bool] | None = None
        """When everything was judged last: the minute, whether calls of the one before were late, and whether events waited."""

    def tick(self, connection: sqlite3.Connection, now: float, *, behind: bool = False) -> list[Alert]:
        """Evaluate everything at this moment, inside the caller's transaction.

        Args:
            connection: the sidecar's database.
            now: Unix seconds.
            behind: not all events up to now are counted yet, as after a start: that there are few is not believed, so
                an alarm neither ends nor goes off by it.

        Returns:
            The changes that somebody should know of: into ALARM, and back from it.
        """
        told: list[tuple[AlarmSpec | CompositeSpec, Alert]] = []
        for service, env in sorted(self._due(connection, now, behind=behind)):
            memory = Memory(connection, service, env)
            data = self._data(connection, service, env, now)
            for alarm in self._alarms:
                if misses_heartbeat(alarm):
                    _settle(memory, alarm.name, "OK", "a sidecar is at work: it is this one", now)
                    continue
                verdict, at = _judge(alarm, data, now, memory.state(alarm.name))
                if not (behind and _may_turn(alarm, verdict.state)):
                    _settle(memory, alarm.name, verdict.state, verdict, now)
                is_worse = self._is_worse(memory, alarm, verdict, now)
                if is_worse or self._is_news(memory, alarm, now, verdict.value):
                    alert = _alert(memory.known[alarm.name], alarm, (service, env), verdict.reason, now)
                    alert = replace(alert, previous="ALARM") if is_worse else alert
                    told.append((alarm, _detailed(connection, alarm, verdict, alert, at)))
            for one in self._composites:
                rule = composite.parse(one.rule)
                states: dict[str, State] = {name: known.state for name, known in memory.known.items()}
                because = composite.in_alarm(rule, states)
                reason = f"{', '.join(because) or 'none of its alarms'} in ALARM"
                state: State = "ALARM" if composite.holds(rule, states) else "OK"
                _settle(memory, one.name, state, reason, now)
                if self._is_news(memory, one, now):
                    alert = _alert(memory.known[one.name], one, (service, env), reason, now)
                    alert = self._lent(connection, because, replace(alert, because=tuple(because)), now)
                    told.append((one, alert))
        return [self._deliver(connection, spec, alert) for spec, alert in told]

    def _due(self, connection: sqlite3.Connection, now: float, *, behind: bool) -> set[tuple[str, str]]:
        """Give the services to judge: those of whom something was counted, and all of them once in each minute.

        What an alarm sees changes with the minute, with the end of what is late, and with what is counted.
        """
        touched = windows.take_touched(connection)
        moment = (int(now // MINUTE_S), now % MINUTE_S < LATE_S, behind)
        if moment == self._judged:
            return touched
        self._judged = moment
        forget(connection, self._names, now)
        first = min((span(alarm, now - LATE_S)[0] for alarm in self._alarms), default=int(now))
        return touched | set(windows.services(connection, first)) | remembered(connection)

    def _data(self, connection: sqlite3.Connection, service: str, env: str, now: float) -> Data:
        """Read the points of every metric that an alarm looks at, once, over the longest span of any alarm."""
        spans: dict[MetricName, tuple[int, int]] = {}
        for alarm in self._alarms:
            start, end = span(alarm, now - LATE_S)[0], span(alarm, now)[1]
            for stat in () if misses_heartbeat(alarm) else metrics(alarm).values():
                known = spans.get(stat.metric, (start, end))
                spans[stat.metric] = (min(known[0], start), max(known[1], end))
        # Before its first call nobody was there to count, and a day after its last one it is not counted on any more.
        first, last = windows.seen(connection, service, env) or (0, 0)
        until = now if (service, env) == self._own else min(now, last + KNOWN_S)
        data: dict[MetricName, Minutes] = {}
        for metric, (start, end) in spans.items():
            points = windows.points(connection, Series(service, env, metric), start, end)
            if BY_NAME[metric].kind == "count":
                points = _filled(points, max(start, first), min(end, until))
            data[metric] = Minutes(points)
        return data

    def _is_news(self, memory: Memory, spec: AlarmSpec | CompositeSpec, now: float, value: float | None = None) -> bool:
        """Say whether people are to be told of the state; while a mute window is open they are not, but afterwards."""
        state = memory.state(spec.name)
        in_alarm = state == "ALARM"
        if state == "INSUFFICIENT_DATA":
            return False  # nobody knows whether it is over
        if in_alarm == memory.was_told(spec.name) or is_muted(self._mutes, spec.name, now):
            return False
        memory.tell(spec.name, now, in_alarm=in_alarm, value=value)
        return in_alarm or spec.tell_ok

    def _is_worse(self, memory: Memory, alarm: AlarmSpec, verdict: Verdict, now: float) -> bool:
        """Say whether people know that an alarm is on, but not how bad it has become."""
        told = memory.told(alarm.name)
        if told is None or told.value is None or verdict.value is None or memory.state(alarm.name) != "ALARM":
            return False
        if now - told.at < alarm.period_s:
            return False  # it is the same period, which fills yet
        if not is_clearly_worse(verdict.value, told.value, alarm.threshold) or is_muted(self._mutes, alarm.name, now):
            return False
        memory.tell(alarm.name, now, in_alarm=True, value=verdict.value)
        return True

    def _deliver(self, connection: sqlite3.Connection, spec: AlarmSpec | CompositeSpec, alert: Alert) -> Alert:
        services = on_in(connection, spec.name, alert.env) if alert.state == "ALARM" else []
        alert = replace(alert, services=tuple(services) if len(services) > 1 else ())
        self._post(connection, spec, alert)
        return alert

    def _lent(self, connection: sqlite3.Connection, because: Sequence[str], alert: Alert, now: float) -> Alert:
        """Give a composite alarm's alert what is known of the first alarm below it."""
        for alarm in self._alarms:
            if alarm.name in because:
                return _routes(connection, alarm, alert, now)
        return alert


def _judge(alarm: AlarmSpec, data: Data, now: float, previous: State) -> tuple[Verdict, float]:
    """Give the verdict, and the moment of which it tells: a minute's last calls are counted after it is over.

    Too many calls in the minute that has just ended still count; that there were too few is said when none is late.
    """
    judge, late = Judge(alarm, data), now - LATE_S
    if alarm.comparison.startswith("LessThan"):
        return judge(late, previous), late
    verdict = judge(now, previous)
    if verdict.state != "ALARM" and alarm.window == "sliding" and now % MINUTE_S < LATE_S:
        earlier = judge(late, previous)
        if earlier.state == "ALARM":
            return earlier, late
    return verdict, now


def _settle(memory: Memory, name: str, state: State, reason: str | Verdict, now: float) -> None:
    known = memory.known.get(name)
    if known is None or known.state != state:
        if known is None and state == "INSUFFICIENT_DATA":
            return
        memory.settle(name, state, reason if isinstance(reason, str) else reason.reason, now)


def _alert(known: Known, spec: AlarmSpec | CompositeSpec, of: tuple[str, str], reason: str, now: float) -> Alert:
    service, env = of
    return Alert(
        name=spec.name,
        kind="alarm" if isinstance(spec, AlarmSpec) else "composite",
        severity=spec.severity,
        state=known.state,
        previous="OK" if known.state == "ALARM" else "ALARM",
        ts=timestamp(now),
        since=timestamp(known.since),
        reason=reason,
        service=service,
        env=env,
        todo=spec.todo,
    )


def _detailed(connection: sqlite3.Connection, alarm: AlarmSpec, verdict: Verdict, alert: Alert, now: float) -> Alert:
    """Add the numbers, and which calls it was."""
    return _routes(
        connection,
        alarm,
        replace(alert, metric=alarm.metric, value=verdict.value, threshold=alarm.threshold, period_s=alarm.period_s),
        now,
    )


def _routes(connection: sqlite3.Connection, alarm: AlarmSpec, alert: Alert, now: float) -> Alert:
    """Add which routes failed most, why, and the trace of one of the calls."""
    _, end = span(alarm, now)
    start = end - alarm.period_s * alarm.evaluation_periods
    for metric in _blamed(alarm):
        series = Series(alert.service, alert.env, metric)
        routes = windows.top_routes(connection, series, start, end)
        if routes:
            return replace(
                alert,
                top_routes=routes,
                top_reasons=windows.top_reasons(connection, series, start, end),
                trace_id=windows.example(connection, series, start, end),
            )
    return alert


def _blamed(alarm: AlarmSpec) -> Iterator[MetricName]:
    """Give the metrics of an alarm that tell errors."""
    return (stat.metric for stat in metrics(alarm).values() if stat.metric in _ERRORS)


def _may_turn(alarm: AlarmSpec, state: State) -> bool:
    """Say whether more events could still turn this verdict: they add to a sum, but a share or a percentile goes either way."""
    if alarm.metric is None or alarm.statistic not in {"Sum", "SampleCount", "Maximum"}:
        return True
    return (state == "ALARM") == alarm.comparison.startswith("LessThan")


def _filled(points: Sequence[Point], start: float, until: float) -> list[Point]:
    """Fill the minutes in which nothing was counted: whoever evaluates is alive, so nothing was there to count."""
    counted = {point.ts: point for point in points}
    first = int(-(-start // MINUTE_S) * MINUTE_S)
    return [counted.get(minute, Point(minute, 0.0)) for minute in range(first, int(until) + 1, MINUTE_S)]
