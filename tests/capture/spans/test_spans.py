"""Spans of every client: one per call, and clean, whoever sets up tracing and when."""

from __future__ import annotations

import asyncio
import random
import ssl

import aiohttp
import httpx
import pytest
from opentelemetry import trace
from opentelemetry.context import attach, detach
from opentelemetry.instrumentation.utils import suppress_http_instrumentation, suppress_instrumentation
from opentelemetry.trace import SpanKind, StatusCode

import outwarden
from outwarden.capture import otel
from outwarden.polite import unwatched
from outwarden.testing import Redirect, Refusal, Reset

REPORT = "/v2/company/report/BBCA/"
TEMPLATE = "/v2/company/report/{symbol}/"
HEADERS = {"traceparent", "tracestate", "baggage"}


def ids(spans):
    return [f"{span.context.span_id:016x}" for span in spans]


def text_of(exporter):
    return "\n".join(span.to_json() for span in exporter.get_finished_spans())


def check(span, events, sectors):
    """A span of one good call is complete and clean, and the event has its ids."""
    assert span.kind is SpanKind.CLIENT
    assert span.attributes["url.template"] == TEMPLATE
    assert span.attributes["http.response.status_code"] == 200
    assert span.attributes["outwarden.api"] == "sectors"
    assert span.attributes["outwarden.call_id"] == events[-1].call_id
    assert events[-1].trace_id == f"{span.context.trace_id:032x}"
    assert events[-1].span_id == f"{span.context.span_id:016x}"


def test_a_provider_set_before_install(client, sectors, exported, install, events):
    """The first call has its span already: stable conventions, low-cardinality name, redacted address."""
    install()
    assert client.get(sectors.url + REPORT + f"?sections=overview&apikey={sectors.key}")[0] == 200

    (span,) = exported.get_finished_spans()
    check(span, events, sectors)
    assert span.name == f"GET {TEMPLATE}"
    assert span.attributes["http.request.method"] == "GET"
    assert span.attributes["url.full"] == sectors.url + REPORT + "?sections=overview&apikey=REDACTED"
    assert span.attributes["server.address"] == "localhost" or span.attributes["server.address"] == "127.0.0.1"
    assert span.attributes["server.port"] == int(sectors.netloc.rsplit(":", 1)[1])
    assert sectors.key not in text_of(exported)


def test_a_provider_set_after_install(client, sectors, install, events, provide):
    """It is used from the next call on."""
    install()
    client.get(sectors.url + REPORT)
    exported = provide()
    client.get(sectors.url + REPORT)

    assert [event.span_id for event in events] == [None, *ids(exported.get_finished_spans())]


def test_no_provider_at_all(client, sectors, install, events):
    """A program that does not trace has no ids."""
    install()
    client.get(sectors.url + REPORT)

    assert (events.only.trace_id, events.only.span_id) == (None, None)


def test_always(client, sectors, install, events, provide):
    """Ids exist without a provider, nothing global is set, and a provider that comes later gets the spans."""
    install("always")
    client.get(sectors.url + REPORT)
    assert otel.program_provider() is None
    exported = provide()
    client.get(sectors.url + REPORT)

    assert len(events[0].span_id) == 16
    assert events[1].span_id in ids(exported.get_finished_spans())
    assert len(exported.get_finished_spans()) == 1


@pytest.mark.parametrize("parent", [trace.INVALID_SPAN_CONTEXT, trace.SpanContext(7, 8, is_remote=True)])
def test_always_without_a_provider(parent, client, sectors, install, events):
    """Each call has ids of its own, in the trace around it; they go nowhere, and seeded random numbers stay the same."""
    install("always")
    random.seed(1)
    token = attach(trace.set_span_in_context(trace.NonRecordingSpan(parent)))
    for _ in range(2):
        client.get(sectors.url + REPORT)
    sectors.faults.add(Reset(), times=None)
    with pytest.raises(Exception):  # noqa: PT011, B017 - each client has its own
        client.get(sectors.url + REPORT)
    detach(token)

    assert {len(event.trace_id) for event in events} == {32}
    assert len({event.span_id for event in events[:3]}) == 3
    if parent.is_valid:
        assert {int(event.trace_id, 16) for event in events} == {7}
    else:
        assert len({event.trace_id for event in events[:3]}) == 3
    assert not any(HEADERS & seen.headers.keys() for seen in sectors.seen)
    found = random.random()
    random.seed(1)
    assert found == random.random()


