"""Exporters that a program has configured itself get no key from a call that failed, whichever client and order."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

KEY = "abcdef0123456789" * 2

INSTRUMENTORS = {
    "requests": "requests.RequestsInstrumentor",
    "httpx": "httpx.HTTPXClientInstrumentor",
    "httpx async": "httpx.HTTPXClientInstrumentor",
    "urllib3": "urllib3.URLLib3Instrumentor",
    "aiohttp": "aiohttp_client.AioHttpClientInstrumentor",
}

CALLS = {
    "requests": "import requests; requests.get(url, timeout=5)",
    "httpx": "import httpx; httpx.get(url)",
    "httpx async": """
import asyncio, httpx
async def call():
    async with httpx.AsyncClient() as client:
        await client.get(url)
asyncio.run(call())
""",
    "urllib3": "import urllib3; urllib3.PoolManager().request('GET', url, retries=False)",
    "aiohttp": """
import asyncio, aiohttp
async def call():
    async with aiohttp.ClientSession() as session:
        await session.get(url)
asyncio.run(call())
""",
}

PROGRAM = """
import sys
from importlib import import_module
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

url, instrumentor, call, *steps = sys.argv[1:]
exporter, provider = InMemorySpanExporter(), TracerProvider()
trace.set_tracer_provider(provider)

def instrument():
    module, kind = instrumentor.split(".")
    getattr(import_module("opentelemetry.instrumentation." + module), kind)().instrument()

def export():
    provider.add_span_processor(SimpleSpanProcessor(exporter))

def watch():
    import outwarden
    outwarden.install()

for step in steps:
    globals()[step]()
try:
    exec(call, {"url": url})
except Exception:
    pass
for span in exporter.get_finished_spans():
    print(span.to_json(indent=None))
"""


@pytest.fixture
def spans_of(tmp_path, free_port):
    """Run a program whose call fails; give what its exporter got."""

    def spans_of(client, *steps):
        url = f"http://127.0.0.1:{free_port}/v2/tags/?apikey={KEY}"
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, url, INSTRUMENTORS[client], CALLS[client], *steps],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
            env=os.environ | {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)},
            check=True,
        )
        return done.stdout

    return spans_of


@pytest.mark.integration
@pytest.mark.parametrize(
    "steps",
    [("export", "instrument", "watch"), ("watch", "instrument", "export")],
    ids=["before us", "after us"],
)
@pytest.mark.parametrize("client", CALLS)
def test_the_programs_own_exporter_gets_no_key(spans_of, client, steps):
    """Its instrumentor and its span processor were there first, or came later."""
    spans = spans_of(client, *steps)

    assert '"status_code": "ERROR"' in spans
    assert "127.0.0.1" in spans
    assert KEY not in spans


@pytest.mark.integration
@pytest.mark.parametrize("client", CALLS)
def test_without_us_the_exporter_gets_the_key(spans_of, client):
    """So the test above can fail."""
    assert KEY in spans_of(client, "export", "instrument")
