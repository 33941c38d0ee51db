"""What OpenTelemetry's environment variables and packages decide."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from outwarden.capture.instrumentors import INSTRUMENTORS

REPORT = "/v2/company/report/BBCA/"
TEMPLATE = "/v2/company/report/{symbol}/"


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


ALWAYS = """
import sys, requests, outwarden
outwarden.install()
requests.get(sys.argv[1] + "/v2/tags/", verify=False)
print("opentelemetry.instrumentation.requests" in sys.modules, "opentelemetry.sdk.trace" in sys.modules)
"""


def test_ids_need_no_sdk(sectors, tmp_path):
    """Where the program has no tracer provider, nothing of an SDK is loaded for the ids in its events."""
    environ = {
        **os.environ,
        "OUTWARDEN_APIS_SECTORS_HOSTS": sectors.netloc,
        "OUTWARDEN_JOURNAL_DIR": str(tmp_path / "journal"),
        "OUTWARDEN_CAPTURE_TRACES": "always",
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [sys.executable, "-c", ALWAYS, sectors.url], env=environ, capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.split() == ["True", "False"], done.stderr
    lines = [line for file in (tmp_path / "journal").rglob("*.jsonl") for line in file.read_bytes().splitlines()]
    assert len(lines) == 1
    assert b'"trace_id":"' in lines[0]
