"""Counting: each event once, by minute and class."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outwarden import event, tally
from outwarden.config.catalogue import BY_NAME
from outwarden.event import CallEvent, Notice
from outwarden.journal.tail import Record
from outwarden.meter import Meter, Series, classes, windows
from outwarden.meter.meter import MOST_ROUTES, minute_of

MINUTE = 1_700_000_040  # begins a minute


def call(status: int | None = 200, outcome: str = "ok", *, at: float = MINUTE, **fields) -> CallEvent:
    given = {
        "ts": event.timestamp(at),
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


@pytest.fixture
def connection():
    with closing(sqlite3.connect(":memory:")) as connection:
        for table in windows.TABLES:
            connection.execute(table)
        yield connection


def count(connection, *calls) -> None:
    Meter()([Record(one, b"") for one in calls])(connection)


def total(connection, metric, service="portfolio", env="prod") -> float:
    return sum(point.value for point in windows.points(connection, Series(service, env, metric), 0, 2e9))


@pytest.mark.parametrize(
    ("at", "duration_ms", "minutes"),
    [
        (0.0, 300_000.0, 5),  # what aiohttp waits where nobody says otherwise
        (59.5, 499.9, 0),
        (59.5, 500.1, 1),
        (0.0, None, 0),
        (0.0, -1.0, 0),
        (0.0, 1e300, 0),
    ],
)
def test_a_call_counts_in_the_minute_in_which_it_ended(connection, at, duration_ms, minutes):
    """Nobody knew that it failed before; and its latency stands there as well."""
    count(connection, call(None, "timeout", at=MINUTE + at, duration_ms=duration_ms))

    for metric in ("NetworkErrors", "Calls", *(["LatencyMs"] if duration_ms is not None else [])):
        points = windows.points(connection, Series("portfolio", "prod", metric), 0, 2e9)
        assert [point.ts for point in points] == [MINUTE + 60 * minutes]


@pytest.mark.parametrize(
    ("status", "outcome", "expected"),
    [
        (200, "ok", {"Calls", "2XX"}),
        (304, "ok", {"Calls", "3XX"}),
        (404, "client_error", {"Calls", "4XXError"}),
        (429, "client_error", {"Calls", "4XXError", "Throttled"}),
        (503, "server_error", {"Calls", "5XXError"}),
        (None, "timeout", {"Calls", "NetworkErrors"}),
        (None, "tls", {"Calls", "NetworkErrors"}),
        (200, "network", {"Calls", "2XX", "NetworkErrors"}),
        (None, "aborted", {"Calls"}),
    ],
)
def test_each_end_of_a_call_has_its_metrics(status, outcome, expected):
    """By status and outcome."""
    assert set(classes(1, status, outcome)) == expected


def test_an_answer_from_a_cache_is_not_counted():
    """It never touched the wire."""
    assert classes(0, 200, "ok") == ()


def test_calls_are_counted_in_the_minute_in_which_they_began(connection):
    """The last microsecond of a minute belongs to it."""
    count(connection, call(at=MINUTE), call(at=MINUTE + 59.999999), call(at=MINUTE + 60))

    points = windows.points(connection, Series("portfolio", "prod", "Calls"), 0, 2e9)
    assert [(point.ts, point.value) for point in points] == [(MINUTE, 2), (MINUTE + 60, 1)]


def test_services_and_environments_are_kept_apart(connection):
    """They are CloudWatch's dimensions."""
    count(connection, call(), call(service="other"), call(env="dev"))

    assert total(connection, "Calls") == 1
    assert windows.services(connection, 0) == [("other", "prod"), ("portfolio", "dev"), ("portfolio", "prod")]


