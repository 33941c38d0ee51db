"""Windows in which alarms tell nobody."""

from __future__ import annotations

from datetime import datetime

import pytest

from outwarden.config.alarms import MuteSpec
from outwarden.watch.mutes import is_muted


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


NIGHT = MuteSpec(name="night", start="22:30", duration_min=480, days=("fri",), timezone="Asia/Jakarta")


@pytest.mark.parametrize(
    ("moment", "muted"),
    [
        ("2026-11-27T22:29:59+07:00", False),  # a Friday
        ("2026-11-27T22:30:00+07:00", True),
        ("2026-11-28T06:29:59+07:00", True),
        ("2026-11-28T06:30:00+07:00", False),
        ("2026-11-28T23:00:00+07:00", False),
        ("2026-11-27T15:30:00+00:00", True),
    ],
)
def test_a_window_begins_on_its_days_in_its_time_zone(moment, muted):
    """And reaches over midnight."""
    assert is_muted([NIGHT], "High5XX", at(moment)) == muted


def test_a_window_may_be_for_some_alarms_only():
    """Others are told of as ever."""
    mute = MuteSpec(name="m", start="00:00", duration_min=1440, alarms=("High5XX",))

    assert is_muted([mute], "High5XX", 0.0)
    assert not is_muted([mute], "High4XXErrors", 0.0)


def test_a_window_may_be_for_once():
    """Such as a move of the office."""
    mute = MuteSpec(name="m", once="2026-12-24T18:00", duration_min=60)

    moments = ("2026-12-24T17:59:59+00:00", "2026-12-24T18:00:00+00:00", "2026-12-24T19:00:00+00:00")
    assert [is_muted([mute], "any", at(moment)) for moment in moments] == [False, True, False]


def test_an_hour_is_an_hour_also_when_the_clocks_change():
    """In Berlin the clocks go back at 03:00 on 25 October 2026; a window of two hours from 02:30 is two real hours."""
    mute = MuteSpec(name="m", start="01:30", duration_min=120, timezone="Europe/Berlin")

    moments = ("2026-10-24T23:30:00+00:00", "2026-10-25T01:29:59+00:00", "2026-10-25T01:30:00+00:00")
    assert [is_muted([mute], "any", at(moment)) for moment in moments] == [True, True, False]
