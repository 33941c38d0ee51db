"""Events -> what a person wants to know at the end of a run. Pure: events in, numbers out."""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec

from outwarden.event import CallEvent, Event

TOP_ROUTES: Final = 10
SLOWEST: Final = 3
_ERRORS: Final = frozenset({"client_error", "server_error", "timeout", "network", "tls", "blocked", "aborted"})


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One route's calls. Durations are milliseconds; None where none was measured."""

    name: str
    calls: int
    errors: int
    p50_ms: float | None
    p95_ms: float | None


class Slow(msgspec.Struct, frozen=True, kw_only=True):
    """One of the slowest calls."""

    name: str
    duration_ms: float
    status: int | None
    outcome: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What was called and how it went."""

    calls: int
    outcomes: dict[str, int]
    """Most frequent first."""
    routes: tuple[Route, ...]
    """The busiest ones, most calls first."""
    more_routes: int
    """How many others there were."""
    slowest: tuple[Slow, ...]
    keys_in_urls: int
    """Calls on the wire in whose URL a key was seen: an answer out of a cache took the key nowhere."""
    traces_sent: int = 0
    """Calls that took tracing headers of the program's own to a third party."""


def summarise(events: Iterable[Event]) -> Summary:
    """Add up the calls; notices are passed over."""
    outcomes: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    durations: dict[str, array[float]] = {}
    slowest: list[tuple[float, int, CallEvent]] = []
    keys_in_urls = traces_sent = 0
    for number, event in enumerate(events):
        if not isinstance(event, CallEvent):
            continue
        name = route_name(event)
        outcomes[event.outcome] += 1
        calls[name] += 1
        errors[name] += event.outcome in _ERRORS
        keys_in_urls += event.attempt != 0 and "url.key" in event.redactions
        traces_sent += "trace.sent" in event.redactions
        if event.duration_ms is not None:
            durations.setdefault(name, array("f")).append(event.duration_ms)
            heapq.heappush(slowest, (event.duration_ms, -number, event))
            if len(slowest) > SLOWEST:
                heapq.heappop(slowest)
    routes = calls.most_common(TOP_ROUTES)
    return Summary(
        calls=calls.total(),
        outcomes=dict(outcomes.most_common()),
        routes=tuple(_route(name, count, errors[name], durations.get(name)) for name, count in routes),
        more_routes=len(calls) - len(routes),
        slowest=tuple(
            Slow(name=route_name(event), duration_ms=duration_ms, status=event.status, outcome=event.outcome)
            for duration_ms, _, event in sorted(slowest, reverse=True)
        ),
        keys_in_urls=keys_in_urls,
        traces_sent=traces_sent,
    )


def route_name(event: CallEvent) -> str:
    """Name a call by method and route, with the host where no profile says which API this is."""
    place = event.route or event.path or "/"
    return f"{event.method} {place}" if event.api != "generic" else f"{event.method} {event.host}{place}"


def _route(name: str, calls: int, errors: int, durations: array[float] | None) -> Route:
    ordered = sorted(durations or ())
    return Route(name=name, calls=calls, errors=errors, p50_ms=_rank(ordered, 50), p95_ms=_rank(ordered, 95))


def _rank(ordered: list[float], percent: int) -> float | None:
    """Nearest rank: the smallest value that at least so many percent of all values do not exceed."""
    if not ordered:
        return None
    return round(ordered[-(-percent * len(ordered) // 100) - 1], 3)
