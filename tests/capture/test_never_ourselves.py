"""We never watch ourselves: with all hooks in place, what ships events and spans makes neither."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
import urllib3

from outwarden.capture.otel import is_suppressed
from outwarden.config.sinks import CloudWatchSink as Settings
from outwarden.event import CallEvent, encode, ids, timestamp
from outwarden.journal.tail import Record
from outwarden.sinks.cloudwatch import CloudWatchSink
from outwarden.testing.cloudwatch import CloudWatchLogs

REPORT = "/v2/company/report/BBCA/"


@pytest.fixture
def collector():
    """What takes spans over HTTP; gives its address and what arrived."""
    arrived = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            arrived.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", arrived
        server.shutdown()
        thread.join()


def test_the_sink_for_cloudwatch(hooks, events):
    """boto3 on botocore on urllib3, which is hooked: no event, also not for its retries."""
    event = CallEvent(
        ts=timestamp(time.time()),
        event_id=ids.new(),
        call_id=ids.new(),
        attempt=1,
        api="sectors",
        method="GET",
        host="api.sectors.app",
        outcome="ok",
        status=200,
        service="test",
        env="test",
        pid=1,
        schema=1,
    )
    with CloudWatchLogs() as cloud:
        sink = CloudWatchSink(Settings(endpoint_url=cloud.url, region="ap-southeast-3"))
        sink.ship([Record(event, encode(event))])
        sink.close()

        assert len(cloud.messages()) == 1
    assert events == []


@pytest.mark.usefixtures("hooks")
@pytest.mark.parametrize("client", ["requests", "urllib3"])
def test_an_exporter_of_spans(client, sectors, session, events, collector):
    """The SDK marks the thread that exports: its calls make no event, with whatever client it sends."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

    url, arrived = collector
    marked = []

    class Exporter(SpanExporter):
        def export(self, spans):
            marked.append(is_suppressed())
            if client == "requests":
                requests.post(url, data=b"spans", timeout=5)
            else:
                with urllib3.PoolManager() as manager:
                    manager.request("POST", url, body=b"spans")
            return SpanExportResult.SUCCESS

    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(Exporter()))
    with provider.get_tracer("test").start_as_current_span("work"):
        session.get(sectors.url + REPORT)
    provider.shutdown()

    assert marked == [True]
    assert arrived == [b"spans"]
    assert events.only.route == "/v2/company/report/{symbol}/"


def test_suppressed_by_the_program(client, sectors, hooks, events):
    """What the program tells OpenTelemetry to leave alone, we leave alone."""
    from opentelemetry.instrumentation.utils import suppress_instrumentation

    with suppress_instrumentation():
        client.get(sectors.url + REPORT)

    assert events == []
