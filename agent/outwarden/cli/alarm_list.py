"""What `outwarden alarms list` says."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from outwarden.cli.alarm_states import alarm_states
from outwarden.cli.lines import plain
from outwarden.config import Config
from outwarden.config.alarm_set import NOBODY, TERMINAL, alarm_set
from outwarden.config.alarm_text import composite_reading, reading
from outwarden.config.alarms import AlarmSpec, CompositeSpec
from outwarden.event import timestamp
from outwarden.journal import SidecarLock, places
from outwarden.watch import AlarmState


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm."""

    name: str
    reading: str
    """What it watches for, in words."""
    severity: str
    notify: tuple[str, ...]
    """Channels that are told."""
    states: list[AlarmState]
    """One for each service and environment; none where it was never evaluated here."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """All alarms."""

    sidecar_pid: int | None
    """None: nobody judges at this moment; the states are what the last sidecar thought."""
    alarms: list[Row]


def listed(config: Config) -> Listed:
    """Give all alarms of a configuration, with what the sidecar last thought of them.

    Raises:
        JournalError: the database cannot be read.
    """
    alarms = alarm_set(config, fallback=(TERMINAL,))
    found = places(config)
    states = alarm_states(config, found)
    return Listed(
        sidecar_pid=SidecarLock(found.lock).holder(),
        alarms=[
            *(_row(alarm, reading(alarm), states) for alarm in alarms.alarms),
            *(_row(one, composite_reading(one), states) for one in alarms.composites),
        ],
    )


def _row(spec: AlarmSpec | CompositeSpec, text: str, states: list[AlarmState]) -> Row:
    return Row(
        name=spec.name,
        reading=text,
        severity=spec.severity,
        notify=spec.notify or (),
        states=[state for state in states if state.name == spec.name],
    )


def render(seen: Listed) -> str:
    """Write it as text."""
    return "\n".join(_lines(seen))


def _lines(seen: Listed) -> Iterator[str]:
    if seen.sidecar_pid is None and any(row.states for row in seen.alarms):
        yield "no sidecar is at work: states are what the last one thought"
    for row in seen.alarms:
        yield f"{row.name} ({row.severity}): {row.reading}; tells {', '.join(row.notify) or NOBODY}"
        for state in row.states:
            who = plain(f"{state.service} ({state.env})", 200)
            why = f": {plain(state.reason, 300)}" if state.state != "OK" else ""
            yield f"  {state.state} in {who} since {timestamp(state.since)[:19]}Z{why}"
        if not row.states:
            yield "  no state yet"
