"""Spans of every client: one per call, clean, without headers for third parties, whoever sets up tracing and when."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module

import pytest
from opentelemetry import baggage, context, trace
from opentelemetry.instrumentation.utils import suppress_http_instrumentation, suppress_instrumentation
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

import outwarden
from outwarden.capture import otel
from outwarden.capture.instrumentors import INSTRUMENTORS
from outwarden.capture.trace_headers import TraceHeaders
from outwarden.polite import unwatched
from outwarden.testing import Redirect, Refusal, Reset
from outwarden.wiring.early import CLIENTS
from outwarden.wiring.inside import cleaner

REPORT = "/v2/company/report/BBCA/"
TEMPLATE = "/v2/company/report/{symbol}/"
HEADERS = {"traceparent", "tracestate", "baggage"}


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


@pytest.mark.parametrize(
    ("variable", "value"), [("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "flask, {}"), ("OTEL_SDK_DISABLED", "True")]
)
def test_switched_off_by_the_environment(client, sectors, exported, install, *, events, monkeypatch, variable, value):
    """No spans of ours, events as always."""
    monkeypatch.setenv(variable, value.format(INSTRUMENTORS[client.name].name))
    install("always")
    client.get(sectors.url + REPORT)

    assert exported.get_finished_spans() == ()
    assert events.only.status == 200


def test_conventions_of_the_environment(client, sectors, exported, install, monkeypatch):
    """OTEL_SEMCONV_STABILITY_OPT_IN chooses; the address is clean under its old name as well."""
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "other")
    install()
    client.get(sectors.url + REPORT + f"?apikey={sectors.key}")

    (span,) = exported.get_finished_spans()
    assert span.attributes["http.url"].endswith("apikey=REDACTED")
    assert "url.full" not in span.attributes
    assert span.name == f"GET {TEMPLATE}"


def test_a_missing_package_is_said_once(client, sectors, exported, install, *, events, monkeypatch, caplog):
    """Where the official instrumentation is not installed, the log says what to install; events are there."""
    known = INSTRUMENTORS[client.name]
    install()
    with monkeypatch.context() as missing:
        missing.setitem(sys.modules, known.module, None)
        client.get(sectors.url + REPORT)
        client.get(sectors.url + REPORT)

    assert [event.status for event in events] == [200, 200]
    if known.extra is not None:
        assert caplog.text.count(f"pip install 'outwarden[{known.extra}]'") == 1


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
    """Its spans and headers stay its own; ours do not take their place."""
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
    assert len(spans) == len(events)
    assert spans[-1].instrumentation_scope.name == "opentelemetry.instrumentation.urllib3"
    assert "traceparent" in sectors.seen[-1].headers


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


def test_default_headers_of_a_pool_stay(sectors, exported, all_hooks):
    """The official instrumentor of urllib3 loses them; ours does not."""
    import urllib3

    all_hooks()
    host, port = sectors.netloc.rsplit(":", 1)
    own = {"Authorization": sectors.key}
    with urllib3.HTTPSConnectionPool(host, int(port), ca_certs=sectors.ca_file, headers=own) as pool:
        assert [pool.request("GET", REPORT).status for _ in range(2)] == [200, 200]

    assert len(exported.get_finished_spans()) == 2


EXCLUDED = """
import asyncio, sys, aiohttp, httpx, requests, urllib3
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(exporter))
import outwarden
outwarden.install()
url = sys.argv[1]
def everywhere(path):
    requests.get(url + path, verify=False)
    httpx.get(url + path, verify=False)
    async def get():
        async with aiohttp.ClientSession() as session, session.get(url + path, ssl=False): pass
    asyncio.run(get())
    urllib3.PoolManager(cert_reqs="CERT_NONE").request("GET", url + path)
everywhere("/v2/tags/")
everywhere("/v2/subsectors/")
print(sorted(f"{s.instrumentation_scope.name.rpartition('.')[2]} {s.attributes['url.template']}" for s in exporter.get_finished_spans()))
"""


@pytest.mark.parametrize(
    ("variable", "left"),
    [
        ("OTEL_PYTHON_EXCLUDED_URLS", ["aiohttp_client", "httpx", "requests", "urllib3"]),
        ("OTEL_PYTHON_HTTPX_EXCLUDED_URLS", ["httpx"]),
    ],
)
def test_addresses_that_are_excluded(sectors, tmp_path, variable, left):
    """OTEL_PYTHON_EXCLUDED_URLS and its forms for one client hold for spans; events are written all the same."""
    journal = tmp_path / "journal"
    environ = {
        **os.environ,
        variable: "v2/tags",
        "OUTWARDEN_APIS_SECTORS_HOSTS": sectors.netloc,
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [sys.executable, "-c", EXCLUDED, sectors.url],
        env=environ | {"OUTWARDEN_JOURNAL_DIR": str(journal)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    scopes = ["aiohttp_client", "httpx", "requests", "urllib3"]
    expected = [f"{scope} /v2/subsectors/" for scope in scopes]
    expected += [f"{scope} /v2/tags/" for scope in scopes if scope not in left]
    assert done.stdout.strip() == str(sorted(expected)), done.stderr
    lines = [line for file in journal.rglob("*.jsonl") for line in file.read_bytes().splitlines()]
    assert len(lines) == 8
