"""Who is told what, when, and not twice. Pure: the clock is an argument.

A page is told at once. That it is over is told when it has been over for a while: an alarm that comes back before that
was never over, and the wait doubles each time. What is known already is told again only when it has become worse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from outwarden.alert import Alert, is_clearly_worse
from outwarden.config.notify import Manners, QuietHours

LONGEST_HOLD_S: Final = 3600.0
FORGIVEN_S: Final = 3600.0
"""An alarm that was over for so long does not come and go."""

_RANK: Final = {"info": 0, "warn": 1, "page": 2}
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_zone = lru_cache(maxsize=64)(ZoneInfo)


class Key(NamedTuple):
    """What an alarm is for a channel."""

    name: str
    service: str
    env: str


class Waiting(NamedTuple):
    """A change that a channel has not been told of."""

    id: str
    at: float
    """Unix seconds."""
    alert: Alert

    @property
    def key(self) -> Key:
        """The alarm that has changed."""
        return Key(self.alert.name, self.alert.service, self.alert.env)


class Known(NamedTuple):
    """What a channel was told of one alarm."""

    is_open: bool = False
    told_at: float = 0.0
    """When it went off, as last told; Unix seconds."""
    over_at: float = 0.0
    flips: int = 0
    """How often it has lately come back."""
    alert: Alert | None = None


class Plan(NamedTuple):
    """What to do for one channel now; what is in neither list waits."""

    tell: list[tuple[Waiting, ...]]
    """Messages, first the one that has waited longest."""
    drop: list[tuple[Waiting, str]]
    """No news, with the reason."""
    flips: dict[Key, int]
    """How often alarms have come back, where something was dropped for it."""


def plan(
    waiting: Sequence[Waiting],
    known: Mapping[Key, Known],
    manners: Manners,
    *,
    now: float,
    groups: bool = True,
    hurry: bool = False,
) -> Plan:
    """Decide what one channel is told.

    Args:
        waiting: changes, oldest first.
        known: what it was told before.
        manners: its settings.
        now: Unix seconds.
        groups: several changes of one service may come as one message.
        hurry: the sidecar ends: nothing waits for company.
    """
    found = Plan([], [], {})
    ready: list[Waiting] = []
    by_key: dict[Key, list[Waiting]] = defaultdict(list)
    for change in waiting:
        by_key[change.key].append(change)
    for key, changes in by_key.items():
        ready += _of_one_alarm(changes, known.get(key, Known()), manners, now, found)
    ready.sort(key=lambda change: (change.at, change.id))
    if not groups:
        found.tell.extend((change,) for change in ready)
        return found
    services: dict[tuple[str, str], list[Waiting]] = defaultdict(list)
    for change in ready:
        services[change.alert.service, change.alert.env].append(change)
    found.tell.extend(
        tuple(changes) for changes in services.values() if hurry or not 0 <= now - changes[0].at < manners.group
    )
    return found


def after(known: Known, change: Waiting) -> Known:
    """Give what a channel knows once it was told of a change."""
    if change.alert.state == "ALARM":
        flips = known.flips
        if not known.is_open and known.over_at:
            flips = flips + 1 if change.at - known.over_at < FORGIVEN_S else 0
        return known._replace(is_open=True, told_at=change.at, flips=flips, alert=change.alert)
    return known._replace(is_open=False, over_at=change.at, alert=None)


def reminders(known: Iterable[Known], manners: Manners, now: float) -> list[Alert]:
    """Give what goes on for so long that it is to be told again."""
    if manners.remind is None:
        return []
    return [
        replace(one.alert, previous="ALARM", reason=f"it still goes on. When it was told first: {one.alert.reason}")
        if one.alert.previous != "ALARM"
        else one.alert
        for one in known
        if one.is_open and one.alert is not None and now - one.told_at >= manners.remind
    ]


def is_quiet(quiet: QuietHours | None, now: float) -> bool:
    """Say whether a moment lies in the quiet hours."""
    if quiet is None:
        return False
    local = datetime.fromtimestamp(now, UTC).astimezone(_zone(quiet.timezone))
    clock, day = f"{local:%H:%M}", local.weekday()
    if quiet.start < quiet.end:
        inside = quiet.start <= clock < quiet.end
    else:  # over midnight; from 00:00 to 00:00 is the whole day
        inside = clock >= quiet.start or clock < quiet.end
        day -= clock < quiet.start
    return inside and (not quiet.days or _DAYS[day % 7] in quiet.days)


def _of_one_alarm(changes: Sequence[Waiting], known: Known, manners: Manners, now: float, found: Plan) -> list[Waiting]:
    """Give what is to be told now, oldest first."""
    told: list[Waiting] = []
    calm = is_quiet(manners.quiet, now)
    position = 0
    while position < len(changes):
        change = changes[position]
        position += 1
        if change.alert.state == "ALARM":
            if known.is_open and not _is_news(known, change, manners):
                found.drop.append((change, "it is known"))
                continue
            if calm and change.alert.severity != "page":
                break
            told.append(change)
            known = after(known, change)
            continue
        if not known.is_open:
            found.drop.append((change, "nobody was told that it went off"))
            continue
        hold_s = min(manners.settle * 2.0 ** min(known.flips, 16), LONGEST_HOLD_S)
        if position < len(changes) and changes[position].at - change.at < hold_s:
            found.drop.append((change, "it came back"))
            known = known._replace(flips=known.flips + 1)
            found.flips[change.key] = known.flips
            back = changes[position]
            position += 1
            if _is_worse(known, back.alert):
                told.append(back)
                known = after(known, back)
            else:
                found.drop.append((back, "it is known"))
            continue
        if 0 <= now - change.at < hold_s or (calm and change.alert.severity != "page"):
            break
        told.append(change)
        known = after(known, change)
    return told


def _is_news(known: Known, change: Waiting, manners: Manners) -> bool:
    """Say whether an alarm that went off is worth a second message."""
    since_s = change.at - known.told_at
    if _is_worse(known, change.alert):
        return True
    if change.alert.previous == "ALARM":
        return manners.remind is not None and since_s >= manners.remind
    # It is an alarm of which nobody is told that it is over.
    return since_s >= min(manners.settle * 2.0 ** min(known.flips, 16), LONGEST_HOLD_S)


def _is_worse(known: Known, alert: Alert) -> bool:
    before = known.alert
    if before is None:
        return False
    if _RANK[alert.severity] != _RANK[before.severity]:
        return _RANK[alert.severity] > _RANK[before.severity]
    if alert.value is None or alert.threshold is None or before.value is None:
        return False
    return is_clearly_worse(alert.value, before.value, alert.threshold)
