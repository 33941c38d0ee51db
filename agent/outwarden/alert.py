"""Alert: what `watch` raises and `notify` delivers."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
"""CloudWatch's words for an alarm's state."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an alarm's state, told so that a person can act on it."""

    name: str
    state: State
    previous: State
    ts: str
    """When the state changed, RFC 3339 UTC."""
    reason: str
    """What happened, in one sentence with the numbers."""
    service: str
    env: str
    metric: str
    value: float | None = None
    threshold: float | None = None
    period_s: int | None = None
    top_routes: tuple[tuple[str, int], ...] = ()
    """The routes that counted most, with their counts, most first."""
    todo: str | None = None
    """What to do about it."""
