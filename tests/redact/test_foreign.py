"""Calls that other instrumentation saw."""

from __future__ import annotations

from outwarden import tally
from outwarden.event import encode


def test_a_span_of_the_stable_conventions_becomes_an_event(redactor, key):
    """Structure first: the same allow-lists hold for foreign spans."""
    event = redactor.foreign(
        {
            "http.request.method": "GET",
            "url.full": f"https://api.sectors.app/v2/daily/BBCA/?start=2026-01-01&apikey={key}",
            "http.response.status_code": 429,
            "http.request.header.authorization": [key],
            "http.response.header.retry_after": ["30"],
            "http.request.resend_count": 1,
            "trace_id": "ab" * 16,
            "span_id": "cd" * 8,
        }
    )

    assert (event.api, event.route, event.status, event.outcome) == (
        "sectors",
        "/v2/daily/{symbol}/",
        429,
        "client_error",
    )
    assert (event.attempt, event.retry_after_s) == (2, 30.0)
    assert (event.trace_id, event.span_id) == ("ab" * 16, "cd" * 8)
    assert event.key_id.startswith("k_")
    assert key[:12] not in encode(event).decode()


def test_a_span_of_the_older_conventions(redactor):
    """Parts of a URL and the names of before 2024."""
    event = redactor.foreign(
        {"http.method": "GET", "http.scheme": "https", "net.peer.name": "api.sectors.app", "http.target": "/v2/tags/"}
        | {"http.status_code": "503"}
    )

    assert (event.host, event.route, event.outcome) == ("api.sectors.app", "/v2/tags/", "server_error")


def test_an_exception_of_elsewhere(redactor, key):
    """Its class and its cleaned text are kept, and it says how the call ended."""
    event = redactor.foreign(
        {
            "url.full": "https://api.sectors.app/v2/tags/",
            "exception.type": "requests.exceptions.ReadTimeout",
            "exception.message": f"gave up on https://api.sectors.app/v2/tags/?token={key}",
        }
    )

    assert (event.outcome, event.error_type) == ("timeout", "ReadTimeout")
    assert event.error == "gave up on https://api.sectors.app/v2/tags/?token=REDACTED"


def test_nonsense_is_survived(redactor):
    """Whatever the attributes are, an event comes out."""
    for seen in ({}, {"url.full": 7}, {"http.response.status_code": "many"}, {"exception.type": "a b\n" * 99}):
        assert redactor.foreign(seen).service == "portfolio"


def test_what_is_no_mapping_of_names_leaves_a_skeleton(redactor):
    """Fail closed here, too."""
    before = tally.snapshot()["redaction_failed"]

    assert redactor.foreign({7: "x", "url.full": "https://x/"}).redactions == {"failed": 1}
    assert tally.snapshot()["redaction_failed"] == before + 1