def test_the_routes_of_errors_are_known(connection):
    """Most errors first; successes are not told apart by route."""
    count(
        connection,
        *[call(404, "client_error", route="/a/") for _ in range(2)],
        *[call(404, "client_error", route="/b/") for _ in range(3)],
        call(route="/c/"),
    )

    series = Series("portfolio", "prod", "4XXError")
    assert windows.top_routes(connection, series, 0, 2e9) == (("/b/", 3), ("/a/", 2))
    assert windows.top_routes(connection, Series("portfolio", "prod", "2XX"), 0, 2e9) == ()


def test_the_number_of_routes_is_bounded(connection):
    """What is beyond the cap is counted together."""
    count(connection, *[call(404, "client_error", route=f"/{n}/") for n in range(MOST_ROUTES + 7)])

    routes = dict(windows.top_routes(connection, Series("portfolio", "prod", "4XXError"), 0, 2e9, most=1000))
    assert len(routes) == MOST_ROUTES + 1
    assert routes["other"] == 7


def test_the_number_of_reasons_is_bounded(connection):
    """A foreign record may say anything."""
    count(connection, *[call(404, "client_error", reason=f"r{n}") for n in range(MOST_ROUTES + 7)])

    reasons = dict(windows.top_reasons(connection, Series("portfolio", "prod", "4XXError"), 0, 2e9, most=1000))
    assert len(reasons) == MOST_ROUTES + 1
    assert reasons["other"] == 7


def test_the_cap_on_routes_begins_anew_with_each_minute(connection):
    """A sidecar that runs for weeks has seen every route once, and still tells those of now apart."""
    meter = Meter()
    for n in range(MOST_ROUTES + 7):
        meter([Record(call(404, "client_error", route=f"/{n}/", at=MINUTE + 60 * n), b"")])(connection)

    routes = dict(windows.top_routes(connection, Series("portfolio", "prod", "4XXError"), 0, 2e9, most=1000))
    assert len(routes) == MOST_ROUTES + 7


def test_an_unreadable_time_holds_nobody_up(connection):
    """Such an event is left out and counted as a fault; those beside it are counted as ever."""
    count(connection, call(ts="yesterday"), call(), call(ts=""))

    assert total(connection, "Calls") == 1
    assert tally.snapshot()["internal_error"] == 2


def test_services_are_known_by_their_first_and_last_minute(connection):
    """Late events move the first one back; a sweep forgets who has not called for long."""
    count(connection, call(at=MINUTE + 60), call(at=MINUTE + 120))
    count(connection, call(at=MINUTE))

    assert windows.seen(connection, "portfolio", "prod") == (MINUTE, MINUTE + 120)
    assert windows.seen(connection, "other", "prod") is None
    assert windows.services(connection, MINUTE + 120) == [("portfolio", "prod")]
    assert windows.services(connection, MINUTE + 121) == []
    windows.sweep(connection, MINUTE + 121)
    assert windows.services(connection, 0) == []


def test_nothing_is_counted_until_the_transaction_is(connection):
    """The counts travel with the cursor: a batch that is handled again after a crash is not counted twice."""
    work = Meter()([Record(call(), b"")])
    assert total(connection, "Calls") == 0

    connection.execute("BEGIN")
    work(connection)
    connection.execute("ROLLBACK")
    assert total(connection, "Calls") == 0

    work(connection)
    assert total(connection, "Calls") == 1


@given(st.lists(st.tuples(st.sampled_from([200, 301, 404, 429, 500, None]), st.integers(0, 600)), max_size=60))
def test_batches_add_up(calls):
    """However events are cut into batches, the sums are the same."""
    events = [call(status, "timeout" if status is None else "ok", at=MINUTE + at) for status, at in calls]
    sums = []
    for size in (1, 7, 1000):
        with closing(sqlite3.connect(":memory:")) as connection:
            for table in windows.TABLES:
                connection.execute(table)
            for start in range(0, len(events), size):
                count(connection, *events[start : start + size])
            sums.append([total(connection, metric) for metric in BY_NAME])

    assert sums[0] == sums[1] == sums[2]
    assert sums[0][0] == len(events)


