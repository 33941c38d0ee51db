"""Each client in turn, the program's tracer provider, its own instrumentor, and our hooks."""

from __future__ import annotations

from importlib import import_module

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from outwarden.capture import otel
from outwarden.capture.instrumentors import INSTRUMENTORS
from outwarden.capture.trace_headers import TraceHeaders
from outwarden.wiring.early import CLIENTS
from outwarden.wiring.inside import cleaner


class Requests:
    """`requests.Session`."""

    def __init__(self, sectors) -> None:
        self.headers = {"Authorization": sectors.key}
        self.ca_file = sectors.ca_file

    def get(self, url):
        import requests

        with requests.Session() as session:
            session.headers.update(self.headers)
            answer = session.get(url, verify=self.ca_file, timeout=5)
            return answer.status_code, answer.content


@pytest.fixture(params=["requests", "httpx", "httpx-async", "aiohttp", "urllib3"])
def client(request, sectors, drivers):
    """Each client in turn; `name` is what `capture.clients` calls it."""
    made = (drivers | {"requests": Requests})[request.param](sectors)
    made.name = request.param.removesuffix("-async")
    return made


@pytest.fixture
def pristine(client):
    """Whatever a test leaves behind of two wrappers that were taken off out of turn is gone afterwards."""
    places = places_of(client.name)
    before = [(owner, name, owner.__dict__[name]) for owner, name in places]
    yield
    for owner, name, found in before:
        setattr(owner, name, found)


@pytest.fixture
def official(client, pristine):
    """The program's own instrumentor of this client; off at the end."""
    known = INSTRUMENTORS[client.name]
    instrumentor = getattr(import_module(known.module), known.kind)()
    yield instrumentor
    if instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.uninstrument()


@pytest.fixture
def provide(monkeypatch):
    """Give the program a tracer provider with an exporter that keeps what it gets."""
    made = []

    def provide():
        exporter = InMemorySpanExporter()
        made.append(TracerProvider())
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
def install(client, redactor, events, request):
    """Install the client's hook; everything is as it was at the end."""
    module, home, name = CLIENTS[client.name]
    import_module(module)
    before = [owner.__dict__[name] for owner, name in places_of(client.name)]
    made = []

    def install(mode="auto", **headers):
        tracing = otel.Tracing(mode, cleaner(redactor), client.name, TraceHeaders(**headers))
        made.append(getattr(import_module(home), name)(events.record, tracing))
        made[-1].install()
        return made[-1]

    yield install
    for hook in made:
        hook.uninstall()
    if "official" not in request.fixturenames:
        assert [owner.__dict__[name] for owner, name in places_of(client.name)] == before


def places_of(name):
    """What we and the official instrumentor of a client replace."""
    import aiohttp
    import httpx
    import requests
    import urllib3

    places = {
        "requests": [(requests.Session, "send")],
        "httpx": [(httpx.HTTPTransport, "handle_request"), (httpx.AsyncHTTPTransport, "handle_async_request")],
        "urllib3": [(urllib3.HTTPConnectionPool, "urlopen"), (urllib3.PoolManager, "urlopen")],
        "aiohttp": [(aiohttp.ClientSession, "__init__"), (aiohttp.ClientSession, "_request")],
    }
    return [*places[name], (import_module(INSTRUMENTORS[name].module), "inject")]


@pytest.fixture
def all_hooks(redactor, events):
    """Every client's hook at once, as in a program."""
    made = []

    def all_hooks(**headers):
        for name, (module, home, kind) in CLIENTS.items():
            import_module(module)
            tracing = otel.Tracing("auto", cleaner(redactor), name, TraceHeaders(**headers))
            made.append(getattr(import_module(home), kind)(events.record, tracing))
            made[-1].install()

    yield all_hooks
    for hook in reversed(made):
        hook.uninstall()
