"""What shipping to CloudWatch Logs costs, beside watchtower alone.

30,000 events go to the strict stand-in, which runs in a process of its own. CPU is that of the sending process; the
wall time holds the stand-in's work as well. watchtower is given the same events as dicts, as its users do.

    python tests/bench/bench_ship.py
"""

import logging
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import msgspec
import watchtower

from outwarden.config.sinks import CloudWatchSink as Settings
from outwarden.event import CallEvent, encode, ids, timestamp
from outwarden.journal.cursors import Cursors
from outwarden.journal.tail import Tail
from outwarden.journal.writer import Journal
from outwarden.sidecar.consumer import Consumer
from outwarden.sidecar.deadletter import DeadLetter
from outwarden.sidecar.health import Health
from outwarden.sidecar.service import Service
from outwarden.sinks import aws
from outwarden.sinks.cloudwatch import CloudWatchSink

EVENTS = 30_000
SERVER = """
from outwarden.testing.cloudwatch import CloudWatchLogs
with CloudWatchLogs() as cloud:
    print(cloud.url, flush=True)
    while input():
        print(len(cloud.messages()), len(cloud.put_sizes), flush=True)
        cloud.forget()
        cloud.put_sizes.clear()
"""


def main() -> None:
    """Print both, and the ratio."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-1"}
    warnings.simplefilter("ignore")
    events = [event() for _ in range(EVENTS)]
    with (
        subprocess.Popen([sys.executable, "-c", SERVER], stdin=-1, stdout=-1, text=True) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        url = server.stdout.readline().strip()
        write(Path(folder), events)
        print(f"{EVENTS} events, {len(encode(events[0]))} bytes each")
        ours = measure("outwarden: tail, ship, commit", lambda: ship(Path(folder), url), server)
        theirs = measure("watchtower: format, queue, ship", lambda: log(events, url), server)
        print(f"ratio of CPU {ours / theirs:.2f}")
        server.communicate("\n")


def measure(name, work, server):
    """Time one of them, and ask the server what has arrived."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    server.stdin.write("?\n")
    server.stdin.flush()
    arrived, calls = map(int, server.stdout.readline().split())
    print(
        f"{name:32} {cpu / EVENTS * 1e6:6.1f} us CPU/event {EVENTS / wall:9,.0f} events/s "
        f"{arrived:7} arrived in {calls} calls"
    )
    return cpu


def event():
    """Make an event of the usual size."""
    return CallEvent(
        ts=timestamp(time.time()),
        event_id=ids.new(),
        call_id=ids.new(),
        attempt=1,
        api="sectors",
        route="/v2/company/report/{symbol}/",
        method="GET",
        host="api.sectors.app",
        scheme="https",
        path="/v2/company/report/BBCA/",
        query="sections=overview,valuation",
        outcome="ok",
        status=200,
        duration_ms=84.31,
        headers_ms=80.02,
        response_bytes=48_211,
        key_id="k_1b2c3d4e5f60",
        service="portfolio-api",
        env="prod",
        host_name="worker-17",
        pid=4242,
        trace_id="0" * 31 + "1",
        span_id="0" * 15 + "1",
        schema=1,
    )


def write(folder, events):
    """Fill the journal."""
    journal = Journal(folder / "journal", "bench")
    for one in events:
        journal.append(one)
    journal.close()


def ship(folder, url):
    """Run a sidecar of one consumer until the journal is shipped."""
    cursors = Cursors(folder / "history" / "sidecar.sqlite3")
    sink = CloudWatchSink(Settings(endpoint_url=url))
    consumer = Consumer(
        "cloudwatch",
        Tail(folder / "journal", cursors, "cloudwatch", quarantine=folder / "quarantine"),
        sink.ship,
        health=Health(cursors.db, "cloudwatch"),
        dead=DeadLetter(folder / "dead"),
    )
    service = Service([consumer], closing=[sink.close, cursors.close])
    service.start()
    service.wait_drained(timeout_s=120)
    service.stop()


def log(events, url):
    """Log the same events as dicts."""
    client = aws.client("logs", None, url)
    handler = watchtower.CloudWatchLogHandler("bench", "bench", boto3_client=client)
    logger = logging.getLogger("bench")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    for one in events:
        logger.info(msgspec.to_builtins(one))
    handler.close()
    logger.removeHandler(handler)
    client.close()


if __name__ == "__main__":
    main()
