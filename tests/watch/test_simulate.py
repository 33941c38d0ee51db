"""What the alarms would have done on recorded events."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outwarden import event
from outwarden.config import AlarmSpec, Config
from outwarden.config.alarm_set import alarm_set
from outwarden.config.alarms import MuteSpec
from outwarden.event import CallEvent, Notice
from outwarden.meter import Meter, windows
from outwarden.watch import Watcher, memory
from outwarden.watch.simulate import longest, simulable, simulate

START = 1_700_000_040
ALARMS = alarm_set(Config())


def call(second: float, status: int | None = 404, **fields) -> CallEvent:
    """A call that began so many seconds after START."""
    outcome = "timeout" if status is None else "client_error" if 400 <= status < 500 else "ok"
    usual = {
        "ts": event.timestamp(START + second),
        "event_id": event.ids.new(),
        "call_id": "c",
        "attempt": 1,
        "api": "sectors",
        "method": "GET",
        "host": "h",
        "outcome": outcome,
        "status": status,
        "service": "portfolio",
        "env": "prod",
        "pid": 1,
        "schema": 1,
    }
    return CallEvent(**usual | fields)


def played(events, *, alarms=ALARMS, minutes=60):
    """Simulate an hour from START on."""
    return simulate(alarms, Meter().count(events), START, START + 60 * minutes)


def test_ten_errors_are_quiet_and_eleven_are_not():
    """The same as the sidecar would have said."""
    assert played([call(n) for n in range(10)]) == []

    [firing] = played([call(n) for n in range(11)])
    assert (firing.name, firing.service, firing.env) == ("High4XXErrors", "portfolio", "prod")
    assert (firing.since, firing.until) == (START, START + 300)
    assert firing.reason == "4XXError was 11 in 5 minutes; the alarm is for more than 10"


@pytest.mark.parametrize(("status", "every_s"), [(401, 60), (None, 60), (503, 300)])
def test_a_few_calls_that_fail_for_an_hour_page(status, every_s):
    """At one a minute there are never more than 10 errors in 5 minutes, nor 20 calls in one."""
    firings = played([call(second, status) for second in range(0, 3600, every_s)], minutes=90)

    assert [firing.name for firing in firings] == ["MostlyFailing", "Trouble"]
    assert 40 * 60 < firings[0].since - START < 50 * 60
    assert firings[0].until - START < 80 * 60


def test_one_failure_of_two_calls_pages_nobody():
    """However long it goes on."""
    assert played([call(60 * n, 404 if n % 2 else 200) for n in range(90)], minutes=90) == []


def test_what_was_before_the_begin_counts_where_alarms_look_back():
    """Nine errors before the begin and two after it are eleven."""
    [firing] = played([*[call(-n) for n in range(1, 10)], call(1), call(2)])

    assert firing.since == START


def test_an_alarm_that_is_still_on_has_no_end():
    """It is not known when it would have been over."""
    [firing] = played([call(n) for n in range(11)], minutes=2)

    assert firing.until is None


def test_a_composite_goes_off_with_its_children():
    """And says which of them it was."""
    fired = {firing.name: firing for firing in played([call(n, None) for n in range(11)])}

    assert fired.keys() == {"NetworkErrors", "Trouble"}
    assert fired["Trouble"].kind == "composite"
    assert fired["Trouble"].reason.startswith("NetworkErrors in ALARM")


def test_lost_events_break_the_pipeline():
    """The program's own notice tells of them."""
    lost = Notice(
        ts=event.timestamp(START),
        event_id=event.ids.new(),
        name="lost",
        service="portfolio",
        env="prod",
        pid=1,
        schema=1,
        reason="disk_full",
        count=3,
    )

    [firing] = played([lost])
    assert (firing.name, firing.reason) == (
        "PipelineBroken",
        "EventsLost was 3 in 5 minutes; the alarm is for more than 0",
    )


def test_a_muted_alarm_goes_off_and_says_that_nobody_was_told():
    """A window that is open at the time."""
    mute = MuteSpec(name="all-day", start="00:00", duration_min=1440)
    [firing] = played([call(n) for n in range(11)], alarms=alarm_set(Config(mutes=(mute,))))

    assert firing.muted


def test_silence_cannot_be_simulated():
    """No event tells that a sidecar was at work."""
    assert simulable(ALARMS)[1] == ["SidecarSilent"]


def test_services_are_simulated_apart():
    """Six errors of each are no eleven."""
    events = [call(n, service=service) for n in range(6) for service in ("one", "two")]

    assert played(events) == []


def test_an_alarm_on_too_little_goes_off_when_calls_end():
    """A minute after the last one, and is not over until they come back."""
    silent = AlarmSpec(name="Silent", metric="Calls", period_s=60, threshold=1, comparison="LessThanThreshold")
    alarms = alarm_set(Config(default_alarms=False, alarms=(silent,)))
    [firing] = played([call(0, 200), call(61, 200), call(300, 200)], alarms=alarms, minutes=5)

    assert (firing.since, firing.until) == (START + 180, None)


@settings(max_examples=25, deadline=None)
@example([(0, 429), (60, 429), (120, 429), (120, 429)])
@given(st.lists(st.tuples(st.integers(0, 15 * 60), st.sampled_from([200, 404, 429, 503, None])), max_size=80))
def test_it_says_what_the_watcher_says(calls):
    """The same events, minute by minute, through the sidecar's own windows and watcher: the same alarms at the same time."""
    events = [call(second, status) for second, status in calls]
    tallies = Meter().count(events)
    told = []
    with closing(sqlite3.connect(":memory:")) as connection:
        for table in (*windows.TABLES, *memory.TABLES):
            connection.execute(table)
        windows.add(connection, tallies)

        def post(connection, spec, alert):
            if alert.previous != alert.state:  # that it has become worse is no change
                told.append((minute, alert.name, alert.state))

        watcher = Watcher(ALARMS, post)
        for minute in range(START, START + 26 * 60, 60):
            watcher.tick(connection, minute + 59.0)

    firings = simulate(ALARMS, tallies, START, START + 25 * 60)
    changes = [(firing.since, firing.name, "ALARM") for firing in firings]
    changes += [(firing.until, firing.name, "OK") for firing in firings if firing.until is not None]
    assert sorted(changes) == sorted(told)


def test_the_longest_look_back_is_known():
    """So that enough is read: MostlyFailing looks at 6 periods of 10 minutes, and at two more for missing ones."""
    assert longest(ALARMS) == pytest.approx(8 * 600, abs=60)
