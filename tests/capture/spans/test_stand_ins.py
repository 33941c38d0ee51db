"""What stands in for functions of the official instrumentors says what they say."""

from __future__ import annotations

import copy
from contextvars import copy_context
from importlib import import_module

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.context import attach, detach, get_current, set_value
from opentelemetry.instrumentation import _semconv
from opentelemetry.instrumentation import aiohttp_client as of_aiohttp
from opentelemetry.instrumentation import httpx as of_httpx
from opentelemetry.instrumentation import requests as of_requests
from opentelemetry.instrumentation._semconv import _StabilityMode
from opentelemetry.instrumentation.utils import suppress_http_instrumentation, suppress_instrumentation
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from outwarden.capture import around, stand_ins
from outwarden.capture.clean_span import CleanSpan, TransparentSpan, UnseenSpan
from outwarden.capture.conventions import CONVENTIONS
from outwarden.capture.instrumentors import INSTRUMENTORS
from outwarden.capture.otel import Cleaner
from outwarden.capture.seam import open_seam
from outwarden.capture.stand_ins import STAND_INS

ADDRESSES = [
    *("http://host/a?b=c#d", "https://user:word@host:8443/x;y", "http://[::1]:80/", "//host", "/only/a/path", ""),
    *("http://HOST/", "http://host:/", "http://host:0/", "http://host?api_key=1&sig=2"),
]


def made(module, name):
    original = getattr(module, name)
    return original, STAND_INS[name](original)


@pytest.mark.parametrize("url", ADDRESSES)
def test_parsed_addresses(url):
    original, ours = made(of_requests, "urlparse")
    for _ in range(2):
        parsed = ours(url)
        assert parsed == original(url)
        for part in ("hostname", "port", "username", "password"):
            assert [getattr(parsed, part) for _ in range(2)] == [getattr(original(url), part)] * 2


def test_addresses_that_cannot_be_parsed():
    """They raise each time what they raise without us."""
    _, ours = made(of_requests, "urlparse")
    for _ in range(2):
        with pytest.raises(ValueError, match="Port"):
            _ = ours("http://host:70000/").port
        with pytest.raises(ValueError, match="Invalid IPv6"):
            ours("http://[::1/")


@pytest.mark.parametrize("everything", ["", "true"])
def test_methods(everything, monkeypatch):
    monkeypatch.setenv("OTEL_PYTHON_INSTRUMENTATION_HTTP_CAPTURE_ALL_METHODS", everything)
    original, ours = made(of_requests, "sanitize_method")
    methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]
    for method in (*methods, "get", "QUERY", "Purge", "", None):
        assert ours(method) == original(method)


def test_who_calls():
    original, ours = made(of_requests, "detect_synthetic_user_agent")
    for agent in ("python-requests/2", "Googlebot/2.1", "alwayson", None, ""):
        assert ours(agent) == original(agent)


def test_whether_spans_are_wanted():
    original, ours = made(of_requests, "is_http_instrumentation_enabled")
    assert ours() is original() is True
    token = attach(set_value("something else", 1))
    assert ours() is original() is True
    detach(token)
    for suppress in (suppress_http_instrumentation, suppress_instrumentation):
        with suppress():
            assert ours() is original() is False


def test_suppressing():
    _, ours = made(of_requests, "suppress_http_instrumentation")
    enabled = of_requests.is_http_instrumentation_enabled
    with ours():
        assert not enabled()
    assert enabled()
    token = attach(trace.set_span_in_context(TransparentSpan(SpanContext(1, 1, is_remote=False))))
    with ours():
        assert enabled()
    detach(token)


@pytest.mark.parametrize("kind", [httpx.Request, type("Own", (httpx.Request,), {})])
def test_what_is_read_off_a_request_of_httpx(kind):
    original, ours = made(of_httpx, "_extract_parameters")
    request = kind("POST", "https://host/ä?b=c d", content=b"x", headers={"a": "b"})
    assert ours((request,), {}, httpx) == original((request,), {}, httpx)


def test_what_is_read_off_a_request_of_another_make():
    """A second httpx under another name goes by the original."""
    _, ours = made(of_httpx, "_extract_parameters")
    old = (b"GET", (b"http", b"host", None, b"/"), [(b"a", b"b")], None, None)
    assert ours(old, {}, httpx) == old


@pytest.mark.parametrize(
    "headers",
    [httpx.Headers([("A", "1, 2"), ("a", "3")]), {"A": ["1"], "b": "2"}, [(b"A", b"1")], None, httpx.Headers()],
)
def test_headers_of_httpx(headers):
    original, ours = made(of_httpx, "_normalize_headers")
    expected, found = original(headers, httpx), ours(headers, httpx)
    assert dict(found.items()) == expected
    assert bool(found) is bool(expected)
    assert len(found) == len(expected)


def test_headers_of_httpx_that_nobody_captures():
    """Nothing is worked out for them."""
    asked = []
    found = STAND_INS["_normalize_headers"](lambda *args: asked.append(args))(httpx.Headers({"a": "b"}), httpx)
    assert of_httpx.get_custom_header_attributes(found, [], [], str) == {}
    assert asked == []


