"""Requests and OpenTelemetry: what all clients have in common stands in test_spans.py."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import StatusCode

from outwarden.capture import otel
from outwarden.capture.requests import RequestsHook
from outwarden.testing import Reset
from outwarden.wiring.inside import cleaner

REPORT = "/v2/company/report/BBCA/"


@pytest.fixture
def provide(monkeypatch):
    """Give the program a tracer provider with an exporter that keeps what it gets."""
    made = []

    def provide(**options):
        exporter = InMemorySpanExporter()
        made.append(TracerProvider(**options))
        made[-1].add_span_processor(SimpleSpanProcessor(exporter))
        monkeypatch.setattr(trace, "_TRACER_PROVIDER", made[-1])
        return exporter

    yield provide
    for provider in made:
        provider.shutdown()


@pytest.fixture
def exported(provide):
    return provide()


@pytest.fixture
def tracing(redactor, events):
    """A hook with spans; whatever was wrapped is as it was at the end."""
    hook = RequestsHook(events.record, otel.Tracing("auto", cleaner(redactor)))
    hook.install()
    yield hook
    hook.uninstall()
    assert not hasattr(requests.Session.send, "__wrapped__")


def text_of(exporter):
    return "\n".join(span.to_json() for span in exporter.get_finished_spans())


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


def test_what_is_told_to_a_span_is_seen_at_once(sectors, session, exported, tracing):
    """Somebody who looks at the current span within the call finds what it was told before."""
    seen = []

    def look(answer, **_):
        span = trace.get_current_span()
        span.set_attribute("mine", 1)
        seen.append(dict(span.attributes))
        span.set_attribute("mine", 2)

    session.get(sectors.url + REPORT, hooks={"response": look})

    (span,) = exported.get_finished_spans()
    assert seen[0]["mine"] == 1
    assert seen[0]["outwarden.call_id"] == span.attributes["outwarden.call_id"]
    assert span.attributes["mine"] == 2


def test_the_frames_of_a_failure_are_shown_without_what_they_hold(sectors, session, exported, tracing, events):
    """The exception event names class and frames; message, causes and status hold no key."""
    sectors.faults.add(Reset())
    with pytest.raises(requests.ConnectionError):
        session.get(sectors.url + REPORT + f"?apikey={sectors.key}")

    (span,) = exported.get_finished_spans()
    (event,) = span.events
    assert event.attributes["exception.type"] == "requests.exceptions.ConnectionError"
    assert "adapters.py" in event.attributes["exception.stacktrace"]
    assert sectors.key not in text_of(exported)


def test_threads_whose_first_calls_come_at_once(sectors, exported, tracing, events):
    """Spans begin once: no call has two, however many threads find the provider at the same moment."""
    together = threading.Barrier(8)

    def work(_):
        together.wait(10)
        return requests.get(sectors.url + REPORT, verify=sectors.ca_file, timeout=10).status_code

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    requests.get(sectors.url + REPORT, verify=sectors.ca_file, timeout=10)

    spans = [f"{span.context.span_id:016x}" for span in exported.get_finished_spans()]
    assert len(events) == 9
    assert sorted(spans) == sorted(event.span_id for event in events if event.span_id is not None)
    assert len(spans) >= 2


def test_a_sampler_of_the_program_decides(sectors, session, provide, tracing, events):
    """A call that is not sampled has no exported span; its event has ids all the same."""
    exporter = provide(sampler=ALWAYS_OFF)
    session.get(sectors.url + REPORT)

    assert exporter.get_finished_spans() == ()
    assert len(events.only.span_id) == 16


def test_a_sampler_sees_what_the_span_will_be_called(sectors, session, provide, tracing):
    """It decides by a name and attributes that hold no secret."""
    asked = []

    class Noting(type(ALWAYS_OFF)):
        def should_sample(self, parent_context, trace_id, name, kind, attributes, *rest):
            asked.append((name, dict(attributes)))
            return super().should_sample(parent_context, trace_id, name, kind, attributes, *rest)

    provide(sampler=Noting(ALWAYS_OFF.should_sample(None, 0, "").decision))
    session.get(sectors.url + REPORT + f"?apikey={sectors.key}")

    ((name, attributes),) = asked
    assert name == "GET /v2/company/report/{symbol}/"
    assert attributes["url.full"].endswith("apikey=REDACTED")


def test_a_name_is_no_address_of_a_peer(sectors, session, exported, tracing):
    """What the official instrumentation of requests puts there for a name is left out."""
    for host in ("localhost", "127.0.0.1"):
        session.get(sectors.url.replace("127.0.0.1", host).replace("localhost", host) + REPORT)

    by_name, by_address = (span.attributes for span in exported.get_finished_spans())
    assert by_name["server.address"] == "localhost"
    assert "network.peer.address" not in by_name
    assert by_address["network.peer.address"] == "127.0.0.1"


def test_a_sampler_that_fails(sectors, session, provide, tracing, events):
    """Without us there would be no span, and no error: the program sees none."""

    class Broken(type(ALWAYS_OFF)):
        def should_sample(self, *_, **__):
            raise LookupError

    provide(sampler=Broken(ALWAYS_OFF.should_sample(None, 0, "").decision))

    assert session.get(sectors.url + REPORT).status_code == 200
    assert events.only.span_id is None


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


@pytest.fixture
def own_instrumentor(exported, monkeypatch):
    """The program's own instrumentor, with the program's own exporter behind it."""
    from opentelemetry.instrumentation.requests import RequestsInstrumentor

    send = requests.Session.send
    monkeypatch.setattr(requests.Session, "send", send)  # two wrappers that come off out of turn: gone at the end
    instrumentor = RequestsInstrumentor()
    yield instrumentor, exported
    instrumentor.uninstrument()


@pytest.mark.parametrize("before", [True, False], ids=["before us", "after us"])
def test_failures_on_spans_of_the_programs_own_instrumentor_are_cleaned(
    own_instrumentor, redactor, events, free_port, before
):
    """Exception, its stack and the status hold the whole address, and go to exporters that the program has configured."""
    instrumentor, exported = own_instrumentor
    key = "abcdef0123456789" * 2
    hook = RequestsHook(events.record, otel.Tracing("auto", cleaner(redactor)))
    if before:
        instrumentor.instrument()
    hook.install()
    if not before:
        instrumentor.instrument()
    try:
        with pytest.raises(requests.ConnectionError) as raised:
            requests.get(f"http://127.0.0.1:{free_port}/v2/tags/?apikey={key}", timeout=2)
    finally:
        instrumentor.uninstrument()
        hook.uninstall()

    assert key in str(raised.value)
    [span] = exported.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert [one.name for one in span.events] == ["exception"]
    assert "requests.exceptions.ConnectionError" in text_of(exported)
    assert key not in text_of(exported)
