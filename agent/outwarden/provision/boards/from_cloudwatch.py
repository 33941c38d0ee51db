"""What is drawn of CloudWatch: metrics for what alarms look at, Logs Insights for what only events know."""

from __future__ import annotations

from typing import Final

from outwarden.apis.profile import Profile
from outwarden.config.alarm_text import reading
from outwarden.config.alarms import AlarmSet, AlarmSpec
from outwarden.provision.boards.panel import ANSWERS, GREEN, ORANGE, RED, Board, Insights, Math, Metric, Panel, Row

_COUNTED: Final = 'filter kind = "call" and attempt > 0 and service = "$service" and env = "$env"'
RESULT: Final = "result"


def overview(alarms: AlarmSet) -> Board:
    """Give the board of one service: how its calls go, and every alarm with its line."""
    return Board(
        "outwarden-overview-cloudwatch",
        "Outbound calls (CloudWatch)",
        "Calls of one service to other people's APIs: how they end, how long they take, why they fail, on whose behalf.",
        "cloudwatch",
        (
            Row("Now", _numbers()),
            Row("Answers", (*_answers(), _latency(), _limits(), _pipeline())),
            Row("Alarms", tuple(_alarm(alarm) for alarm in alarms.alarms)),
            Row("Why, where, for whom", _details(_COUNTED)),
        ),
    )


def of_api(profile: Profile) -> Board:
    """Give the board of one API: all from the events, which alone know it."""
    title = profile.title or profile.name
    only = f'{_COUNTED} and api = "{profile.name}"'
    over_time = (
        Panel(
            "Answers by outcome",
            f"Attempts on the wire to {title}, by how they ended.",
            "timeseries",
            "short",
            (Insights(f"{only}\n| stats count(*) as calls by bin(5m), outcome", ("bin(5m)", "outcome")),),
        ),
        Panel(
            "Latency",
            "Time until the answer was there: the middle, and what one in twenty calls exceeds.",
            "timeseries",
            "ms",
            (
                Insights(
                    f"{only}\n| stats pct(duration_ms, 50) as p50, pct(duration_ms, 95) as p95 by bin(5m)", ("bin(5m)",)
                ),
            ),
        ),
        _table(
            "Answers by status",
            "How often each status came.",
            f"{only}\n| stats count(*) as calls by status\n| sort calls desc",
            ("status",),
        ),
    )
    return Board(
        f"outwarden-{profile.name}-cloudwatch",
        f"{title} (CloudWatch)",
        f"Calls of one service to {title}: routes, answers, reasons, users.",
        "cloudwatch",
        (Row("Answers", over_time), Row("Why, where, for whom", _details(only))),
    )


def _numbers() -> tuple[Panel, ...]:
    failures = "100 * (FILL(e4, 0) + FILL(e5, 0) + FILL(net, 0)) / calls"
    return (
        Panel(
            "Calls", "Attempts on the wire.", "stat", "short", (Metric("calls", "Calls", "Sum", "calls", 300),), 6, 4
        ),
        Panel(
            "Failed",
            "Share of the attempts that ended with 4XX, 5XX or no answer, in the latest five minutes with calls.",
            "stat",
            "percent",
            (
                Metric("calls", "Calls", "Sum", "calls", 300, hidden=True),
                Metric("e4", "4XXError", "Sum", "4XX", 300, hidden=True),
                Metric("e5", "5XXError", "Sum", "5XX", 300, hidden=True),
                Metric("net", "NetworkErrors", "Sum", "no answer", 300, hidden=True),
                Math(RESULT, failures, "failed", 300),
            ),
            6,
            4,
            steps=((0, GREEN), (5, ORANGE), (25, RED)),
            reduce="lastNotNull",
        ),
        Panel(
            "Latency p95",
            "What one in twenty calls exceeds, in the latest five minutes with calls.",
            "stat",
            "ms",
            (Metric("p95", "LatencyMs", "p95", "p95", 300),),
            6,
            4,
            reduce="lastNotNull",
        ),
        Panel(
            "Throttled",
            "Attempts answered with 429.",
            "stat",
            "short",
            (Metric("throttled", "Throttled", "Sum", "throttled", 300),),
            6,
            4,
            steps=((0, GREEN), (1, ORANGE)),
        ),
    )