def test_never(client, sectors, exported, official, *, install, events):
    """No span of ours, and the program's is not touched; the event has its ids all the same."""
    install("never")
    client.get(sectors.url + REPORT)
    assert exported.get_finished_spans() == ()
    official.instrument()
    client.get(sectors.url + REPORT)

    (span,) = exported.get_finished_spans()
    assert [event.span_id for event in events] == [None, *ids([span])]
    assert "outwarden.api" not in span.attributes


@pytest.mark.parametrize("when", ["before", "after", "between calls"])
def test_the_program_instruments_by_itself(client, sectors, exported, official, *, install, events, when):
    """Its span is enriched and cleaned, not doubled, in whatever order the two were switched on."""
    if when == "before":
        official.instrument()
    install()
    if when == "between calls":
        client.get(sectors.url + REPORT)
    if when != "before":
        official.instrument()
    client.get(sectors.url + REPORT + f"?apikey={sectors.key}")

    spans = exported.get_finished_spans()
    assert len(spans) == len(events) == (2 if when == "between calls" else 1)
    span = spans[-1]
    assert span.attributes["url.template"] == TEMPLATE
    assert span.attributes["outwarden.call_id"] == events[-1].call_id
    assert ids(spans) == [event.span_id for event in events]
    assert sectors.key not in text_of(exported)


def test_the_program_stops_instrumenting(client, sectors, exported, official, *, install, events):
    """What it switched on above us it can switch off again: our spans go on."""
    install()
    client.get(sectors.url + REPORT)
    official.instrument()
    client.get(sectors.url + REPORT)
    official.uninstrument()
    client.get(sectors.url + REPORT)

    assert ids(exported.get_finished_spans()) == [event.span_id for event in events]
    assert len(events) == 3


def test_a_span_around_the_call_is_the_parent(client, sectors, exported, install, events):
    """Ours is a child of the program's, which is left alone."""
    install()
    with trace.get_tracer("program").start_as_current_span("work"):
        client.get(sectors.url + REPORT)

    ours, theirs = exported.get_finished_spans()
    assert ours.parent.span_id == theirs.context.span_id
    assert dict(theirs.attributes) == {}
    assert events.only.span_id == f"{ours.context.span_id:016x}"


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_instrumentor_of_the_program_within_a_span(client, sectors, exported, official, *, install, events, when):
    """The event has the ids of the span of the call, not of the one around it."""
    if when == "before":
        official.instrument()
    install()
    if when == "after":
        official.instrument()
    with trace.get_tracer("program").start_as_current_span("work"):
        client.get(sectors.url + REPORT)

    theirs, work = exported.get_finished_spans()
    assert theirs.parent.span_id == work.context.span_id
    assert events.only.span_id == f"{theirs.context.span_id:016x}"
    assert dict(work.attributes) == {}


def test_failures(client, sectors, exported, install, events):
    """A call that fails has a failed span with a clean exception."""
    install()
    sectors.faults.add(Reset(), times=None)
    with pytest.raises(Exception):  # noqa: PT011, B017 - each client has its own
        client.get(sectors.url + REPORT + f"?apikey={sectors.key}")

    (span,) = exported.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["error.type"]
    assert [event.name for event in span.events] == ["exception"]
    assert sectors.key not in text_of(exported)
    assert {event.span_id for event in events} == {f"{span.context.span_id:016x}"}


def test_redirects(client, sectors, exported, install, events):
    """The hops are counted: on one span where the client makes one, else on each."""
    install()
    sectors.faults.add(Redirect(REPORT), path="/v2/old/")
    client.get(sectors.url + "/v2/old/")

    spans = exported.get_finished_spans()
    assert [event.attempt for event in events] == [1, 2]
    assert {event.span_id for event in events} == set(ids(spans))
    assert [span.attributes.get("http.request.resend_count") for span in spans] in ([1], [None, 1])


