"""Tracing headers: spans of ours send none; those of the program are reported, or taken off if asked."""

from __future__ import annotations

import pytest
from opentelemetry import baggage, context

REPORT = "/v2/company/report/BBCA/"
HEADERS = {"traceparent", "tracestate", "baggage"}


def text_of(exporter):
    return "\n".join(span.to_json() for span in exporter.get_finished_spans())


def test_our_spans_send_no_headers(client, sectors, exported, install, events):
    """Neither traceparent nor baggage goes out, and there is nothing to report."""
    install()
    token = context.attach(baggage.set_baggage("who", "me"))
    client.get(sectors.url + REPORT)
    context.detach(token)

    assert not HEADERS & sectors.seen[0].headers.keys()
    assert not {"trace.sent", "trace.stripped"} & events.only.redactions.keys()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("strip", [False, True])
def test_headers_of_the_program_s_own_spans(client, sectors, exported, official, *, install, events, when, strip):
    """They stay and are reported, or are taken off if that is asked for, whoever came first."""
    if when == "before":
        official.instrument()
    install(strip=strip)
    if when == "after":
        official.instrument()
    token = context.attach(baggage.set_baggage("who", "me"))
    client.get(sectors.url + REPORT)
    context.detach(token)

    assert HEADERS & sectors.seen[0].headers.keys() == (set() if strip else {"traceparent", "baggage"})
    assert events.only.redactions["trace.stripped" if strip else "trace.sent"] == 2
    assert len(exported.get_finished_spans()) == 1


def test_a_program_that_propagates_nothing(client, sectors, exported, official, *, install, events, monkeypatch):
    """With OTEL_PROPAGATORS=none there is nothing to report."""
    from opentelemetry.propagators.composite import CompositePropagator

    monkeypatch.setattr("opentelemetry.propagate.get_global_textmap", lambda: CompositePropagator([]))
    official.instrument()
    install()
    client.get(sectors.url + REPORT)

    assert not HEADERS & sectors.seen[0].headers.keys()
    assert events.only.redactions == {}


@pytest.mark.parametrize("strip", [False, True])
def test_headers_that_the_program_sets_by_hand(client, sectors, exported, install, *, events, strip):
    """The same holds for those."""
    install(strip=strip)
    theirs = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    client.headers = {**client.headers, "TraceParent": theirs, "b3": "0"}
    client.get(sectors.url + REPORT)

    assert sectors.seen[0].headers.get("traceparent") == (None if strip else theirs)
    assert events.only.redactions["trace.stripped" if strip else "trace.sent"] == 2


def test_headers_to_hosts_of_the_program_s_own(client, sectors, exported, install, *, redactor, events):
    """Loopback without an API profile is no third party: nothing is reported, nothing taken off."""
    from outwarden.apis import Catalogue, builtin

    redactor._targets._catalogue = Catalogue(builtin())
    install(strip=True)
    client.headers = {**client.headers, "baggage": "a=b"}
    client.get(sectors.url + REPORT)

    assert sectors.seen[0].headers["baggage"] == "a=b"
    assert events.only.redactions.keys().isdisjoint({"trace.sent", "trace.stripped"})


def test_captured_headers_show_no_credential(client, sectors, exported, install, monkeypatch):
    """Headers that the program captures by its environment are cut down to harmless ones."""
    for side in ("REQUEST", "RESPONSE"):
        monkeypatch.setenv(f"OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_{side}", ".*")
    install()
    client.headers = {**client.headers, "X-Odd": "hunter2hunter2"}
    client.get(sectors.url + REPORT)

    (span,) = exported.get_finished_spans()
    assert span.attributes["http.request.header.authorization"] == ("[REDACTED]",)
    assert span.attributes["http.response.header.content_type"]
    assert "hunter2" not in text_of(exported)
    assert sectors.key not in text_of(exported)


@pytest.mark.parametrize("how", ["positional", "named", "of the pool"])
def test_headers_are_not_taken_from_the_program(sectors, exported, all_hooks, events, *, how):
    """What is taken off a request of urllib3 stays in the program's own mapping."""
    import urllib3

    all_hooks(strip=True)
    headers = {"baggage": "a=b", "Accept": "*/*"}
    host, port = sectors.netloc.rsplit(":", 1)
    own = headers if how == "of the pool" else None
    with urllib3.HTTPSConnectionPool(host, int(port), ca_certs=sectors.ca_file, headers=own) as pool:
        for _ in range(2):
            if how == "positional":
                pool.urlopen("GET", REPORT, None, headers)
            else:
                pool.urlopen("GET", REPORT, **({"headers": headers} if how == "named" else {}))

    assert headers == {"baggage": "a=b", "Accept": "*/*"}
    assert all("baggage" not in seen.headers and seen.headers["accept"] == "*/*" for seen in sectors.seen)
    assert [event.redactions.get("trace.stripped") for event in events] == [1, 1]


@pytest.mark.parametrize("strip", [False, True])
def test_headers_of_the_standard_library(sectors, exported, all_hooks, events, *, drivers, strip):
    """Urllib has no spans here, but its tracing headers are seen as well."""
    all_hooks(strip=strip)
    driver = drivers["urllib"](sectors)
    driver.headers = {**driver.headers, "Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    driver.get(sectors.url + REPORT)

    assert ("traceparent" in sectors.seen[0].headers) is not strip
    assert events.only.redactions["trace.stripped" if strip else "trace.sent"] == 1
