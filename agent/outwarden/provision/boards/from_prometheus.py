"""What is drawn of Prometheus: what `/metrics` shows, and what our rules record."""

from __future__ import annotations

from typing import Final

from outwarden.apis.profile import Profile
from outwarden.config import exposed
from outwarden.config.alarm_text import composite_reading, reading
from outwarden.config.alarms import AlarmSet, AlarmSpec
from outwarden.config.arithmetic import parse
from outwarden.provision.boards.panel import ANSWERS, GREEN, ORANGE, RED, Board, Panel, PromQL, Row
from outwarden.provision.prometheus.formula import SERVICES, STATE, formula
from outwarden.provision.prometheus.series import record

_WHO: Final = 'service="$service",env="$env"'
_SHOWN: Final = (
    ("2xx", "2XX"),
    ("3xx", "3XX"),
    ("4xx", "4XX"),
    ("5xx", "5XX"),
    ("network", "no answer"),
)


def overview(alarms: AlarmSet) -> Board:
    """Give the board of one service: how its calls go, and every alarm with its line."""
    states = Panel(
        "Alarms that ring",
        "1 while an alarm is in ALARM. Composites: "
        + "; ".join(f"{one.name} = {composite_reading(one)}" for one in alarms.composites),
        "timeseries",
        "short",
        (PromQL(f'max by (alarm) ({STATE}{{{_WHO}}} or {STATE}{{service=""}})', "{{alarm}}"),),
        24,
        6,
    )
    return Board(
        "outwarden-overview-prometheus",
        "Outbound calls (Prometheus)",
        "Calls of one service to other people's APIs: how they end, how long they take, why they fail, from where.",
        "prometheus",
        (
            Row("Now", _numbers(_WHO)),
            Row("Answers", (*_answers(_WHO), *_pipeline())),
            Row("Alarms", (states, *(_alarm(alarm) for alarm in alarms.alarms))),
            Row("Why, where, for whom", _details(_WHO)),
        ),
    )


def of_api(profile: Profile) -> Board:
    """Give the board of one API."""
    title = profile.title or profile.name
    who = f'{_WHO},api="{profile.name}"'
    return Board(
        f"outwarden-{profile.name}-prometheus",
        f"{title} (Prometheus)",
        f"Calls of one service to {title}: routes, answers, reasons.",
        "prometheus",
        (Row("Now", _numbers(who)), Row("Answers", _answers(who)), Row("Why, where, for whom", _details(who))),
    )


def _numbers(who: str) -> tuple[Panel, ...]:
    calls = f"sum(increase({exposed.CALLS.name}{{{who}}}[$__range]))"
    bad = f'sum(increase({exposed.CALLS.name}{{{who},class=~"4xx|5xx|network"}}[$__range]))'
    slow = f"sum by (le) (increase({exposed.DURATION.name}_bucket{{{who}}}[$__range]))"
    throttled = f"sum(increase({exposed.THROTTLED.name}{{{who}}}[$__range]))"
    return (
        Panel("Calls", "Attempts on the wire.", "stat", "short", (PromQL(calls, "calls", at_once=True),), 6, 4,
              reduce="lastNotNull"),
        Panel(
            "Failed",
            "Share of the attempts that ended with 4XX, 5XX or no answer.",
            "stat",
            "percent",
            (PromQL(f"100 * {bad} / {calls}", "failed", at_once=True),),
            6,
            4,
            steps=((0, GREEN), (5, ORANGE), (25, RED)),
            reduce="lastNotNull",
        ),
        Panel(
            "Latency p95",
            "What one in twenty calls exceeds.",
            "stat",
            "s",
            (PromQL(f"histogram_quantile(0.95, {slow})", "p95", at_once=True),),
            6,
            4,
            reduce="lastNotNull",
        ),
        Panel(
            "Throttled",
            "Attempts answered with 429.",
            "stat",
            "short",
            (PromQL(throttled, "throttled", at_once=True),),
            6,
            4,
            steps=((0, GREEN), (1, ORANGE)),
            reduce="lastNotNull",
        ),
    )  # fmt: skip


