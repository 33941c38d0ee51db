"""Spans: made where the program traces, cleaned and enriched; the events carry their ids."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import requests
from opentelemetry import baggage, context, trace
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from outwarden.capture import otel
from outwarden.capture.requests import RequestsHook
from outwarden.polite import unwatched
from outwarden.testing import Redirect, Reset
from outwarden.wiring.inside import cleaner

REPORT = "/v2/company/report/BBCA/"


@pytest.fixture
def exported(monkeypatch):
    """The program's own tracer provider, with an exporter that keeps what it gets."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    yield exporter
    provider.shutdown()


@pytest.fixture
def install(redactor, events):
    """Install a hook with spans; it is taken away at the end."""
    hooks = []

    def install(mode="auto"):
        hooks.append(RequestsHook(events.record, otel.Tracing(mode, cleaner(redactor))))
        hooks[0].install()
        return hooks[0]

    yield install
    hooks[0].uninstall()


@pytest.fixture
def tracing(install, request):
    """A hook with spans; the mode is the test's parameter, or auto."""
    return install(getattr(request, "param", "auto"))


@pytest.fixture(autouse=True)
def left_as_found():
    """Whatever was wrapped is as it was."""
    yield
    assert not hasattr(requests.Session.send, "__wrapped__")


def text_of(exporter):
    return "\n".join(span.to_json() for span in exporter.get_finished_spans())


def test_auto_with_a_provider(sectors, session, exported, tracing, events):
    """The first call already has a span with a low-cardinality name, and the event has its ids."""
    session.get(sectors.url + REPORT + f"?sections=overview&apikey={sectors.key}")

    (span,) = exported.get_finished_spans()
    assert (span.name, span.kind) == ("GET /v2/company/report/{symbol}/", SpanKind.CLIENT)
    assert span.attributes["url.full"] == sectors.url + REPORT + "?sections=overview&apikey=REDACTED"
    assert span.attributes["url.template"] == "/v2/company/report/{symbol}/"
    assert span.attributes["http.request.method"] == "GET"
    assert span.attributes["http.response.status_code"] == 200
    assert span.attributes["outwarden.api"] == "sectors"
    assert span.attributes["outwarden.call_id"] == events.only.call_id
    assert events.only.trace_id == f"{span.context.trace_id:032x}"
    assert events.only.span_id == f"{span.context.span_id:016x}"


def test_auto_without_a_provider(sectors, session, tracing, events):
    """A program that does not trace gets no span and no id."""
    session.get(sectors.url + REPORT)

    assert (events.only.trace_id, events.only.span_id) == (None, None)
    assert not RequestsInstrumentor().is_instrumented_by_opentelemetry


def test_auto_notices_a_late_provider(sectors, session, tracing, events, request):
    """A provider that is set between two calls is used for the second."""
    session.get(sectors.url + REPORT)
    exported = request.getfixturevalue("exported")
    session.get(sectors.url + REPORT)

    assert [event.span_id is not None for event in events] == [False, True]
    assert len(exported.get_finished_spans()) == 1


@pytest.mark.parametrize("tracing", ["always"], indirect=True)
def test_always_without_a_provider(sectors, session, tracing, events):
    """Ids exist without any provider of the program, and nothing global is set."""
    session.get(sectors.url + REPORT)
    session.get(sectors.url + REPORT)

    assert len({event.trace_id for event in events}) == 2
    assert all(len(event.trace_id) == 32 for event in events)
    assert otel.program_provider() is None


@pytest.mark.parametrize("tracing", ["always"], indirect=True)
def test_always_moves_to_the_program_s_provider(sectors, session, tracing, events, request):
    """Once the program has a provider, the spans go there."""
    session.get(sectors.url + REPORT)
    exported = request.getfixturevalue("exported")
    session.get(sectors.url + REPORT)

    assert [f"{span.context.span_id:016x}" for span in exported.get_finished_spans()] == [events[1].span_id]


def test_a_span_around_the_call_is_the_parent(sectors, session, exported, tracing, events):
    """Our span is a child of the program's, which is left alone."""
    with trace.get_tracer("program").start_as_current_span("work"):
        session.get(sectors.url + REPORT)

    ours, theirs = exported.get_finished_spans()
    assert ours.parent.span_id == theirs.context.span_id
    assert dict(theirs.attributes) == {}
    assert events.only.span_id == f"{ours.context.span_id:016x}"


def test_third_parties_get_no_tracing_headers(sectors, session, exported, tracing):
    """Neither traceparent nor baggage of our spans goes out."""
    token = context.attach(baggage.set_baggage("who", "me"))
    session.get(sectors.url + REPORT)
    context.detach(token)

    assert not {"traceparent", "tracestate", "baggage"} & sectors.seen[0].headers.keys()


def test_headers_of_the_program_s_own_tracing_stay(sectors, session, exported, tracing):
    """A traceparent that the program has set itself goes out as it was."""
    theirs = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    session.get(sectors.url + REPORT, headers={"traceparent": theirs})

    assert sectors.seen[0].headers["traceparent"] == theirs


@pytest.fixture
def instrumented(events):
    """The program has instrumented requests itself."""
    RequestsInstrumentor().instrument()
    yield events
    RequestsInstrumentor().uninstrument()


