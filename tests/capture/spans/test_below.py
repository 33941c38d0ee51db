"""urllib3, by itself and below requests."""

from __future__ import annotations

import pytest

from outwarden.testing import Refusal

REPORT = "/v2/company/report/BBCA/"
TEMPLATE = "/v2/company/report/{symbol}/"


def ids(spans):
    return [f"{span.context.span_id:016x}" for span in spans]


def test_retries_below_requests(sectors, session, exported, all_hooks, events):
    """urllib3's own attempts are counted on the one span of the call."""
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    all_hooks()
    sectors.faults.add(Refusal(503), times=2)
    session.mount("https://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[503], backoff_factor=0)))
    session.get(sectors.url + REPORT)

    (span,) = exported.get_finished_spans()
    assert [(event.attempt, event.status) for event in events] == [(1, 503), (2, 503), (3, 200)]
    assert {event.span_id for event in events} == set(ids([span]))
    assert span.attributes["http.request.resend_count"] == 2
    assert span.instrumentation_scope.name == "opentelemetry.instrumentation.requests"


def test_retries_of_urllib3(sectors, exported, all_hooks, events):
    """The same without a client above, from the very first call on, for a pool that is used by itself."""
    import urllib3
    from urllib3.util import Retry

    all_hooks()
    sectors.faults.add(Refusal(503), times=2)
    host, port = sectors.netloc.rsplit(":", 1)
    with urllib3.HTTPSConnectionPool(host, int(port), ca_certs=sectors.ca_file) as pool:
        pool.urlopen("GET", REPORT, retries=Retry(3, status_forcelist=[503], backoff_factor=0))

    (span,) = exported.get_finished_spans()
    assert [event.attempt for event in events] == [1, 2, 3]
    assert {event.span_id for event in events} == set(ids([span]))
    assert span.attributes["http.request.resend_count"] == 2
    assert span.name == f"GET {TEMPLATE}"
    assert span.attributes["server.address"] == host


@pytest.mark.parametrize("when", ["before", "between calls"])
def test_the_program_instruments_urllib3_below_requests(
    sectors, session, exported, all_hooks, *, events, when, monkeypatch
):
    """Its spans and headers stay its own, enriched; ours do not take their place."""
    import urllib3
    from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor

    pool = urllib3.HTTPConnectionPool
    monkeypatch.setattr(pool, "urlopen", pool.urlopen)  # two wrappers that come off out of turn: gone at the end
    try:
        if when == "before":
            URLLib3Instrumentor().instrument()
        all_hooks()
        if when != "before":
            session.get(sectors.url + REPORT)
            URLLib3Instrumentor().instrument()
        session.get(sectors.url + REPORT)
    finally:
        URLLib3Instrumentor().uninstrument()

    spans = exported.get_finished_spans()
    assert ids(spans) == [event.span_id for event in events]
    assert spans[-1].attributes["url.template"] == "/v2/company/report/{symbol}/"
    assert spans[-1].attributes["outwarden.call_id"] == events[-1].call_id
    assert events[-1].redactions["trace.sent"] == 1
    assert spans[-1].instrumentation_scope.name == "opentelemetry.instrumentation.urllib3"
    assert "traceparent" in sectors.seen[-1].headers


def test_default_headers_of_a_pool_stay(sectors, exported, all_hooks):
    """The official instrumentor of urllib3 loses them; ours does not."""
    import urllib3

    all_hooks()
    host, port = sectors.netloc.rsplit(":", 1)
    own = {"Authorization": sectors.key}
    with urllib3.HTTPSConnectionPool(host, int(port), ca_certs=sectors.ca_file, headers=own) as pool:
        assert [pool.request("GET", REPORT).status for _ in range(2)] == [200, 200]

    assert len(exported.get_finished_spans()) == 2