def _answers(who: str) -> tuple[Panel, ...]:
    slow = f"sum by (le) (rate({exposed.DURATION.name}_bucket{{{who}}}[$__rate_interval]))"
    return (
        Panel(
            "2XX against 4XX and 5XX",
            "Attempts a minute, by how they were answered.",
            "timeseries",
            "short",
            tuple(
                PromQL(f'60 * sum(rate({exposed.CALLS.name}{{{who},class="{one}"}}[$__rate_interval]))', label)
                for one, label in _SHOWN
            ),
            colours=ANSWERS,
        ),
        Panel(
            "Latency",
            "Time until the answer was there: the middle, and what one in twenty and one in a hundred calls exceed.",
            "timeseries",
            "s",
            tuple(PromQL(f"histogram_quantile({rank / 100:g}, {slow})", f"p{rank}") for rank in (50, 95, 99)),
        ),
        Panel(
            "Throttled, and keys in URLs",
            "Attempts a minute that were answered with 429, and in whose URL a key was seen.",
            "timeseries",
            "short",
            (
                PromQL(f"60 * sum(rate({exposed.THROTTLED.name}{{{who}}}[$__rate_interval]))", "throttled"),
                PromQL(f"60 * sum(rate({exposed.KEYS.name}{{{who}}}[$__rate_interval]))", "keys in URLs"),
            ),
        ),
    )


def _pipeline() -> tuple[Panel, ...]:
    return (
        Panel(
            "Sidecar",
            "1 while it is at work, and events lost a minute.",
            "timeseries",
            "short",
            (
                PromQL(f"max({exposed.UP.name}{{{_WHO}}})", "up"),
                PromQL(f"60 * sum(rate({exposed.LOST.name}{{{_WHO}}}[$__rate_interval]))", "events lost"),
            ),
        ),
        Panel(
            "What waits to be shipped",
            "Bytes of the journal that each consumer of the sidecar has still to handle.",
            "timeseries",
            "bytes",
            (PromQL(f"sum by (consumer) ({exposed.BACKLOG.name})", "{{consumer}}"),),
            24,
            6,
        ),
    )


def _alarm(alarm: AlarmSpec) -> Panel:
    def recorded(name: str) -> str:
        return f"{name}{{{_WHO}}}"

    if alarm.metric is not None:
        expression = recorded(record(alarm.metric, alarm.statistic, alarm.period_s))
    else:
        records = {
            name: recorded(record(part.metric, part.statistic, alarm.period_s)) for name, part in alarm.metrics.items()
        }
        expression = formula(parse(alarm.expression or ""), records, recorded(SERVICES))
    return Panel(
        alarm.name,
        f"{reading(alarm)}. {alarm.todo or ''}".strip(),
        "timeseries",
        "ms" if alarm.metric == "LatencyMs" and alarm.statistic != "SampleCount" else "short",
        (PromQL(expression, alarm.name),),
        8,
        threshold=alarm.threshold,
        below=alarm.comparison.startswith("Less"),
        alarm=alarm.name,
    )


def _details(who: str) -> tuple[Panel, ...]:
    def top(name: str, by: str, most: int, more: str = "") -> PromQL:
        total = f"sum by ({by}) (increase({name}{{{who}{more}}}[$__range]))"
        return PromQL(f"topk({most}, {total} > 0)", "", at_once=True)

    countries = top(exposed.COUNTRIES.name, "country", 250)
    return (
        Panel("Error reasons", "Why calls failed: the API's own reason as far as it is known, the status, the kind of error.",
              "table", "short", (top(exposed.ERRORS.name, "reason", 20),)),
        Panel("Top routes", "The busiest routes; at most 25 of an API are told apart.", "table", "short",
              (top(exposed.ROUTES.name, "api, route", 25),)),
        Panel("Failing routes", "Where calls fail most.", "table", "short",
              (top(exposed.ROUTES.name, "route, class", 25, ',class!~"2xx|3xx"'),)),
        Panel("Countries",
              "Where the users are on whose behalf calls are made: from their addresses, where the program gives them.",
              "geomap", "short", (countries,)),
        Panel("Calls by country", "The same as a table.", "table", "short", (countries,)),
    )  # fmt: skip
