"""Remembering states, and telling changes once."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from outwarden.config import AlarmSpec, Config
from outwarden.config.alarm_set import alarm_set
from outwarden.config.alarms import AlarmSet, MuteSpec
from outwarden.config.default_alarms import HIGH_4XX
from outwarden.event import timestamp
from outwarden.meter import Series, windows
from outwarden.meter.buckets import bucket
from outwarden.meter.windows import Tallies
from outwarden.watch import Watcher, memory, states

START = 1_700_000_040
ERRORS = Series("portfolio", "prod", "4XXError")


@pytest.fixture
def connection():
    with closing(sqlite3.connect(":memory:")) as connection:
        for table in (*windows.TABLES, *memory.TABLES):
            connection.execute(table)
        yield connection


def errors(connection, count, minute=START, series=ERRORS) -> None:
    route = {(series, minute, "/v2/daily/{symbol}/"): count}
    windows.add(connection, Tallies({(series, minute): count}, route, {(series, minute, "404"): count}, {}, {}))


def alone(*alarms):
    return AlarmSet(alarms=alarms, composites=(), mutes=())


@pytest.fixture
def posted():
    return []


@pytest.fixture
def watching(posted):
    return Watcher(alone(HIGH_4XX), lambda connection, alarm, alert: posted.append(alert))


def test_an_alarm_is_told_once(connection, watching, posted):
    """However often it is evaluated."""
    errors(connection, 11)
    for second in range(5):
        watching.tick(connection, START + second)

    (alert,) = posted
    assert (alert.name, alert.state, alert.value, alert.service) == ("High4XXErrors", "ALARM", 11, "portfolio")
    assert alert.top_routes == (("/v2/daily/{symbol}/", 11),)
    assert "outwarden tail --errors" in alert.todo


def test_an_alarm_that_is_on_for_several_services_names_them(connection, watching, posted):
    """Each of its messages, also the first; one that is alone names none."""
    errors(connection, 11)
    errors(connection, 12, series=ERRORS._replace(service="billing"))
    watching.tick(connection, START + 1)
    errors(connection, 13, series=ERRORS._replace(env="test"))
    watching.tick(connection, START + 2)

    assert [(alert.service, alert.services) for alert in posted] == [
        ("billing", ("billing", "portfolio")),
        ("portfolio", ("billing", "portfolio")),
        ("portfolio", ()),
    ]


def test_what_becomes_clearly_worse_is_told_again(connection, watching, posted):
    """Twice as far beyond the threshold, and by as much as the threshold; not while the period that was told still fills."""
    for seconds, more in enumerate((11, 9, 80)):
        errors(connection, more)
        watching.tick(connection, START + seconds)
    for minute, more in ((5, 19), (6, 1), (10, 21), (11, 30)):
        errors(connection, more, minute=START + 60 * minute)
        watching.tick(connection, START + 60 * minute + 10)

    assert [(alert.value, alert.previous) for alert in posted] == [(11, "OK"), (20, "ALARM"), (51, "ALARM")]


def test_a_restart_does_not_forget_how_bad_it_was(connection, watching, posted):
    """What people know is in the database."""
    errors(connection, 40)
    watching.tick(connection, START)
    errors(connection, 10)
    Watcher(alone(HIGH_4XX), lambda *_: posted.append("again")).tick(connection, START + 1)

    assert len(posted) == 1


def test_ten_errors_are_told_to_nobody(connection, watching, posted):
    """The alarm comes to know its data, and that is no news."""
    errors(connection, 10)
    watching.tick(connection, START)

    assert posted == []
    assert [(one.name, one.state) for one in states(connection)] == [("High4XXErrors", "OK")]


def test_it_is_over_when_the_errors_are(connection, watching, posted):
    """Five minutes later, without any new call."""
    errors(connection, 11)
    for minute in range(6):
        watching.tick(connection, START + 60 * minute + 5)

    assert [alert.state for alert in posted] == ["ALARM", "OK"]


def test_the_last_calls_of_a_minute_are_counted_after_it_and_alarm_all_the_same(connection, posted):
    """Also where the period is that one minute, and only for as long as calls may be late."""
    quick = structs.replace(HIGH_4XX, period_s=60)
    watching = Watcher(alone(quick), lambda connection, alarm, alert: posted.append(alert))
    errors(connection, 10)
    watching.tick(connection, START + 59)
    errors(connection, 1)
    for later in (60.4, 61.4, 65.4):
        watching.tick(connection, START + later)

    on, off = posted
    assert (on.state, on.value, on.top_routes) == ("ALARM", 11, (("/v2/daily/{symbol}/", 11),))
    assert (off.state, off.ts) == ("OK", timestamp(START + 65.4))


def test_too_few_calls_are_not_told_while_some_are_late(connection, posted):
    """The call of a minute's last second is counted when the next one has begun."""
    silent = Watcher(alone(SILENT), lambda connection, alarm, alert: posted.append(alert))
    errors(connection, 1, series=CALLS)
    errors(connection, 1, minute=START + 60, series=CALLS)
    silent.tick(connection, START + 180.3)
    errors(connection, 1, minute=START + 120, series=CALLS)
    silent.tick(connection, START + 181.3)
    silent.tick(connection, START + 185.3)

    assert posted == []


