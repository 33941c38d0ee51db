"""The summary's numbers."""

from __future__ import annotations

from outwarden.config import exposed
from outwarden.event import SCHEMA, CallEvent, Notice, ids, timestamp
from outwarden.meter import Meter, totals
from outwarden.meter.summary import summarise


def call(**fields):
    """One call, unless said otherwise a good one."""
    return CallEvent(
        **{
            "ts": timestamp(0),
            "event_id": ids.new(),
            "call_id": ids.new(),
            "attempt": 1,
            "api": "sectors",
            "method": "GET",
            "host": "api.sectors.app",
            "outcome": "ok",
            "status": 200,
            "service": "app",
            "env": "dev",
            "pid": 1,
            "schema": SCHEMA,
            "route": "/v2/subsectors/",
        }
        | fields
    )


def test_nothing_gives_zeros():
    """No events are no error."""
    summary = summarise([])

    assert (summary.calls, summary.outcomes, summary.routes, summary.slowest) == (0, {}, (), ())


def test_calls_are_counted_by_outcome_and_route():
    """Outcomes and routes come with the most frequent first; errors are counted per route."""
    summary = summarise(
        [
            *(call(duration_ms=float(n)) for n in range(1, 101)),
            call(route="/v2/x/", outcome="client_error", status=404),
            call(route="/v2/x/", outcome="timeout", status=None),
        ]
    )

    assert summary.calls == 102
    assert summary.outcomes == {"ok": 100, "client_error": 1, "timeout": 1}
    first, second = summary.routes
    assert (first.name, first.calls, first.errors, first.p50_ms, first.p95_ms) == (
        "GET /v2/subsectors/",
        100,
        0,
        50,
        95,
    )
    assert (second.name, second.calls, second.errors, second.p50_ms) == ("GET /v2/x/", 2, 2, None)


def test_percentiles_of_few_calls_are_values_that_were_measured():
    """One call is its own median and its own p95; of two the median is the smaller."""
    (one,) = summarise([call(duration_ms=7.0)]).routes
    (two,) = summarise([call(duration_ms=7.0), call(duration_ms=9.0)]).routes

    assert (one.p50_ms, one.p95_ms) == (7, 7)
    assert (two.p50_ms, two.p95_ms) == (7, 9)


def test_only_the_busiest_routes_are_listed():
    """Ten are shown, the others counted."""
    summary = summarise([call(route=f"/v2/{n}/") for n in range(13)])

    assert (len(summary.routes), summary.more_routes) == (10, 3)


def test_the_slowest_calls_and_keys_in_urls():
    """The three slowest come slowest first; a call counts once however many keys its URL held."""
    summary = summarise([call(duration_ms=float(n), redactions={"url.key": 2} if n > 7 else {}) for n in range(10)])

    assert [slow.duration_ms for slow in summary.slowest] == [9, 8, 7]
    assert summary.keys_in_urls == 2


def test_a_key_in_the_url_of_an_answer_out_of_a_cache_went_nowhere():
    """Attempt 0 never touched the wire; summary, windows and totals agree."""
    events = [call(attempt=attempt, redactions={"url.key": 1}) for attempt in (0, 1, 2)]

    windows = Meter().count(events).counts
    assert summarise(events).keys_in_urls == 2
    assert sum(count for (series, _), count in windows.items() if series.metric == "KeysInUrls") == 2
    assert sum(count for key, count in totals.count(events).items() if key.family == exposed.KEYS.name) == 2


def test_calls_that_took_tracing_headers_along():
    """Those count whose headers went out, not those that were stripped."""
    summary = summarise([call(redactions={"trace.sent": 2}), call(redactions={"trace.stripped": 1}), call()])

    assert summary.traces_sent == 1


def test_a_generic_call_is_named_with_its_host_and_a_notice_is_no_call():
    """Without a profile only the host tells APIs apart."""
    notice = Notice(
        ts=timestamp(0), event_id=ids.new(), name="lost", service="app", env="dev", pid=1, schema=SCHEMA, count=3
    )
    summary = summarise([notice, call(api="generic", host="example.org", route=None, path="/a/{id}")])

    assert [route.name for route in summary.routes] == ["GET example.org/a/{id}"]
