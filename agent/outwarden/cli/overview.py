"""What `outwarden status` says."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from outwarden.cli.alarm_states import alarm_states
from outwarden.cli.lines import line, plain, plural
from outwarden.cli.programs import Program, programs
from outwarden.cli.recorded import latest, waiting
from outwarden.config import Config
from outwarden.errors import JournalError
from outwarden.event import CallEvent, Event, timestamp
from outwarden.journal import Places, SidecarLock, places
from outwarden.sidecar import health
from outwarden.watch import AlarmState
from outwarden.wiring import companion

_LATEST = 5


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """One look at this machine's journal."""

    journal: str
    history: str
    sidecar_pid: int | None
    """None: nobody ships."""
    companion_pid: int | None
    """The companion of programs that watch themselves; where nobody ships, it cannot."""
    programs: list[Program]
    waiting: dict[str, int]
    """Events that each consumer has still to handle."""
    health: list[health.Row]
    alarms: list[AlarmState]
    """Those in ALARM first."""
    quarantined: int
    """Lines that could not be read, kept aside."""
    dead: int
    """Events that a destination refused for good, kept aside."""
    latest: list[Event]


def look(config: Config) -> Overview:
    """Look at the journal, the history and the sidecar's own notes.

    Raises:
        JournalError: something cannot be read.
    """
    found = places(config)
    return Overview(
        journal=str(found.journal),
        history=str(found.history),
        sidecar_pid=SidecarLock(found.lock).holder(),
        companion_pid=SidecarLock(found.history / companion.LOCK).holder(),
        programs=list(programs(found)),
        waiting=waiting(found),
        health=_health(found),
        alarms=alarm_states(config, found),
        quarantined=sum(1 for _ in _entries(found.quarantine)),
        dead=sum(file.read_bytes().count(b"\n") for file in _entries(found.dead)),
        latest=latest(found, None, _LATEST, lambda one: isinstance(one, CallEvent)),
    )


def troubles(found: Places, consumers: Collection[str]) -> list[str]:
    """Say what stands in the way of these consumers, one sentence each.

    Raises:
        JournalError: something cannot be read.
    """
    rows = _health(found) if consumers else []
    return [f"{row.consumer}: {row.last_error}" for row in rows if row.consumer in consumers and row.state != "ok"]


def render(seen: Overview) -> str:
    """Write it as text."""
    return "\n".join(_lines(seen))


def _lines(seen: Overview) -> Iterator[str]:
    yield f"journal:   {plain(seen.journal, 400)}"
    yield f"history:   {plain(seen.history, 400)}"
    yield f"sidecar:   {_sidecar(seen)}"
    watched = ", ".join(f"{one.service} (process {one.pid}, since {one.since[:19]}Z)" for one in seen.programs)
    yield f"programs:  {plain(watched, 1000) or 'none is writing'}"
    left = ", ".join(f"{consumer} {events}" for consumer, events in seen.waiting.items())
    yield f"waiting:   {left + ' (events)' if left else 'nothing'}"
    for row in seen.health:
        good = f"last success {timestamp(row.last_ok)[:19]}Z" if row.last_ok is not None else "no success yet"
        trouble = f", {plain(row.last_error, 300)}" if row.last_error and row.state != "ok" else ""
        yield f"  {row.consumer:12} {row.state}, {row.shipped} {plural('event', row.shipped)}, {good}{trouble}"
    for name, number in (("quarantine", seen.quarantined), ("dead", seen.dead)):
        if number:
            yield f"  {name}: {number} kept aside in {plain(seen.history, 400)}/{name}"
    fine = [alarm for alarm in seen.alarms if alarm.state == "OK"]
    if fine:
        yield f"alarms:    {len(fine)} are OK (see: outwarden alarms list)"
    for alarm in (alarm for alarm in seen.alarms if alarm.state != "OK"):
        who = f"{alarm.name} ({alarm.service}, {alarm.env})"
        yield f"alarm:     {plain(who, 200)} {alarm.state} since {timestamp(alarm.since)[:19]}Z: {plain(alarm.reason, 300)}"
    if seen.latest:
        yield "latest:"
        yield from (f"  {line(one)}" for one in seen.latest)


def _sidecar(seen: Overview) -> str:
    if seen.sidecar_pid is not None:
        kind = "companion, process" if seen.sidecar_pid == seen.companion_pid else "process"
        return f"{kind} {seen.sidecar_pid}"
    if seen.companion_pid is not None:
        why = f"{plain(seen.history, 400)}/{companion.LOG}"
        return f"none is running: the companion (process {seen.companion_pid}) cannot ship, see {why}"
    return "none is running"


def _health(found: Places) -> list[health.Row]:
    try:
        return health.read(found.db, found.journal)
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"{found.db}: it cannot be read ({error}). Is another user at work?") from None


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