def test_a_restart_does_not_tell_it_again(connection, watching, posted):
    """The state is in the database."""
    errors(connection, 11)
    watching.tick(connection, START)
    Watcher(alone(HIGH_4XX), lambda *_: posted.append("again")).tick(connection, START + 1)

    assert len(posted) == 1


def test_an_alarm_that_was_on_at_the_stop_ends_after_the_start(connection, watching, posted):
    """Also when the sidecar was away for longer than the alarm looks back."""
    errors(connection, 11)
    watching.tick(connection, START)
    watching.tick(connection, START + 7200)

    assert [alert.state for alert in posted] == ["ALARM", "OK"]


def test_each_service_has_its_own_state(connection, watching, posted):
    """Eleven errors of two services together are no alarm."""
    errors(connection, 6)
    errors(connection, 5, series=ERRORS._replace(service="other"))
    watching.tick(connection, START)
    assert posted == []

    errors(connection, 6, series=ERRORS._replace(service="other"))
    watching.tick(connection, START)
    assert [alert.service for alert in posted] == ["other"]


def test_an_alarm_does_not_end_while_events_wait_to_be_counted(connection, watching, posted):
    """After a long stop the errors since then stand in the journal: it is not over and on again within a second."""
    errors(connection, 11)
    watching.tick(connection, START)
    later = START + 3600
    watching.tick(connection, later, behind=True)
    errors(connection, 11, minute=later)
    watching.tick(connection, later + 1)

    assert [alert.state for alert in posted] == ["ALARM"]


def test_an_alarm_goes_off_also_while_events_wait_to_be_counted(connection, watching, posted):
    """More events can only make more errors."""
    errors(connection, 11)
    watching.tick(connection, START, behind=True)

    assert [alert.state for alert in posted] == ["ALARM"]


SILENT = AlarmSpec(name="Silent", metric="Calls", period_s=60, threshold=1, comparison="LessThanThreshold")
CALLS = ERRORS._replace(metric="Calls")


def test_silence_is_not_believed_while_events_wait_to_be_counted(connection, posted):
    """They may be the calls that seem to be missing."""
    watching = Watcher(alone(SILENT), lambda connection, alarm, alert: posted.append(alert))
    errors(connection, 1, series=CALLS)
    watching.tick(connection, START + 60)
    watching.tick(connection, START + 3600, behind=True)
    assert posted == []

    watching.tick(connection, START + 3601)
    assert [alert.state for alert in posted] == ["ALARM"]


def test_a_new_service_was_not_silent_before_its_first_call(connection, posted):
    """Nobody expected anything; a minute after its last call it is silent."""
    watching = Watcher(alone(SILENT), lambda connection, alarm, alert: posted.append((alert.state, now - START)))
    errors(connection, 1, series=CALLS)
    for now in (START, START + 59, START + 60, START + 119, START + 124, START + 125):
        watching.tick(connection, now)

    assert posted == [("ALARM", 125)]


