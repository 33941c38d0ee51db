"""A fault of ours in the middle of a traced call never reaches the program, nor do tracing headers reach third parties."""

from __future__ import annotations

import inspect
import ssl
from importlib import import_module

import httpx
import pytest
import requests
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from outwarden.capture import around, clean_span, clean_tracer, conventions, otel, seam, spans, stand_ins, trace_headers
from outwarden.capture.trace_headers import TraceHeaders
from outwarden.testing import Reset
from outwarden.wiring.early import CLIENTS
from outwarden.wiring.inside import cleaner

REPORT = "/v2/company/report/BBCA/"

NOT_IN_CALLS = {
    *("Seam.close", "CleanSpan.__getattr__", "Tracing.__init__", "Tracing.uninstall", "TraceHeaders.__init__"),
    *("_PerClass.uninstall", "_AroundCalls.uninstall", "CleanProvider.retire", "BorrowedSpan.end"),
    # What OpenTelemetry itself needs of any span, and what we raise in their place is raised by nobody else.
    *("CleanSpan.__init__", "CleanSpan.end", "CleanSpan.get_span_context", "CleanSpan.is_recording"),
    *("Around.__enter__", "Around.__exit__", "around.leave", "CleanTracer.start_span"),
    *("CleanTracer.start_as_current_span", "_Suppressed.__enter__", "_Suppressed.__exit__", "seam._suppressed"),
    *("CleanSpan.set_attribute", "CleanSpan.set_attributes", "CleanSpan.set_status", "CleanSpan.record_exception"),
    "Tracing._try_to_open_seam",
    *("CleanSpan.add_event", "CleanSpan.update_name", "_Normalized.__init__", "_Normalized.__bool__"),
}
"""What no call runs through, or what catches the faults of the others."""


def functions():
    for module in (otel, clean_span, clean_tracer, conventions, around, seam, spans, stand_ins, trace_headers):
        for name, value in vars(module).items():
            if getattr(value, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(value):
                yield module, name
            elif inspect.isclass(value) and not issubclass(value, tuple) and value is not spans.Spans:
                for attribute, method in vars(value).items():
                    if inspect.isfunction(method):
                        yield value, attribute


def named(owner, name):
    return f"{owner.__name__.rpartition('.')[2]}.{name}"


CASES = [case for case in functions() if named(*case) not in NOT_IN_CALLS]


@pytest.fixture
def provider(monkeypatch):
    provider = TracerProvider()
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    yield provider
    provider.shutdown()


def calls(sectors):
    """What a program sees of a good call, a refused one and a broken one, with two clients."""
    headers = {"Authorization": sectors.key}
    trusted = ssl.create_default_context(cafile=sectors.ca_file)
    with requests.Session() as session, httpx.Client(headers=headers, verify=trusted) as client:
        session.headers.update(headers)
        session.verify = sectors.ca_file
        for get, failure in ((session.get, requests.ConnectionError), (client.get, httpx.RemoteProtocolError)):
            yield get(sectors.url + REPORT).json()["symbol"]
            yield get(sectors.url + "/v2/company/report/NOSUCH/").status_code
            sectors.faults.add(Reset())
            try:
                get(sectors.url + REPORT)
            except (failure, httpx.ReadError) as error:
                yield type(error).__name__


@pytest.mark.parametrize(("owner", "name"), CASES, ids=[named(*case) for case in CASES])
def test_a_fault_in(owner, name, sectors, provider, redactor, *, events, monkeypatch):
    """The program sees what it sees without us; nothing of our traces goes out."""
    without = list(calls(sectors))
    sectors.reset()
    made = []
    for client in ("requests", "httpx"):
        _, home, kind = CLIENTS[client]
        tracing = otel.Tracing("auto", cleaner(redactor), client, TraceHeaders())
        made.append(getattr(import_module(home), kind)(events.record, tracing))
        made[-1].install()

    def fault(*args, **kwargs):
        raise RuntimeError("a bug of ours")

    with monkeypatch.context() as broken:
        broken.setattr(owner, name, fault)
        try:
            assert list(calls(sectors)) == without
        finally:
            broken.undo()
            for hook in made:
                hook.uninstall()
    assert not any({"traceparent", "baggage"} & seen.headers.keys() for seen in sectors.seen)
