"""The whole way of an alarm, from the journal to the people, while the sidecar is killed again and again."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import msgspec
import pytest

from outwarden.config import Config
from outwarden.config.load import load
from outwarden.event import SCHEMA, CallEvent, ids, timestamp
from outwarden.journal import Journal, places
from outwarden.meter import Series, windows
from outwarden.notify import outbox
from outwarden.provision import apply
from outwarden.testing import LocalAws

pytestmark = pytest.mark.integration

REGION = "ap-southeast-3"
KILLS = 6
CALLS = 3000


@pytest.fixture
def hook():
    """A webhook's receiver."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.server.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def config(tmp_path, hook):
    with LocalAws() as local_aws:
        file = tmp_path / "config.yaml"
        settings = {
            "service": "portfolio",
            "env": "prod",
            "sinks": {"cloudwatch": {"region": REGION, "endpoint_url": local_aws.endpoint_url}},
            "infra": {"kms": "none", "data_protection": "disabled"},  # the local AWS has neither
            "metrics": {"via": "put", "every_s": 1},
            "default_alarms": False,
            "alarms": [{"name": "High4XXErrors", "metric": "4XXError", "notify": ["chat"]}],
            "notify": {"chat": {"kind": "webhook", "url": f"http://127.0.0.1:{hook.server_port}/"}},
        }
        file.write_bytes(msgspec.yaml.encode(settings))
        yield file


@pytest.fixture
def sidecar(config):
    """Start sidecars, and end them."""
    started = []

    def start():
        command = [sys.executable, "-m", "outwarden", "sidecar", "--config", str(config)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        started.append(process)
        process.stderr.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def call(status):
    return CallEvent(
        ts=timestamp(time.time()),
        event_id=ids.new(),
        call_id=ids.new(),
        attempt=1,
        api="sectors",
        method="GET",
        host="api.sectors.app",
        route="/v2/daily/{symbol}/",
        outcome="ok" if status == 200 else "client_error",
        status=status,
        service="portfolio",
        env="prod",
        pid=1,
        schema=SCHEMA,
    )


def test_each_call_is_counted_once_and_the_alarm_is_told_once(config, sidecar, hook):
    """However often the sidecar dies: the counts here are exact, those in AWS never too high, and one page goes out."""
    settings = load(config, {})
    apply(settings)
    found = places(Config())
    journal = Journal(found.journal, "portfolio")
    chance = random.Random(1)
    for part in range(KILLS):
        process = sidecar()
        for n in range(CALLS // KILLS):
            journal.append(call(404 if n % 50 == 0 else 200))
            if n % 100 == 0:
                time.sleep(0.01)
        time.sleep(chance.uniform(0, 1.5 if part < KILLS - 1 else 0))
        process.kill()
        process.wait()
    process = sidecar()
    journal.close()

    counted = {}
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (counted.get("Calls") == CALLS and hook.seen):
        time.sleep(0.1)
        with closing(sqlite3.connect(found.db)) as connection:
            for metric in ("Calls", "2XX", "4XXError"):
                points = windows.points(connection, Series("portfolio", "prod", metric), 0, 2e10)
                counted[metric] = sum(point.value for point in points)
    process.terminate()
    process.communicate(timeout=60)

    assert counted == {"Calls": CALLS, "2XX": CALLS - 60, "4XXError": 60}
    with closing(sqlite3.connect(found.db)) as connection:
        [alert] = outbox.alerts(connection, 0)
    assert (alert.name, alert.state, alert.top_routes[0][0]) == ("High4XXErrors", "ALARM", "/v2/daily/{symbol}/")
    # A kill between telling and noting that it was told may tell it twice, but never two different ones.
    assert {(told["name"], told["state"], told["ts"]) for told in hook.seen} == {("High4XXErrors", "ALARM", alert.ts)}
    assert 10 < published(settings) <= 60
    assert in_the_cloud(settings) == "ALARM"


def published(settings):
    """Sum up what reached CloudWatch."""
    with closing(client(settings)) as cloudwatch:
        answer = cloudwatch.get_metric_statistics(
            Namespace=settings.metrics.namespace,
            MetricName="4XXError",
            Dimensions=[{"Name": "Service", "Value": "portfolio"}, {"Name": "Environment", "Value": "prod"}],
            StartTime=time.time() - 3600,
            EndTime=time.time() + 60,
            Period=60,
            Statistics=["Sum"],
        )
    return sum(point["Sum"] for point in answer["Datapoints"])


def in_the_cloud(settings):
    """Give the alarm's state in the local AWS's own evaluation."""
    with closing(client(settings)) as cloudwatch:
        [alarm] = cloudwatch.describe_alarms(AlarmNames=["High4XXErrors"])["MetricAlarms"]
    return alarm["StateValue"]


def client(settings):
    return boto3.client("cloudwatch", REGION, endpoint_url=settings.sinks.cloudwatch.endpoint_url)
