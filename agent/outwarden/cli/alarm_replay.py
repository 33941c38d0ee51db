"""What `outwarden alarms simulate` says."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import msgspec

from outwarden.cli.lines import plain, plural
from outwarden.cli.moments import moment
from outwarden.cli.recorded import recorded
from outwarden.config import Config
from outwarden.config.alarm_set import NOBODY, TERMINAL, alarm_set
from outwarden.config.check import nearest
from outwarden.errors import UsageError
from outwarden.event import CallEvent, Event, timestamp
from outwarden.journal import places
from outwarden.meter import Meter
from outwarden.watch.simulate import Firing, fired, longest, names, simulable, simulate


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What the alarms would have done."""

    since: str
    until: str
    calls: int
    """How many calls were recorded between the two."""
    firings: list[Firing]
    quiet: list[str]
    """Alarms that would not have gone off."""
    not_simulated: list[str]
    """Alarms on what no event tells of."""


def replay(config: Config, since: str, until: str | None, wanted: Sequence[str]) -> Replayed:
    """Play back what was recorded on this machine.

    Raises:
        UsageError: a moment or a name cannot be understood.
        JournalError: journal or history cannot be read.
    """
    alarms = alarm_set(config, fallback=(TERMINAL,))
    known = names(alarms)
    for name in wanted:
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near}?" if near else "See: outwarden alarms list"
            raise UsageError(f"--alarm: there is no alarm {plain(name, 100)}. {hint}")
    begin = moment(since)
    end = moment(until, option="--until") if until is not None else time.time()
    if begin >= end:
        raise UsageError("--since: it is not before --until. Give an earlier one.")
    calls = 0

    def events() -> Iterator[Event]:
        nonlocal calls
        first, last = timestamp(begin), timestamp(end)
        for one in recorded(places(config), max(0.0, begin - longest(alarms))):
            if one.ts <= last:
                calls += isinstance(one, CallEvent) and one.ts >= first
                yield one

    firings = simulate(alarms, Meter().count(events()), begin, end)
    firings = [firing for firing in firings if not wanted or firing.name in wanted]
    loud = fired(firings)
    not_simulated = simulable(alarms)[1]
    shown = [name for name in known if not wanted or name in wanted]
    return Replayed(
        since=timestamp(begin),
        until=timestamp(end),
        calls=calls,
        firings=firings,
        quiet=[name for name in shown if name not in loud and name not in not_simulated],
        not_simulated=[name for name in shown if name in not_simulated],
    )


def render(replayed: Replayed) -> str:
    """Write it as text."""
    return "\n".join(_lines(replayed))


def _lines(replayed: Replayed) -> Iterator[str]:
    yield f"{_minute(replayed.since)} to {_minute(replayed.until)}, {replayed.calls} {plural('call', replayed.calls)}"
    for name in fired(replayed.firings):
        mine = [firing for firing in replayed.firings if firing.name == name]
        yield f"{name} ({mine[0].severity}): would have gone off {_often(len(mine))}"
        for firing in mine:
            length = "until the end" if firing.until is None else f"for {_minutes(firing.until - firing.since)}"
            who = plain(f"{firing.service} ({firing.env})", 200)
            yield f"  {_minute(timestamp(firing.since))} {length}, {who}: {plain(firing.reason, 300)}{_told(firing)}"
    if replayed.quiet:
        yield f"quiet: {', '.join(replayed.quiet)}"
    if replayed.not_simulated:
        yield f"not simulated, because no event tells of it: {', '.join(replayed.not_simulated)}"


def _told(firing: Firing) -> str:
    if firing.muted:
        return "; muted"
    return f"; tells {', '.join(firing.notify) or NOBODY}"


def _often(times: int) -> str:
    return "once" if times == 1 else f"{times} times"


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"


def _minute(ts: str) -> str:
    return f"{ts[:16]}Z"