def test_a_minute_is_read_in_utc(monkeypatch):
    """Whatever the machine's time zone is."""
    monkeypatch.setenv("TZ", "Asia/Jakarta")
    time.tzset()
    try:
        assert minute_of.__wrapped__("2023-11-14T22:14") == MINUTE
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()


def test_latencies_are_kept_minute_by_minute_and_add_up(connection):
    """Every attempt on the wire, whatever its end; one from a cache has none."""
    series = Series("portfolio", "prod", "LatencyMs")
    count(connection, call(duration_ms=100.0), call(None, "timeout", duration_ms=5000.0))
    count(
        connection, call(duration_ms=100.0), call(duration_ms=1.0, attempt=0), call(duration_ms=100.0, at=MINUTE + 60)
    )

    first, second = windows.points(connection, series, 0, 2e9)
    assert sorted(first.samples.values()) == [1, 2]
    assert sum(second.samples.values()) == 1
    assert list(second.samples) == [pytest.approx(100.0, rel=0.026)]


def test_keys_in_urls_are_counted_with_their_routes(connection):
    """So that an alert can say which call it is."""
    count(connection, call(redactions={"url.key": 1}), call(redactions={"url.key": 2, "other": 1}), call())

    series = Series("portfolio", "prod", "KeysInUrls")
    assert total(connection, "KeysInUrls") == 2
    assert windows.top_routes(connection, series, 0, 2e9) == (("/v2/subsectors/", 2),)


def test_the_reasons_of_errors_are_known_with_an_example(connection):
    """The API's reason, else the status or the kind of error."""
    count(
        connection,
        *[call(401, "client_error", reason="bad_key", trace_id="a" * 32) for _ in range(3)],
        call(404, "client_error"),
        call(None, "timeout", error_type="ReadTimeout"),
        call(),
    )

    errors = Series("portfolio", "prod", "4XXError")
    assert windows.top_reasons(connection, errors, 0, 2e9) == (("bad_key", 3), ("404", 1))
    assert windows.example(connection, errors, 0, 2e9) == "a" * 32
    network = Series("portfolio", "prod", "NetworkErrors")
    assert windows.top_reasons(connection, network, 0, 2e9) == (("ReadTimeout", 1),)


def test_what_a_program_lost_is_counted_from_its_notices(connection):
    """Losses only: a slow disk loses nothing."""
    lost = {"service": "portfolio", "env": "prod", "pid": 1, "schema": 1, "ts": event.timestamp(MINUTE)}
    notices = [
        Notice(event_id=event.ids.new(), name="lost", reason="disk_full", count=7, **lost),
        Notice(event_id=event.ids.new(), name="slow", reason="journal_slow", count=3, **lost),
    ]
    Meter()([Record(one, b"") for one in notices])(connection)

    assert total(connection, "EventsLost") == 7


@given(st.lists(st.tuples(st.floats(0.001, 1e6), st.integers(0, 120)), min_size=1, max_size=50), st.integers(1, 20))
def test_buckets_add_up_exactly(durations, size):
    """However events are cut into batches, and in whatever order they come."""
    events = [call(duration_ms=duration, at=MINUTE + at) for duration, at in durations]

    def read(parts):
        with closing(sqlite3.connect(":memory:")) as connection:
            for table in windows.TABLES:
                connection.execute(table)
            for part in parts:
                count(connection, *part)
            return windows.points(connection, Series("portfolio", "prod", "LatencyMs"), 0, 2e9)

    backwards = events[::-1]
    assert read([events]) == read([backwards[start : start + size] for start in range(0, len(events), size)])


def test_a_sidecar_beats_once_a_minute(connection):
    """For whom it counts, and it makes nobody known who has made no call."""
    for _ in range(3):
        windows.beat(connection, [("portfolio", "prod")], MINUTE)

    assert total(connection, "Heartbeat") == 1
    assert windows.last_beat(connection) == MINUTE
    assert windows.services(connection, 0) == []
