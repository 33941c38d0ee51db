"""A traced program below `outwarden run`: nothing of its tracing changes, and the summary says what went to third parties."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from outwarden.config import Config
from outwarden.event import CallEvent, decode
from outwarden.journal import places

pytestmark = pytest.mark.integration

PROGRAM = """
import asyncio, os
import aiohttp, httpx, requests
from opentelemetry import trace
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
import outwarden

url, headers = os.environ["SECTORS_URL"], {"Authorization": os.environ["SECTORS_API_KEY"]}
exporter = InMemorySpanExporter()
mine = TracerProvider()
mine.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(mine)
RequestsInstrumentor().instrument()
assert trace.get_tracer_provider() is mine

def get(path):
    requests.get(url + path, headers=headers)
    httpx.get(url + path, headers=headers)
    async def ask():
        async with aiohttp.ClientSession(headers=headers) as session, session.get(url + path):
            pass
    asyncio.run(ask())

with trace.get_tracer("program").start_as_current_span("work"), outwarden.user("ann"), outwarden.call(name="everything"):
    get("/v2/company/report/BBCA/?apikey=" + os.environ["SECTORS_API_KEY"])
assert trace.get_tracer_provider() is mine
for span in exporter.get_finished_spans():
    print(span.to_json(indent=None))
"""


def test_a_program_that_traces(sectors, tmp_path, monkeypatch):
    """One span a call, all clean, in the program's own provider; only its own instrumentor sends headers, and that is said."""
    monkeypatch.setenv("SECTORS_API_KEY", sectors.key)
    monkeypatch.setenv("SECTORS_URL", sectors.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(sectors.ca_file))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sectors.ca_file))
    monkeypatch.setenv("OUTWARDEN_APIS_SECTORS_HOSTS", sectors.netloc)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "portfolio")
    summary = tmp_path / "summary.json"
    command = (
        sys.executable,
        "-m",
        "outwarden",
        "run",
        "--json-summary",
        str(summary),
        "--",
        sys.executable,
        "-c",
        PROGRAM,
    )
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stderr

    *spans, work = [json.loads(line) for line in done.stdout.splitlines()]
    files = places(Config()).history.rglob("*.jsonl")
    events = [
        e for file in files for line in file.read_bytes().splitlines() if isinstance(e := decode(line), CallEvent)
    ]
    assert [span["context"]["span_id"] for span in spans] == [f"0x{event.span_id}" for event in events]
    assert {span["parent_id"] for span in spans} == {work["context"]["span_id"]}
    assert {span["attributes"]["url.template"] for span in spans} == {"/v2/company/report/{symbol}/"}
    assert {span["attributes"]["enduser.pseudo.id"] for span in spans} == {event.user for event in events}
    assert [event.attempt for event in events] == [1, 2, 3]
    assert {(event.service, event.call_name) for event in events} == {("portfolio", "everything")}
    assert sectors.key not in done.stdout + done.stderr
    assert ["traceparent" in seen.headers for seen in sectors.seen] == [True, False, False]
    assert json.loads(summary.read_text())["calls"]["traces_sent"] == 1
    assert "tracing headers: 1 call took them to third parties" in done.stderr
