"""Error budgets that burn."""

from __future__ import annotations

import pytest

from outwarden.config import Config
from outwarden.config.alarm_set import alarm_set
from outwarden.config.alarms import SloSpec
from outwarden.meter import Series
from outwarden.meter.windows import Tallies
from outwarden.watch.simulate import simulate

START = 1_700_000_400 // 3600 * 3600
ALARMS = alarm_set(Config(default_alarms=False, slos=(SloSpec(name="Reports", objective_percent=99.0),)))


def pages(calls_a_minute: int, failures_a_minute: float, *, minutes: int = 120, fails_for: int = 120) -> list[str]:
    """Name the composite alarms that go off while calls fail at a steady rate, after a day without any failure."""
    counts = {}
    for minute in range(-1440, minutes):
        at = START + 60 * minute
        counts[Series("app", "prod", "Calls"), at] = calls_a_minute
        if 0 <= minute < fails_for:
            failed = int(failures_a_minute * (minute + 1)) - int(failures_a_minute * minute)
            counts[Series("app", "prod", "5XXError"), at] = failed
    firings = simulate(ALARMS, Tallies(counts, {}, {}, {}, {}), START, START + 60 * minutes)
    return [firing.name for firing in firings if firing.kind == "composite"]


@pytest.mark.parametrize(
    ("calls", "failures", "expected"),
    [
        (100, 50, ["Reports-Fast", "Reports-Slow"]),  # half of the calls fail: both windows see it within minutes
        (100, 20, ["Reports-Fast", "Reports-Slow"]),  # 20 times the budget
        (100, 0.9, []),  # within the budget of 1 %
        (100, 4, []),  # 4 times too fast: neither 14.4 nor 6
        (0.1, 0.1, []),  # every call fails, and there is one in ten minutes: too few to say anything
    ],
)
def test_a_burn_pages_when_both_windows_see_it(calls, failures, expected):
    """And never for want of traffic."""
    assert sorted(pages(calls, failures, minutes=240, fails_for=240)) == expected


def test_a_short_blip_burns_no_budget():
    """Two minutes of errors in a day of calls: the long windows do not see them."""
    assert pages(100, 30, fails_for=2) == []


def test_the_fast_page_comes_before_the_slow_one():
    """At a total outage within ten minutes."""
    assert pages(100, 100, minutes=30, fails_for=30)[0] == "Reports-Fast"