def test_data_that_stay_away_end_no_incident(connection, posted):
    """Calls that hang have no latency yet. That it is over is told when there is data that says so, as in CloudWatch."""
    slow = AlarmSpec(name="Slow", metric="LatencyMs", statistic="p95", threshold=100, treat_missing_data="missing")
    watching = Watcher(alone(slow), lambda connection, alarm, alert: posted.append((alert.state, now - START)))
    for minute, number in ((0, bucket(900)), (60, bucket(5))):
        windows.add(
            connection,
            Tallies(
                {(CALLS, START + 60 * minute): 1}, {}, {}, {("portfolio", "prod", START + 60 * minute, number): 1}, {}
            ),
        )
    for minute in range(70):
        now = START + 60 * minute + 30
        watching.tick(connection, now)

    assert posted == [("ALARM", 30), ("OK", 3630)]


@pytest.mark.parametrize(("own", "told"), [(None, ["ALARM", "OK"]), (("portfolio", "prod"), ["ALARM"])])
def test_a_service_that_ran_once_is_not_silent_for_ever(connection, posted, own, told):
    """A day after its last call it is not counted on any more, as in CloudWatch; but for the one whose sidecar this is."""
    watching = Watcher(alone(SILENT), lambda connection, alarm, alert: posted.append(alert.state), own=own)
    errors(connection, 1, series=CALLS)
    for hour in range(26):
        watching.tick(connection, START + 3600 * hour)

    assert posted == told


def test_an_alarm_that_was_taken_out_is_forgotten_after_a_day(connection, watching):
    """Not at once: another configuration may come back to it, and would tell it again."""
    errors(connection, 11)
    watching.tick(connection, START)
    other = Watcher(alone(SILENT), lambda *_: None)
    other.tick(connection, START + memory.STALE_S)
    assert ("High4XXErrors", "ALARM") in [(one.name, one.state) for one in states(connection)]

    other.tick(connection, START + memory.STALE_S + 60)
    assert "High4XXErrors" not in [one.name for one in states(connection)]


def test_a_service_that_is_gone_for_good_is_forgotten(connection, watching):
    """When its windows are swept, nothing is evaluated for it any more."""
    errors(connection, 1)
    watching.tick(connection, START)
    windows.sweep(connection, START + 16 * 86400)
    watching.tick(connection, START + 16 * 86400)

    assert states(connection) == []


def test_where_nothing_was_evaluated_there_are_no_states():
    """An empty database is no error."""
    with closing(sqlite3.connect(":memory:")) as connection:
        assert states(connection) == []


DEFAULTS = alarm_set(Config())
FAILURES = ERRORS._replace(metric="NetworkErrors")


@pytest.fixture
def whole(posted):
    """The default set."""
    return Watcher(DEFAULTS, lambda connection, spec, alert: posted.append(alert))


def test_a_composite_is_told_with_what_stands_behind_it(connection, whole, posted):
    """After its child, with its name, and with the child's routes and reasons."""
    errors(connection, 11, series=FAILURES)
    whole.tick(connection, START)

    child, page = posted
    assert (child.name, page.name, page.kind, page.because) == (
        "NetworkErrors",
        "Trouble",
        "composite",
        ("NetworkErrors",),
    )
    assert page.reason.startswith("NetworkErrors in ALARM")
    assert page.top_routes == (("/v2/daily/{symbol}/", 11),)
    assert page.top_reasons == (("404", 11),)


def test_a_composite_is_over_when_its_children_are(connection, whole, posted):
    """Once each, in order."""
    errors(connection, 11, series=FAILURES)
    for minute in range(7):
        whole.tick(connection, START + 60 * minute)

    assert [(alert.name, alert.state) for alert in posted] == [
        ("NetworkErrors", "ALARM"),
        ("Trouble", "ALARM"),
        ("NetworkErrors", "OK"),
        ("Trouble", "OK"),
    ]


def test_a_sidecar_does_not_tell_of_its_own_silence(connection, whole, posted):
    """It is at work, or it could not; also for a service that it has never seen before."""
    for minute in (0, 3600, 3660):
        errors(connection, 1, minute=START + minute, series=CALLS)
        whole.tick(connection, START + minute)

    assert posted == []
    assert ("SidecarSilent", "OK") in [(one.name, one.state) for one in states(connection)]