def _answers() -> tuple[Panel, ...]:
    rows = (
        ("ok", "2XX", "2XX"),
        ("moved", "3XX", "3XX"),
        ("e4", "4XXError", "4XX"),
        ("e5", "5XXError", "5XX"),
        ("net", "NetworkErrors", "no answer"),
    )
    queries = tuple(Metric(id_, name, "Sum", label) for id_, name, label in rows)  # type: ignore[arg-type] # literals
    return (
        Panel(
            "2XX against 4XX and 5XX",
            "Attempts a minute, by how they were answered.",
            "timeseries",
            "short",
            queries,
            colours=ANSWERS,
        ),
    )


def _latency() -> Panel:
    return Panel(
        "Latency",
        "Time until the answer was there: the middle, and what one in twenty and one in a hundred calls exceed.",
        "timeseries",
        "ms",
        tuple(Metric(f"p{rank}", "LatencyMs", f"p{rank}", f"p{rank}") for rank in (50, 95, 99)),
    )


def _limits() -> Panel:
    return Panel(
        "Throttled, and keys in URLs",
        "Attempts answered with 429, and attempts in whose URL a key was seen.",
        "timeseries",
        "short",
        (Metric("throttled", "Throttled", "Sum", "throttled"), Metric("keys", "KeysInUrls", "Sum", "keys in URLs")),
    )


def _pipeline() -> Panel:
    return Panel(
        "Sidecar",
        "A heartbeat each minute, and events that were lost.",
        "timeseries",
        "short",
        (Metric("beat", "Heartbeat", "Sum", "heartbeat"), Metric("lost", "EventsLost", "Sum", "events lost")),
    )


def _alarm(alarm: AlarmSpec) -> Panel:
    if alarm.metric is not None:
        queries: tuple[Metric | Math, ...] = (
            Metric("watched", alarm.metric, alarm.statistic, alarm.name, alarm.period_s),
        )
    else:
        queries = (
            *(
                Metric(name, part.metric, part.statistic, name, alarm.period_s, hidden=True)
                for name, part in alarm.metrics.items()
            ),
            Math(_free_id(alarm), " ".join((alarm.expression or "").split()), alarm.name, alarm.period_s),
        )
    return Panel(
        alarm.name,
        f"{reading(alarm)}. {alarm.todo or ''}".strip(),
        "timeseries",
        "ms" if alarm.metric == "LatencyMs" and alarm.statistic != "SampleCount" else "short",
        queries,
        8,
        threshold=alarm.threshold,
        below=alarm.comparison.startswith("Less"),
        alarm=alarm.name,
    )


def _free_id(alarm: AlarmSpec) -> str:
    return next(name for name in (RESULT, "result_of_all", "r_e_s_u_l_t") if name not in alarm.metrics)


def _details(only: str) -> tuple[Panel, ...]:
    failed = f'{only} and outcome != "ok"'
    by_country = f"{only} and ispresent(client_country)\n| stats count(*) as calls by client_country\n| sort calls desc"
    return (
        _table(
            "Error reasons",
            "Why calls failed: the API's own reason as far as it is known, the status, the kind of error.",
            f"{failed}\n| stats count(*) as calls by outcome, status, reason, error_type\n| sort calls desc\n| limit 20",
            ("outcome", "status", "reason", "error_type"),
        ),
        _table(
            "Top routes",
            "The busiest routes, with what one in twenty calls exceeds.",
            f"{only}\n| stats count(*) as calls, pct(duration_ms, 95) as p95_ms by api, route\n| sort calls desc\n| limit 25",
            ("api", "route"),
        ),
        _table(
            "Failing routes",
            "Where calls fail most.",
            f"{failed}\n| stats count(*) as calls by route, status\n| sort calls desc\n| limit 25",
            ("route", "status"),
        ),
        _table(
            "Users",
            "On whose behalf most calls are made: keyed pseudonyms, where the program names its users.",
            f"{only} and ispresent(user)\n| stats count(*) as calls by user\n| sort calls desc\n| limit 20",
            ("user",),
        ),
        Panel(
            "Countries",
            "Where the users are on whose behalf calls are made: from their addresses, where the program gives them.",
            "geomap",
            "short",
            (Insights(by_country, ("client_country",)),),
        ),
        _table("Calls by country", "The same as a table.", by_country, ("client_country",)),
    )


def _table(title: str, text: str, query: str, groups: tuple[str, ...]) -> Panel:
    return Panel(title, text, "table", "short", (Insights(query, groups),))