@pytest.mark.parametrize("span", [TransparentSpan, NonRecordingSpan])
def test_headers_that_go_out_with_httpx(span):
    """With spans of the program's own they do; nothing is touched with ours."""
    _, ours = made(of_httpx, "_inject_propagation_headers")
    request = httpx.Request("GET", "https://host/")
    before = request.headers
    token = attach(trace.set_span_in_context(span(SpanContext(1, 1, is_remote=False, trace_flags=TraceFlags(1)))))
    ours(before, (request,), {}, httpx)
    detach(token)

    assert (request.headers is before) is (span is TransparentSpan)
    assert ("traceparent" in request.headers) is (span is NonRecordingSpan)


SETTERS = [name for name in CONVENTIONS if name != "_set_http_method" and "status" not in name]


@pytest.mark.parametrize("mode", _StabilityMode)
@pytest.mark.parametrize("value", ["http://host/", "", None])
@pytest.mark.parametrize("name", SETTERS)
def test_setters(name, value, mode):
    original, ours = made(_semconv, name)
    expected, found = {"before": 1}, {"before": 1}
    original(expected, value, mode)
    ours(found, value, mode)
    assert found == expected


@pytest.mark.parametrize("mode", _StabilityMode)
@pytest.mark.parametrize(
    "methods", [("GET", "GET"), ("get", "GET"), ("PURGE", "_OTHER"), (" GET", "GET"), ("X", "X"), ("", "")]
)
def test_setting_the_method(methods, mode):
    original, ours = made(_semconv, "_set_http_method")
    expected, found = {}, {}
    original(expected, *methods, mode)
    ours(found, *methods, mode)
    assert found == expected


@pytest.mark.parametrize("mode", _StabilityMode)
@pytest.mark.parametrize("code", [-1, 0, 99, 100, 200, 204, 301, 399, 400, 404, 503])
def test_setting_the_status(code, mode):
    """On a span of ours and on one of the SDK."""
    found = []
    for function in made(_semconv, "_set_status"):
        for wrapped in (True, False):
            attributes = {}
            options = {"server_span": False, "sem_conv_opt_in_mode": mode}
            found.append((attributes, *told(wrapped, function, attributes, code, str(code), **options)))
    assert found[0] == found[1] == found[2] == found[3]


@pytest.mark.parametrize("mode", _StabilityMode)
@pytest.mark.parametrize("code", [99, 100, 200, 399, 400, 503, "200", "204 "])
@pytest.mark.parametrize("module", [of_requests, of_aiohttp], ids=["requests", "aiohttp"])
def test_setting_the_status_of_an_answer(module, code, mode):
    """Also where the code is no number yet, and where nobody measures."""
    for rest in (({}, mode), (None, mode), ({},), ()):
        found = []
        for function in made(module, "_set_http_status_code_attribute"):
            for wrapped in (True, False):
                given = copy.deepcopy(rest)
                found.append((given[:1], *told(wrapped, function, code, *given)))
        assert found[0] == found[1] == found[2] == found[3]


def told(wrapped, function, *args, **options):
    """Let a function set what it likes on a span, of ours or of the SDK; gives what that has then."""
    real = TracerProvider(shutdown_on_exit=False).get_tracer("test").start_span("GET")
    span = CleanSpan(real, Cleaner(None, str, str, object), "test") if wrapped else real
    function(span, *args, **options)
    span.end()
    return dict(real.attributes), real.status.status_code, real.status.description


def test_captured_headers():
    original, ours = made(of_requests, "get_custom_header_attributes")
    headers = {"a": "1", "b": ["2"]}
    for captured in (None, [], ["a.*"], [".*"]):
        assert ours(headers, captured, ["b"], str.upper) == original(headers, captured, ["b"], str.upper)


def test_each_stands_in_for_something():
    """A new version of the packages that has none of these names would make ours useless without anybody noticing."""
    modules = [import_module(known.module) for known in INSTRUMENTORS.values()]
    assert all(any(hasattr(module, name) for module in modules) for name in STAND_INS)


def test_they_go_when_the_seam_closes():
    before = vars(of_httpx).copy()
    seam = open_seam(of_httpx, None)
    assert of_httpx._extract_parameters is not before["_extract_parameters"]
    assert of_httpx._extract_parameters.__module__ == stand_ins.__name__
    seam.close()
    assert vars(of_httpx) == before


@pytest.mark.parametrize("suppressing", [True, False])
def test_suppressing_twice(suppressing):
    """Within a context that suppresses already nothing is left to do."""
    _, ours = made(of_requests, "suppress_http_instrumentation")
    enabled = of_requests.is_http_instrumentation_enabled
    with UnseenSpan(trace.INVALID_SPAN_CONTEXT, "test") as span:
        assert trace.get_current_span() is around.current_span() is span
    span.suppressing = suppressing
    with span:
        assert enabled() is not suppressing
        with ours(), ours():
            assert not enabled()
        assert enabled() is not suppressing
    assert enabled()
    assert around.current_span() is trace.INVALID_SPAN


def test_a_block_that_is_left_in_another_context(caplog):
    """OpenTelemetry says so, and nothing is raised."""
    span = UnseenSpan(trace.INVALID_SPAN_CONTEXT, "test")
    copy_context().run(span.__enter__)
    span.__exit__(None, None, None)
    assert "Failed to detach context" in caplog.text


def test_the_context_is_that_of_opentelemetry():
    token = attach(set_value("mine", 1))
    assert around.get_current() is get_current()
    detach(token)
    assert around.get_current() is get_current()
