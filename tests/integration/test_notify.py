"""What people get, from the journal to their door, through kills and outages."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import msgspec
import pytest

from outwarden.config import Config
from outwarden.event import SCHEMA, CallEvent, ids, timestamp
from outwarden.journal import Journal, places
from outwarden.testing import LocalAws
from outwarden.testing.certificate import Authority

pytestmark = pytest.mark.integration

REGION = "ap-southeast-3"
KEY = os.urandom(16).hex()


class PagerDuty:
    """An HTTPS server that takes events; it can be told to hang, and to be out of order."""

    def __init__(self, context, port=0):
        pager = self
        self.events = []
        self.arrived = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.go_on.set()
        self.status = 202

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                pager.events.append(event)
                pager.arrived.release()
                pager.go_on.wait(20)
                try:
                    self.send_response(pager.status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # whoever asked was killed

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._server.handle_error = lambda *_: None
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.go_on.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def authority():
    found = Authority()
    yield found
    found.close()


@pytest.fixture
def sidecar(tmp_path, authority):
    """Start sidecars with a configuration, and end them; their own log is kept."""
    started = []
    environ = {**os.environ, "SSL_CERT_FILE": str(authority.ca_file), "PAGER_KEY": KEY}

    def start(notify, **more):
        file = tmp_path / "config.yaml"
        file.write_bytes(msgspec.yaml.encode({"service": "portfolio", "env": "prod", "notify": notify, **more}))
        with (tmp_path / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "outwarden", "sidecar", "--config", str(file)],
                env=environ,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def journal():
    with closing(Journal(places(Config()).journal, "portfolio")) as found:
        yield found


def fail(journal, times=11):
    for _ in range(times):
        journal.append(
            CallEvent(
                ts=timestamp(time.time()),
                event_id=ids.new(),
                call_id=ids.new(),
                attempt=1,
                api="sectors",
                method="GET",
                host="api.sectors.app",
                route="/v2/daily/{symbol}/",
                outcome="client_error",
                status=404,
                reason="unknown_symbol",
                trace_id="4bf92f3577b34da6a3ce929d0e0e4736",
                service="portfolio",
                env="prod",
                pid=1,
                schema=SCHEMA,
            )
        )


def pager(server):
    return {"kind": "pagerduty", "routing_key": "env:PAGER_KEY", "url": f"https://127.0.0.1:{server.port}/v2/enqueue"}


def outcomes():
    with closing(sqlite3.connect(places(Config()).db)) as connection:
        return [row[0] for row in connection.execute("SELECT outcome FROM delivery")]


def until(condition, timeout_s=60):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


def test_a_kill_between_telling_and_noting_tells_the_same_incident_again(authority, sidecar, journal, tmp_path):
    """PagerDuty got the event, the sidecar is killed before it knows: the next one sends it with the same key."""
    with PagerDuty(authority.context("valid")) as server:
        server.go_on.clear()
        fail(journal)
        process = sidecar(
            {"pager": pager(server)}, default_alarms=False, alarms=[{"name": "High4XXErrors", "metric": "4XXError"}]
        )
        assert server.arrived.acquire(timeout=60)
        process.kill()
        process.wait()
        assert outcomes() == [None]

        server.go_on.set()
        process = sidecar(
            {"pager": pager(server)}, default_alarms=False, alarms=[{"name": "High4XXErrors", "metric": "4XXError"}]
        )
        until(lambda: outcomes() == ["delivered"])
        process.terminate()
        process.wait()
        first, second = server.events

    assert first == second
    assert (first["routing_key"], first["event_action"]) == (KEY, "trigger")
    assert first["dedup_key"] == "outwarden/prod/portfolio/High4XXErrors"
    details = first["payload"]["custom_details"]
    assert details["routes"] == "/v2/daily/{symbol}/ (11)"
    assert details["reasons"] == "unknown_symbol (11)"
    assert details["trace"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert KEY not in (tmp_path / "log").read_text()


def test_an_outage_loses_nothing_and_a_channel_that_refuses_holds_nobody(authority, sidecar, journal, tmp_path):
    """One door is shut, one refuses, one is out of order for a while: each gets what it can take, in order."""
    alarms = [
        {"name": "First", "metric": "4XXError", "threshold": 10, "notify": ["good", "strict", "late", "shut"]},
        {"name": "Second", "metric": "Calls", "threshold": 20, "notify": ["good", "strict", "late", "shut"]},
    ]
    with ExitStack() as stack:
        good, strict, late = (stack.enter_context(PagerDuty(authority.context("valid"))) for _ in range(3))
        stranger = stack.enter_context(PagerDuty(authority.context("unknown_ca")))
        strict.status, late.status = 400, 503
        notify = {"good": pager(good), "strict": pager(strict), "late": pager(late), "shut": pager(stranger)}
        process = sidecar(notify, default_alarms=False, alarms=alarms)
        fail(journal, 11)
        until(lambda: len(good.events) == 1 and len(strict.events) == 1 and len(late.events) >= 1)
        fail(journal, 11)
        until(lambda: len(good.events) == 2 and len(strict.events) == 2)
        late.status = 202
        until(lambda: [event["payload"]["class"] for event in late.events][-1:] == ["Second"])
        until(lambda: outcomes().count("delivered") == 4)
        process.terminate()
        process.wait()

        assert [event["payload"]["class"] for event in good.events] == ["First", "Second"]
        told = [event["payload"]["class"] for event in late.events]
        assert told == ["First"] * (len(told) - 1) + ["Second"]
        assert stranger.events == []
        assert (
            sorted(map(str, outcomes())) == ["None"] * 2 + ["delivered"] * 4 + ["refused: PagerDuty answered 400"] * 2
        )
    assert KEY not in (tmp_path / "log").read_text()


def test_a_topic_that_the_sidecar_tells_gets_cloudwatchs_message(sidecar, journal):
    """Published by the sidecar, delivered by a local AWS to a queue."""
    with LocalAws() as aws:

        def client(service):
            return boto3.client(service, region_name=REGION, endpoint_url=aws.endpoint_url)

        sqs, sns = client("sqs"), client("sns")
        topic = sns.create_topic(Name="NotifyTeam")["TopicArn"]
        queue = sqs.create_queue(QueueName="Inbox")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        sidecar(
            {"team": {"kind": "sns", "publisher": "sidecar"}, "aws": {"kind": "sns"}},
            sinks={"cloudwatch": {"region": REGION, "endpoint_url": aws.endpoint_url}},
            default_alarms=False,
            alarms=[{"name": "High4XXErrors", "metric": "4XXError"}],
        )
        fail(journal)
        [one] = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=15)["Messages"]
        envelope = json.loads(one["Body"])
        told = json.loads(envelope["Message"])
        until(lambda: outcomes() == ["delivered"])

    assert envelope["Subject"] == f'ALARM: "High4XXErrors" in {REGION}'
    assert envelope["TopicArn"] == topic
    assert (told["AlarmName"], told["NewStateValue"], told["OldStateValue"]) == ("High4XXErrors", "ALARM", "OK")
    assert "4XXError was 11 in 5 minutes" in told["NewStateReason"]
    assert "routes: /v2/daily/{symbol}/ (11)" in told["AlarmDescription"]
