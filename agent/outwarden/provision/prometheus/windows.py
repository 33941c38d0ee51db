"""Mute windows as Alertmanager's time intervals: people are not told, and what is still on afterwards is told then.

An interval of Alertmanager lies within one day, by the clock of its place. So a window is cut at midnights, and one that
spans a change of the clocks is an hour longer or shorter than here, where real minutes count.
https://prometheus.io/docs/alerting/latest/configuration/#time_interval
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from outwarden.config.alarms import AlarmSet, MuteSpec

_DAY_MIN: Final = 1440
_WEEK: Final = {
    "mon": "monday",
    "tue": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}


def intervals(alarms: AlarmSet) -> list[dict[str, Any]]:
    """Give each window under its name."""
    return [{"name": mute.name, "time_intervals": list(_pieces(mute))} for mute in alarms.mutes]


def muted_routes(alarms: AlarmSet) -> list[dict[str, Any]]:
    """Give a route for the alarms of each set of windows, to stand below that of a receiver."""
    routes: dict[tuple[str, ...], list[str]] = {}
    for alarm in (*(one.name for one in alarms.alarms), *(one.name for one in alarms.composites)):
        mine = tuple(mute.name for mute in alarms.mutes if not mute.alarms or alarm in mute.alarms)
        if mine:
            routes.setdefault(mine, []).append(alarm.replace(".", "[.]"))
    return [
        {"matchers": [f'alertname=~"{"|".join(names)}"'], "mute_time_intervals": list(mine)}
        for mine, names in routes.items()
    ]


def _pieces(mute: MuteSpec) -> Iterator[dict[str, Any]]:
    """Cut a window at midnights."""
    once = datetime.strptime(mute.once, "%Y-%m-%dT%H:%M") if mute.once is not None else None  # noqa: DTZ007 - by the clock of its place
    hour, minute = (once.hour, once.minute) if once else map(int, (mute.start or "00:00").split(":"))
    at = hour * 60 + minute
    end = at + mute.duration_min
    while at < end:
        day, first = divmod(at, _DAY_MIN)
        last = min(end - day * _DAY_MIN, _DAY_MIN)
        times = [{"start_time": _clock(first), "end_time": _clock(last)}]
        days = _date(once + timedelta(days=day)) if once else _weekdays(mute, day)
        yield {"times": times, **days, "location": mute.timezone}
        at = (day + 1) * _DAY_MIN


def _date(day: datetime) -> dict[str, list[str]]:
    return {"days_of_month": [str(day.day)], "months": [str(day.month)], "years": [str(day.year)]}


def _weekdays(mute: MuteSpec, later: int) -> dict[str, list[str]]:
    """Give the days so many days after those on which a window begins; no entry is every day."""
    week = list(_WEEK)
    return {"weekdays": [_WEEK[week[(week.index(day) + later) % 7]] for day in mute.days]} if mute.days else {}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
