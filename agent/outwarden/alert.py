"""Alert: what `watch` raises and `notify` delivers."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Severity = Literal["page", "warn", "info"]

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
"""CloudWatch's words for an alarm's state."""


CLEARLY_WORSE: Final = 2.0


def is_clearly_worse(value: float, told: float, threshold: float) -> bool:
    """Say whether a value is twice as far beyond a threshold as the one that was told, and by as much as the threshold itself."""
    beyond, was = value - threshold, told - threshold
    return beyond * was > 0 and abs(beyond) >= max(CLEARLY_WORSE * abs(was), abs(threshold))


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an alarm's state, told so that a person can act on it."""

    name: str
    state: State
    previous: State
    ts: str
    """When this is told, RFC 3339 UTC."""
    since: str | None = None
    """When the state changed, RFC 3339 UTC; earlier than `ts` after a mute window."""
    reason: str
    """What happened, in one sentence with the numbers."""
    service: str
    env: str
    services: tuple[str, ...] = ()
    """All services of this environment for which the alarm is on at this moment, where they are several."""
    kind: Literal["alarm", "composite", "anomaly"] = "alarm"
    severity: Severity = "page"
    metric: str | None = None
    """Metric of the alarm; None for an expression or a composite alarm."""
    value: float | None = None
    threshold: float | None = None
    period_s: int | None = None
    top_routes: tuple[tuple[str, int], ...] = ()
    """The routes that counted most, with their counts, most first."""
    top_reasons: tuple[tuple[str, int], ...] = ()
    """Why calls failed (the reason, else status or kind of error), with counts, most first."""
    trace_id: str | None = None
    """The OpenTelemetry trace of one of the calls."""
    because: tuple[str, ...] = ()
    """Of a composite alarm: the alarms below it that are in ALARM."""
    todo: str | None = None
    """What to do about it."""
