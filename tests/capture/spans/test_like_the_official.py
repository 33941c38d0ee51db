"""Spans of ours are what plain OpenTelemetry makes of the same calls, but for what we add and clean."""

from __future__ import annotations

import contextlib

import pytest
from opentelemetry import trace
from opentelemetry.context import attach, detach
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from outwarden.capture.spans import _stable_conventions
from outwarden.testing import Redirect, Refusal, Reset

REPORT = "/v2/company/report/BBCA/"
ADDED = ("outwarden.api", "outwarden.call_id", "url.template", "http.request.resend_count")
LEFT_OUT = {"urllib3": ("server.address", "server.port", "error.type")}
"""What the official instrumentor of a client leaves out, against its own conventions."""
REMOTE = SpanContext(0x1234, 0x56, is_remote=True, trace_flags=TraceFlags(1), trace_state=TraceState([("a", "b")]))


class Once(Sampler):
    """Keeps what it was asked, and adds an attribute."""

    def __init__(self) -> None:
        self.asked = []
        self._below = ParentBased(TraceIdRatioBased(1))

    def should_sample(self, parent_context, trace_id, name, kind=None, attributes=None, *rest):
        self.asked.append(kind)
        return self._below.should_sample(
            parent_context, trace_id, name, kind, {**attributes, "sampler": "was here"}, *rest
        )

    def get_description(self):
        return "Once"


class Seen(SpanProcessor):
    """Keeps what spans had when they began, and adds an attribute."""

    def __init__(self) -> None:
        self.started = []

    def on_start(self, span, parent_context=None):
        self.started.append((span.kind, sorted(span.attributes)))
        span.set_attribute("processor", "was here")


@pytest.fixture
def provided(monkeypatch):
    """Give the program a provider; gives what it exports."""

    def provided(**options):
        exporter, seen = InMemorySpanExporter(), Seen()
        provider = TracerProvider(shutdown_on_exit=False, **options)
        provider.add_span_processor(seen)
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
        return exporter, seen

    return provided


@pytest.fixture
def both(client, sectors, official, install, provided):
    """Do the same twice: with the official instrumentor alone, then with ours."""

    def both(does, **options):
        found = []
        for ours in (False, True):
            sectors.reset()
            exporter, seen = provided(**{name: make() for name, make in options.items()})
            if ours:
                install()
            else:
                with _stable_conventions():
                    official.instrument()
            does()
            if not ours:
                official.uninstrument()
            found.append((exporter.get_finished_spans(), seen))
        return found

    return both


def described(span, client):
    """What is to be the same; names are routes with us."""
    more = (*ADDED, *LEFT_OUT.get(client.name, ()))
    attributes = {key: value for key, value in span.attributes.items() if key not in more}
    return {
        "name": span.name.partition(" ")[0],
        "kind": span.kind,
        "attributes": attributes,
        "status": span.status.status_code,
        "events": [(event.name, event.attributes.get("exception.type")) for event in span.events],
        "parent": span.parent,
        "flags": span.context.trace_flags,
        "state": span.context.trace_state,
        "links": span.links,
        "scope": span.instrumentation_scope,
        "resource": span.resource.attributes,
        "dropped": span.dropped_attributes,
    }


def same(found, client):
    """Say that both made the same spans, and the same of what samplers and processors see of them."""
    (plain, seen), (ours, seen_of_ours) = found
    assert plain
    assert [described(span, client) for span in ours] == [described(span, client) for span in plain]
    assert len(seen_of_ours.started) == len(seen.started)
    for (kind, keys), (kind_of_ours, keys_of_ours) in zip(seen.started, seen_of_ours.started, strict=True):
        assert kind is kind_of_ours
        assert set(keys) <= set(keys_of_ours)


FAULTS = {
    "well": None,
    "refused": Refusal(404),
    "failed": Refusal(503),
    "broken": Reset(),
    "redirected": Redirect("/v2/subsectors/"),
}


@pytest.mark.parametrize("way", FAULTS)
def test_a_call_that_goes(way, client, sectors, both):
    def does():
        if FAULTS[way] is not None:
            sectors.faults.add(FAULTS[way], path=REPORT)
        with contextlib.suppress(Exception):  # each client has its own
            client.get(sectors.url + REPORT)

    found = both(does)
    for spans, _ in found:
        assert all(span.end_time >= span.start_time > 0 for span in spans)
    same(found, client)


@pytest.mark.parametrize("parent", [REMOTE, SpanContext(0x1234, 0x56, is_remote=False, trace_flags=TraceFlags(1))])
def test_a_call_within_a_trace(parent, client, sectors, both):
    def does():
        token = attach(trace.set_span_in_context(NonRecordingSpan(parent)))
        client.get(sectors.url + REPORT)
        detach(token)

    found = both(does)
    same(found, client)
    assert {span.context.trace_id for spans, _ in found for span in spans} == {parent.trace_id}


def test_a_sampler_and_limits(client, sectors, both):
    """A sampler is asked the same and adds what it likes; no more attributes are kept than the program wants."""
    samplers = []

    def sampler():
        samplers.append(Once())
        return samplers[-1]

    found = both(
        lambda: client.get(sectors.url + REPORT),
        sampler=sampler,
        span_limits=lambda: SpanLimits(max_span_attributes=40, max_span_attribute_length=9),
    )
    same(found, client)
    assert samplers[0].asked == samplers[1].asked == [trace.SpanKind.CLIENT]
    assert all(
        span.attributes["sampler"] == span.attributes["processor"] == "was here" for spans, _ in found for span in spans
    )


def test_few_attributes_are_kept(client, sectors, both):
    found = both(lambda: client.get(sectors.url + REPORT), span_limits=lambda: SpanLimits(max_span_attributes=3))

    assert [len(span.attributes) for spans, _ in found for span in spans] == [3, 3]
    assert all(span.dropped_attributes for spans, _ in found for span in spans)


def test_a_call_that_is_not_sampled(client, sectors, both):
    found = both(lambda: client.get(sectors.url + REPORT), sampler=lambda: ALWAYS_OFF)

    assert [(spans, seen.started) for spans, seen in found] == [((), []), ((), [])]


def test_captured_headers(client, sectors, both, monkeypatch):
    """The same ones, though not with the same values."""
    for side in ("REQUEST", "RESPONSE"):
        monkeypatch.setenv(f"OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_{side}", "accept.*,content-.*")
    (plain, _), (ours, _) = both(lambda: client.get(sectors.url + REPORT))

    def kept(spans):
        return [{key: value for key, value in span.attributes.items() if ".header." in key} for span in spans]

    assert [one.keys() for one in kept(plain)] == [one.keys() for one in kept(ours)]
    assert kept(plain)[0]["http.response.header.content_type"] == kept(ours)[0]["http.response.header.content_type"]


def test_a_secret_that_becomes_known_later(client, sectors, exported, install, redactor):
    """What was remembered of an address is forgotten then."""
    word = f"quiet-river-{4711 + len(client.name)}"
    install()
    for _ in range(2):
        client.get(sectors.url + f"/v2/company/report/{word}/")
    redactor.registry.register(word, "word")
    client.get(sectors.url + f"/v2/company/report/{word}/")

    shown = [word in span.to_json() for span in exported.get_finished_spans()]
    assert shown == [True, True, False]
