"""Every official instrumentor, every convention, and a processor that passes spans on when they start: no key in any of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration

KEY = "abcdef0123456789" * 2
SCOPES = ("requests", "httpx", "aiohttp_client", "urllib3", "urllib")

PROGRAM = """
import asyncio, json, os, sys, urllib.request
import aiohttp, httpx, requests, urllib3
from opentelemetry import baggage, context, trace
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.urllib import URLLibInstrumentor
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

url, nobody, watched = sys.argv[1], sys.argv[2], sys.argv[3]
key = os.environ["PROGRAM_KEY"]

class Passing(SpanProcessor):
    def on_start(self, span, parent_context=None):
        self.tell("start", span)

    def on_end(self, span):
        self.tell("end", span)

    def tell(self, when, span):
        print(json.dumps({"when": when, "scope": span.instrumentation_scope.name, "span": span.to_json(indent=None)}))

provider = TracerProvider()
provider.add_span_processor(Passing())
trace.set_tracer_provider(provider)
kinds = (RequestsInstrumentor, HTTPXClientInstrumentor, AioHttpClientInstrumentor, URLLib3Instrumentor, URLLibInstrumentor)

def hook(span, *_):
    span.set_attribute("program.url", f"{url}/?token={key}")
    span.update_name(f"GET /v2/tags/?token={key}")
    span.add_event(f"asking with token={key}", {"http.url": f"{url}/?token={key}"})

def instrument():
    for kind in kinds:
        if kind is not RequestsInstrumentor:
            kind().instrument(request_hook=hook)

def watch():
    if watched != "no":
        import outwarden
        outwarden.install()

if watched == "first":
    watch()
instrument()
if watched != "first":
    watch()

def quietly(call):
    try:
        call()
    except Exception:
        pass

async def ask_async(address, headers):
    async with aiohttp.ClientSession(headers=headers) as session, session.get(address) as answer:
        answer.raise_for_status()

def by_urllib(address, headers):
    urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5).read()

def by_httpx(address, headers):
    httpx.get(address, headers=headers, follow_redirects=True).raise_for_status()

clients = [
    by_urllib,
    by_httpx,
    lambda address, headers: asyncio.run(ask_async(address, headers)),
    lambda address, headers: urllib3.PoolManager().request("GET", address, headers=headers, retries=False),
    lambda address, headers: requests.get(address, headers=headers, timeout=5).raise_for_status(),
]
host = url.removeprefix("http://")
headers = {"Authorization": f"Bearer {key}", "X-Api-Key": key, "Cookie": f"session={key}"}
context.attach(baggage.set_baggage("who", "me"))
for number, call in enumerate(clients):
    if number == len(clients) - 1:  # below requests urllib3 would make the spans
        URLLib3Instrumentor().uninstrument()
        RequestsInstrumentor().instrument(request_hook=hook)
    for address in (
        f"{url}/v2/tags/?apikey={key}&limit=5",
        f"{url}/v2/{key}/?X-Amz-Signature={key}&sig={key}#token={key}",
        f"http://user:{key}@{host}/v2/tags/",
        f"{url}/redirect",
        f"{nobody}/v2/tags/?apikey={key}",
        f"http://{key}.invalid/v2/tags/",
    ):
        quietly(lambda: call(address, headers))
    quietly(lambda: call(f"{url}/v2/tags/", {"Authorization": key + "\\n"}))
if watched != "no":
    from outwarden import tally
    sys.exit(tally.snapshot()["internal_error"])
"""


@pytest.fixture
def server(answering):
    """Answers with a key in the headers, and redirects with a token."""
    always = {"Set-Cookie": f"session={KEY}", "WWW-Authenticate": f'Bearer error="invalid", token="{KEY}"'}

    def answer(path, headers, body):
        if path == "/redirect":
            return 302, {"Location": f"/v2/tags/?token={KEY}", **always}, b""
        return 200, always, b""

    return answering(answer)


@pytest.fixture
def told(server, free_port, tmp_path):
    """Run the program; give all that its processor was shown."""

    def told(watched, conventions):
        captured = {
            f"OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_{which}": ".*" for which in ("REQUEST", "RESPONSE")
        }
        environ = captured | {"PROGRAM_KEY": KEY, "OTEL_SEMCONV_STABILITY_OPT_IN": conventions}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, server, f"http://127.0.0.1:{free_port}", watched],
            capture_output=True,
            text=True,
            timeout=380,
            cwd=tmp_path,
            env=os.environ | environ | {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)},
            check=True,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    return told


def leaks(told):
    return {(one["when"], one["scope"].rpartition(".")[2]) for one in told if KEY in one["span"]}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("conventions", ["", "http", "http/dup"])
@pytest.mark.parametrize("watched", ["first", "last"])
def test_no_key_in_any_span(told, watched, conventions):
    """In addresses, headers, redirects, errors, names, events, and what the program's own hooks add."""
    spans = told(watched, conventions)

    assert leaks(spans) == set()
    found = [json.loads(one["span"]) for one in spans if one["when"] == "end"]
    texts = [json.dumps(span) for span in found]
    assert {one["scope"].rpartition(".")[2] for one in spans} == set(SCOPES)
    assert sum("limit=5" in text for text in texts) == len(SCOPES)
    key, other = ("url.full", "http.url") if conventions == "http" else ("http.url", "url.full")
    assert all(key in span["attributes"] for span in found)
    assert any(other in span["attributes"] for span in found) is (conventions == "http/dup")
    assert any('"http.response.header.content_length": ["0"]' in text for text in texts)


@pytest.mark.timeout(400)
def test_without_us_they_hold_the_key(told):
    """So the test above can fail, for each of them, when a span starts and when it ends."""
    assert leaks(told("no", "http/dup")) == {(when, scope) for when in ("start", "end") for scope in SCOPES}