def test_while_muted_nobody_is_told_and_afterwards_of_what_is_still_on(connection, posted):
    """State changes are seen all the same; what ended meanwhile is never told."""
    window = MuteSpec(name="m", once="2023-11-14T22:00", duration_min=18)  # until START + 240
    watching = Watcher(
        AlarmSet(alarms=(HIGH_4XX,), composites=(), mutes=(window,)), lambda _, spec, alert: posted.append(alert)
    )
    errors(connection, 11)
    watching.tick(connection, START)
    assert posted == []
    assert [one.state for one in states(connection)] == ["ALARM"]

    watching.tick(connection, START + 299)
    [alert] = posted
    assert (alert.state, alert.since[:19], alert.ts[:19]) == ("ALARM", "2023-11-14T22:14:00", "2023-11-14T22:18:59")


def test_what_was_over_before_the_window_closed_is_never_told(connection, posted):
    """Neither that it was on, nor that it is over."""
    window = MuteSpec(name="m", once="2023-11-14T22:00", duration_min=60)
    watching = Watcher(
        AlarmSet(alarms=(HIGH_4XX,), composites=(), mutes=(window,)), lambda _, spec, alert: posted.append(alert)
    )
    errors(connection, 11)
    for minute in range(70):
        watching.tick(connection, START + 60 * minute)

    assert posted == []


def test_an_alarm_need_not_tell_that_it_is_over(connection, posted):
    """`tell_ok: false`; the next time it goes off it is told again."""
    quiet = structs.replace(HIGH_4XX, tell_ok=False, severity="warn")
    watching = Watcher(alone(quiet), lambda connection, spec, alert: posted.append(alert))
    for minute in range(20):
        if minute in {0, 10}:
            errors(connection, 11, minute=START + 60 * minute)
        watching.tick(connection, START + 60 * minute)

    assert [(alert.state, alert.severity) for alert in posted] == [("ALARM", "warn"), ("ALARM", "warn")]


def test_a_share_is_not_believed_while_events_wait_to_be_counted(connection, posted):
    """More events could turn it either way."""
    ratio = next(alarm for alarm in DEFAULTS.alarms if alarm.name == "ErrorRatio")
    watching = Watcher(alone(ratio), lambda connection, spec, alert: posted.append(alert.name))
    for minute in range(3):
        errors(connection, 30, minute=START + 60 * minute, series=CALLS)
        errors(connection, 30, minute=START + 60 * minute)
    watching.tick(connection, START + 120, behind=True)
    assert posted == []

    watching.tick(connection, START + 121)
    assert posted == ["ErrorRatio"]


def test_a_service_is_judged_when_something_was_counted_of_it(connection, watching, posted):
    """At once, not at the next full minute; who is quiet waits for that."""
    errors(connection, 5)
    watching.tick(connection, START + 1)
    errors(connection, 6)
    errors(connection, 11, series=ERRORS._replace(service="other"))
    watching.tick(connection, START + 2)

    assert [alert.service for alert in posted] == ["other", "portfolio"]
    assert windows.take_touched(connection) == set()


def kind(alert) -> str:
    return "worse" if alert.state == alert.previous == "ALARM" else alert.state


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from([ERRORS, FAILURES, CALLS]), st.integers(0, 30)), max_size=25
    ),
    st.sets(st.integers(0, 25)),
)
def test_restarts_change_nothing_of_what_is_told(counts, restarts):
    """Whenever the sidecar is started anew: the same alerts, each once, and ALARM and OK by turns."""

    def told(restarts) -> list[tuple[str, str, str]]:
        posted = []
        with closing(sqlite3.connect(":memory:")) as connection:
            for table in (*windows.TABLES, *memory.TABLES):
                connection.execute(table)

            def anew() -> Watcher:
                return Watcher(DEFAULTS, lambda _, spec, alert: posted.append((alert.name, kind(alert), alert.ts)))

            watching = anew()
            for minute in range(26):
                for at, series, count in counts:
                    if at == minute:
                        errors(connection, count, minute=START + 60 * minute, series=series)
                watching.tick(connection, START + 60 * minute + 30)
                if minute in restarts:
                    watching = anew()
                watching.tick(connection, START + 60 * minute + 31)
        return posted

    once = told(set())
    assert told(restarts) == once
    for name in {name for name, _, _ in once}:
        states = [state for one, state, _ in once if one == name and state != "worse"]
        assert states == ["ALARM", "OK"] * (len(states) // 2) + ["ALARM"] * (len(states) % 2)
