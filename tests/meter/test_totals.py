"""Totals: what was counted since the beginning, whatever came in between."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from outwarden import event
from outwarden.config import exposed
from outwarden.event import CallEvent, Notice
from outwarden.journal.tail import Record
from outwarden.meter import Meter, totals, windows
from outwarden.meter.totals import SUM_US, Key, Totals, class_of

WHO = ("portfolio", "prod", "sectors")


def call(status: int | None = 200, outcome: str = "ok", **fields) -> CallEvent:
    given = {
        "ts": event.timestamp(1_700_000_040),
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
        "route": "/v2/subsectors/",
    }
    return CallEvent(**given | fields)


def lost(count: int) -> Notice:
    return Notice(
        ts=event.timestamp(1_700_000_040),
        event_id=event.ids.new(),
        name="lost",
        service="portfolio",
        env="prod",
        pid=1,
        schema=1,
        reason="disk_full",
        count=count,
    )


@pytest.fixture
def connection():
    with closing(sqlite3.connect(":memory:")) as connection:
        for table in (*windows.TABLES, *totals.TABLES):
            connection.execute(table)
        yield connection


def count(connection, *events, counting: Totals | None = None) -> dict[Key, int]:
    counting = counting or Totals(clock=lambda: 5.0)
    counting([Record(one, b"") for one in events])(connection)
    return totals.read(connection).counts


def test_each_attempt_is_in_one_class_and_in_all_it_counts_for(connection):
    """A throttled call is a 4XX, an error with a reason, and a call of its route."""
    found = count(connection, call(429, "client_error", reason="rate_limited", duration_ms=30.0))

    assert found == {
        Key(exposed.CALLS.name, *WHO, "", "4xx"): 1,
        Key(exposed.ROUTES.name, *WHO, "/v2/subsectors/", "4xx"): 1,
        Key(exposed.THROTTLED.name, *WHO): 1,
        Key(exposed.ERRORS.name, *WHO, "rate_limited"): 1,
        Key(exposed.DURATION.name, *WHO, "2"): 1,
        Key(exposed.DURATION.name, *WHO, SUM_US): 30_000,
    }


@pytest.mark.parametrize(
    ("status", "outcome", "class_"),
    [
        (200, "ok", "2xx"),
        (304, "ok", "3xx"),
        (404, "client_error", "4xx"),
        (503, "server_error", "5xx"),
        (200, "network", "2xx"),
        (None, "timeout", "network"),
        (None, "tls", "network"),
        (None, "aborted", "other"),
        (101, "ok", "other"),
    ],
)
def test_the_class_is_that_of_the_status_where_there_is_one(status, outcome, class_):
    """A body that broke off does not take an answer back."""
    assert class_of(status, outcome) == class_


def test_they_are_what_the_meter_counts(connection):
    """Alarms in Prometheus look at the same numbers as those in CloudWatch."""
    events = [
        call(200),
        call(200, "network"),
        call(302),
        call(429, "client_error"),
        call(500, "server_error"),
        call(None, "timeout", redactions={"url.key": 1}),
        call(None, "aborted"),
        call(200, attempt=0),
        lost(3),
    ]
    Meter()([Record(one, b"") for one in events])(connection)

    found = count(connection, *events)

    metered = dict(connection.execute("SELECT metric, SUM(count) FROM window GROUP BY metric"))
    calls = {key.class_: number for key, number in found.items() if key.family == exposed.CALLS.name}
    assert sum(calls.values()) == metered["Calls"]
    assert (calls["2xx"], calls["3xx"], calls["4xx"], calls["5xx"]) == tuple(
        metered[name] for name in ("2XX", "3XX", "4XXError", "5XXError")
    )
    for family, metric in (
        (exposed.THROTTLED, "Throttled"),
        (exposed.NETWORK, "NetworkErrors"),
        (exposed.KEYS, "KeysInUrls"),
    ):
        assert found[Key(family.name, *WHO)] == metered[metric]
    assert found[Key(exposed.LOST.name, "portfolio", "prod", "", "disk_full")] == metered["EventsLost"] == 3


def test_they_go_on_where_they_were(connection):
    """Another sidecar on the same database adds to them."""
    count(connection, call())

    assert count(connection, call())[Key(exposed.CALLS.name, *WHO, "", "2xx")] == 2
    assert totals.read(connection).created == {WHO: 5.0}


def test_routes_beyond_the_cap_are_counted_together(connection):
    """Also by a sidecar that starts later: each route is a time series for ever."""
    count(connection, *(call(route=f"/r/{number}") for number in range(exposed.MOST_NAMES)))

    found = count(connection, call(route="/r/3"), call(route="/one-more"), call(route="/and-more"))

    assert found[Key(exposed.ROUTES.name, *WHO, "/r/3", "2xx")] == 2
    assert found[Key(exposed.ROUTES.name, *WHO, "other", "2xx")] == 2
    assert len({key.name for key in found if key.family == exposed.ROUTES.name}) == exposed.MOST_NAMES + 1


def test_routes_can_be_left_out(connection):
    """`sidecar.by_route: false`."""
    found = count(connection, call(), counting=Totals(clock=lambda: 5.0, by_route=False))

    assert not [key for key in found if key.family == exposed.ROUTES.name]
    assert found[Key(exposed.CALLS.name, *WHO, "", "2xx")] == 1


def test_countries_of_users_are_counted(connection):
    """Where the program gives addresses."""
    found = count(connection, call(client_country="ID"), call(client_country="ID"), call())

    assert found[Key(exposed.COUNTRIES.name, *WHO, "ID")] == 2
