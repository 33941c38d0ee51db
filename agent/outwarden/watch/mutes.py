"""Windows in which alarms tell nobody. Pure: the clock is an argument."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from outwarden.config.alarms import MuteSpec

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_zone = lru_cache(maxsize=64)(ZoneInfo)


def is_muted(mutes: Iterable[MuteSpec], alarm: str, now: float) -> bool:
    """Say whether an alarm is to tell nobody at this moment, Unix seconds."""
    return any((not mute.alarms or alarm in mute.alarms) and _is_open(mute, now) for mute in mutes)


def _is_open(mute: MuteSpec, now: float) -> bool:
    zone = _zone(mute.timezone)
    length = timedelta(minutes=mute.duration_min)
    moment = datetime.fromtimestamp(now, UTC)
    if mute.once is not None:
        return _contains(datetime.strptime(mute.once, "%Y-%m-%dT%H:%M").replace(tzinfo=zone), length, moment)
    hour, minute = map(int, (mute.start or "00:00").split(":"))
    today = moment.astimezone(zone).replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    for back in range(length.days + 2):  # a long window may have begun days ago
        begin = today - timedelta(days=back)  # the same time of day, also across a change of the clocks
        if (not mute.days or _DAYS[begin.weekday()] in mute.days) and _contains(begin, length, moment):
            return True
    return False


def _contains(begin: datetime, length: timedelta, moment: datetime) -> bool:
    start = begin.astimezone(UTC)  # lengths are counted in real minutes
    return start <= moment < start + length
