"""Remembering states, and telling changes once."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from outwarden.config import HIGH_4XX
from outwarden.meter import Series, windows
from outwarden.watch import Watcher, states, watcher

START = 1_700_000_040
ERRORS = Series("portfolio", "prod", "4XXError")


@pytest.fixture
def connection():
    with closing(sqlite3.connect(":memory:")) as connection:
        for table in (*windows.TABLES, *watcher.TABLES):
            connection.execute(table)
        yield connection


def errors(connection, count, minute=START, series=ERRORS) -> None:
    windows.add(connection, {(series, minute): count}, {(series, minute, "/v2/daily/{symbol}/"): count})


@pytest.fixture
def posted():
    return []


@pytest.fixture
def watching(posted):
    return Watcher([HIGH_4XX], lambda connection, alarm, alert: posted.append(alert))


def test_an_alarm_is_told_once(connection, watching, posted):
    """However often it is evaluated."""
    errors(connection, 11)
    for second in range(5):
        watching.tick(connection, START + second)

    (alert,) = posted
    assert (alert.name, alert.state, alert.value, alert.service) == ("High4XXErrors", "ALARM", 11, "portfolio")
    assert alert.top_routes == (("/v2/daily/{symbol}/", 11),)
    assert "outwarden tail --errors" in alert.todo


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
        watching.tick(connection, START + 60 * minute)

    assert [alert.state for alert in posted] == ["ALARM", "OK"]


def test_a_restart_does_not_tell_it_again(connection, watching, posted):
    """The state is in the database."""
    errors(connection, 11)
    watching.tick(connection, START)
    Watcher([HIGH_4XX], lambda *_: posted.append("again")).tick(connection, START + 1)

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


def test_where_nothing_was_evaluated_there_are_no_states():
    """An empty database is no error."""
    with closing(sqlite3.connect(":memory:")) as connection:
        assert states(connection) == []