def test_a_program_that_instruments_itself(sectors, session, exported, instrumented, install):
    """Its span is enriched and its address cleaned, not doubled; its headers go out."""
    install()
    session.get(sectors.url + REPORT + f"?apikey={sectors.key}")

    (span,) = exported.get_finished_spans()
    assert span.attributes["url.template"] == "/v2/company/report/{symbol}/"
    assert sectors.key not in text_of(exported)
    assert instrumented.only.span_id == f"{span.context.span_id:016x}"
    assert "traceparent" in sectors.seen[0].headers


def test_a_program_that_instruments_itself_afterwards(sectors, session, exported, install, events):
    """Instrumenting above us works as without us, and makes no second span."""
    install()
    session.get(sectors.url + REPORT)
    RequestsInstrumentor().instrument()
    session.get(sectors.url + REPORT + f"?apikey={sectors.key}")
    RequestsInstrumentor().uninstrument()
    session.get(sectors.url + REPORT)

    assert [f"{span.context.span_id:016x}" for span in exported.get_finished_spans()] == [e.span_id for e in events]
    assert sectors.key not in text_of(exported)


def test_failures_carry_no_key(sectors, session, exported, tracing, events):
    """Exception events and the status of a failed span are cleaned."""
    sectors.faults.add(Reset())
    url = sectors.url + REPORT + f"?apikey={sectors.key}"
    with pytest.raises(requests.ConnectionError):
        session.get(url)

    (span,) = exported.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert [event.name for event in span.events] == ["exception"]
    assert span.events[0].attributes["exception.type"] == "requests.exceptions.ConnectionError"
    assert "adapters.py" in span.events[0].attributes["exception.stacktrace"]
    assert sectors.key not in text_of(exported)
    assert events.only.span_id == f"{span.context.span_id:016x}"


def test_redirects_are_one_span(sectors, session, exported, tracing, events):
    """All hops have the ids of the one span, which counts them."""
    sectors.faults.add(Redirect(REPORT), path="/v2/old/")
    session.get(sectors.url + "/v2/old/")

    (span,) = exported.get_finished_spans()
    assert {event.span_id for event in events} == {f"{span.context.span_id:016x}"}
    assert span.attributes["http.request.resend_count"] == 1


def test_captured_headers_show_no_credential(sectors, session, exported, install, monkeypatch):
    """Headers that the program captures by its environment are cut down to harmless ones."""
    monkeypatch.setenv("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST", ".*")
    monkeypatch.setenv("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE", ".*")
    install()
    session.get(sectors.url + REPORT, headers={"X-Odd": "hunter2hunter2"})

    (span,) = exported.get_finished_spans()
    assert span.attributes["http.request.header.authorization"] == ("[REDACTED]",)
    assert span.attributes["http.response.header.content_type"]
    assert "hunter2" not in text_of(exported)
    assert sectors.key not in text_of(exported)


def test_what_the_program_tells_our_span_is_cleaned(sectors, session, exported, tracing, redactor):
    """Attributes, events and status that the program sets on the current span hold no known secret."""
    redactor.registry.register(sectors.key, "key")

    def tell(answer, **_):
        span = trace.get_current_span()
        span.set_attributes({"note": f"key {sectors.key}", "many": [sectors.key, "b"], "n": 3})
        span.add_event("told", {"note": sectors.key})
        span.set_status(StatusCode.ERROR, f"bad {sectors.key}")

    session.get(sectors.url + REPORT, hooks={"response": tell})

    (span,) = exported.get_finished_spans()
    assert span.attributes["n"] == 3
    assert span.attributes["many"][1] == "b"
    assert sectors.key not in text_of(exported)


def test_our_own_calls_make_no_spans(sectors, session, exported, tracing, events):
    """`unwatched()` holds for spans too."""
    session.get(sectors.url + REPORT)
    with unwatched():
        session.get(sectors.url + REPORT)

    assert len(exported.get_finished_spans()) == len(events) == 1


def test_exporters_are_not_watched(sectors, session, exported, tracing, events):
    """What OpenTelemetry marks as its own traffic makes no events and no spans."""
    with suppress_instrumentation():
        session.get(sectors.url + REPORT)

    assert events == []
    assert exported.get_finished_spans() == ()


def test_conventions_of_the_environment(sectors, session, exported, install, monkeypatch):
    """OTEL_SEMCONV_STABILITY_OPT_IN is respected; without it our spans are stable and others keep their names."""
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "other")
    install()
    session.get(sectors.url + REPORT + f"?apikey={sectors.key}")

    (span,) = exported.get_finished_spans()
    assert span.attributes["http.url"].endswith("apikey=REDACTED")
    assert "url.full" not in span.attributes


def test_switched_off_by_the_environment(sectors, session, exported, install, monkeypatch):
    """OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=requests means no spans of ours."""
    monkeypatch.setenv("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "flask, requests")
    install()
    session.get(sectors.url + REPORT)

    assert exported.get_finished_spans() == ()
    assert sectors.seen[0].status == 200


def test_nothing_is_loaded_for_a_program_without_traces(sectors):
    """With `auto` and no provider, and with `never`, no OpenTelemetry module is imported."""
    program = """
import sys, requests
from outwarden.capture import otel
from outwarden.capture.requests import RequestsHook
from outwarden.redact import Redactor
from outwarden.wiring.inside import cleaner
hook = RequestsHook(lambda raw: None, otel.Tracing("auto", cleaner(Redactor())) if sys.argv[2] == "auto" else None)
hook.install()
requests.get(sys.argv[1], timeout=5)
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""
    for mode in ("auto", "never"):
        done = subprocess.run(
            [sys.executable, "-c", program, sectors.url + REPORT, mode],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
            env=dict(os.environ),
        )
        assert done.stdout == "[]\n"