def test_a_logical_call(client, sectors, exported, install, events):
    """Spans of a retry loop share the call's id and name, and count on."""
    sectors.faults.add(Refusal(503))
    install()
    with outwarden.call(name="report") as logical:
        for _ in range(2):
            client.get(sectors.url + REPORT)

    spans = exported.get_finished_spans()
    assert {span.attributes["outwarden.call_id"] for span in spans} == {logical.call_id}
    assert {span.attributes["outwarden.call_name"] for span in spans} == {"report"}
    assert [span.attributes.get("http.request.resend_count") for span in spans] == [None, 1]
    assert all(span.attributes["url.template"] == TEMPLATE for span in spans)


def test_our_own_calls(client, sectors, exported, official, *, install, events):
    """`unwatched()` makes neither events nor spans, of ours or of the program's instrumentor."""
    install()
    with unwatched():
        client.get(sectors.url + REPORT)
    official.instrument()
    with unwatched():
        client.get(sectors.url + REPORT)

    assert exported.get_finished_spans() == ()
    assert events == []
    assert not HEADERS & sectors.seen[1].headers.keys()


def test_calls_that_opentelemetry_marks_as_its_own(client, sectors, exported, install, events):
    """An exporter's calls make neither events nor spans."""
    install()
    with suppress_instrumentation():
        client.get(sectors.url + REPORT)

    assert exported.get_finished_spans() == ()
    assert events == []


def test_calls_whose_spans_the_program_does_not_want(client, sectors, exported, install, events):
    """Suppressing HTTP spans is about spans: the event is there."""
    install()
    with suppress_http_instrumentation():
        client.get(sectors.url + REPORT)

    assert exported.get_finished_spans() == ()
    assert events.only.status == 200


def test_one_client_that_the_program_has_instrumented(sectors, exported, all_hooks, events):
    """Clients and sessions that were instrumented one by one have one span a call as well."""
    from opentelemetry.instrumentation.aiohttp_client import create_trace_config
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor, SyncOpenTelemetryTransport

    trusted = ssl.create_default_context(cafile=sectors.ca_file)
    headers = {"Authorization": sectors.key}
    url = sectors.url + REPORT + f"?apikey={sectors.key}"

    async def ask():
        connector = aiohttp.TCPConnector(ssl=trusted)
        configs = [create_trace_config()]
        async with aiohttp.ClientSession(headers=headers, connector=connector, trace_configs=configs) as session:
            await (await session.get(url)).read()

    all_hooks()
    with httpx.Client(headers=headers, verify=trusted) as client:
        client.get(url)
        HTTPXClientInstrumentor.instrument_client(client)
        client.get(url)
    with httpx.Client(
        headers=headers, transport=SyncOpenTelemetryTransport(httpx.HTTPTransport(verify=trusted))
    ) as client:
        client.get(url)
    asyncio.run(ask())

    assert ids(exported.get_finished_spans()) == [event.span_id for event in events]
    assert len(events) == 4
    assert sectors.key not in text_of(exported)


def test_a_transport_that_rides_on_aiohttp(sectors, exported, all_hooks, events):
    """Where the program has instrumented the client above, its span is the only one."""
    from opentelemetry.instrumentation.httpx import AsyncOpenTelemetryTransport

    trusted = ssl.create_default_context(cafile=sectors.ca_file)

    class Riding(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusted)) as session:
                answer = await session.get(str(request.url), headers={"Authorization": sectors.key})
                return httpx.Response(answer.status, content=await answer.read())

    async def ask():
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusted)) as session:
            answer = await session.get(sectors.url + "/v2/subsectors/", headers={"Authorization": sectors.key})
            await answer.read()
        async with httpx.AsyncClient(transport=AsyncOpenTelemetryTransport(Riding())) as client:
            return (await client.get(sectors.url + REPORT)).status_code

    all_hooks()
    assert asyncio.run(ask()) == 200
    scopes = [span.instrumentation_scope.name.rpartition(".")[2] for span in exported.get_finished_spans()]
    assert scopes == ["aiohttp_client", "httpx"]
    assert [event.attempt for event in events] == [1, 1]
