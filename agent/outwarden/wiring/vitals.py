"""What a sidecar counts of itself: that it is at work, and what it lost."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from typing import Final

from outwarden import tally
from outwarden.config.exposed import LOST
from outwarden.meter import Series, totals, windows
from outwarden.meter.totals import Key
from outwarden.meter.windows import KNOWN_S, MINUTE_S, Tallies

OWN_LOSSES: Final[tuple[tally.Reason, ...]] = ("quarantined", "rejected", "last_gate")
"""What only the side beside the program can lose; the program tells of its own losses in the journal."""


def vitals(service: str, env: str) -> Callable[[sqlite3.Connection, float], None]:
    """Make what notes both in the windows, inside a transaction of the caller's.

    Args:
        service: name of the service whose sidecar this is; it gets its heartbeat even before its first call.
        env: its environment.
    """
    beaten = 0
    told = _lost()

    def note(connection: sqlite3.Connection, now: float) -> None:
        nonlocal beaten, told
        minute = int(now // MINUTE_S * MINUTE_S)
        if minute != beaten:
            windows.beat(connection, {(service, env), *windows.services(connection, now - KNOWN_S)}, minute)
            beaten = minute
        lost = _lost()
        if more := lost - told:
            counts = Counter({(Series(service, env, "EventsLost"), minute): more.total()})
            windows.add(connection, Tallies(counts, Counter(), Counter(), Counter(), {}))
            by_reason = {Key(LOST.name, service, env, "", reason): number for reason, number in more.items()}
            totals.add(connection, by_reason, now)
            told = lost

    return note


def _lost() -> Counter[tally.Reason]:
    counts = tally.snapshot()
    return Counter({reason: counts[reason] for reason in OWN_LOSSES})
