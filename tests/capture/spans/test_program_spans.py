"""Spans of the program's own instrumentors: a fault of ours neither breaks them nor lets a key through."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, Tracer
from opentelemetry.trace import SpanKind

from outwarden.capture import program_spans
from outwarden.capture.program_spans import ProgramSpans, keep_clean
from outwarden.wiring.inside import cleaner

REPORT = "/v2/company/report/BBCA/"


@pytest.fixture
def instrumented():
    RequestsInstrumentor().instrument()
    yield
    RequestsInstrumentor().uninstrument()


@pytest.fixture
def spans(redactor):
    spans = ProgramSpans(cleaner(redactor))
    spans.install()
    yield spans
    spans.uninstall()


@pytest.mark.parametrize("name", ["_start", "keep_clean", "_attributes", "_attribute", "_kept_clean"])
def test_a_fault_in(name, sectors, session, exported, *, instrumented, spans, monkeypatch):
    """The call goes on, there is a span, and where a span cannot be cleaned it says nothing when it starts."""

    def fault(*_):
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(program_spans, name, fault)
    answer = session.get(sectors.url + REPORT + f"?apikey={sectors.key}")

    assert answer.status_code == 200
    (span,) = exported.get_finished_spans()
    assert sectors.key not in span.to_json()


def test_all_other_spans_are_the_programs(exported, spans):
    """What it says in them is its own affair."""
    tracer = trace.get_tracer("program")
    with tracer.start_as_current_span("at https://u:p@example.org/", attributes={"password": "a secret of its own"}):
        pass

    (span,) = exported.get_finished_spans()
    assert (span.name, dict(span.attributes)) == (
        "at https://u:p@example.org/",
        {"password": "a secret of its own"},
    )


def test_a_clean_span_looks_like_any_other(exported, spans, redactor):
    """For processors, exporters and whoever asks for its class."""
    tracer = trace.get_tracer("opentelemetry.instrumentation.requests")
    plain = trace.get_tracer("program").start_span("plain")
    span = tracer.start_span("GET", None, SpanKind.CLIENT, {"http.request.method": "GET"})
    keep_clean(span, cleaner(redactor))  # twice is as good as once
    span.end()

    assert isinstance(span, (type(plain), ReadableSpan))
    assert repr(type(span)) == repr(type(plain))
    assert [one.name for one in exported.get_finished_spans()] == ["GET"]


def test_uninstall_leaves_the_sdk_as_it_was(redactor):
    """Nothing of ours is left in its class."""
    before = Tracer.__dict__["start_span"]
    spans = ProgramSpans(cleaner(redactor))
    spans.install()
    assert Tracer.__dict__["start_span"] is not before
    spans.uninstall()

    assert Tracer.__dict__["start_span"] is before


class Passing(SpanProcessor):
    """Passes spans on as soon as they start."""

    def __init__(self) -> None:
        self.told = []

    def on_start(self, span, parent_context=None):
        self.told.append(span.to_json())


def test_a_span_is_clean_when_it_starts(sectors, session, exported, instrumented, spans):
    """Processors of the program's own are shown no key, whenever they look."""
    passing = Passing()
    trace.get_tracer_provider().add_span_processor(passing)
    session.get(sectors.url + REPORT + f"?sections=overview&apikey={sectors.key}")

    assert len(passing.told) == 1
    assert "sections=overview&apikey=REDACTED" in passing.told[0]
    assert sectors.key not in passing.told[0]
