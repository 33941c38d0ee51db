"""A real sidecar process against a real HTTP server: killed, stopped, and a minute without CloudWatch."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from outwarden.event import CallEvent, decode, ids, timestamp
from outwarden.journal.history import History
from outwarden.journal.writer import Journal
from outwarden.sidecar import health
from outwarden.testing.cloudwatch import CloudWatchLogs

pytestmark = pytest.mark.integration
CHILD = Path(__file__).with_name("sidecar_child.py")


def call():
    return CallEvent(
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


@pytest.fixture
def cloud():
    with CloudWatchLogs() as cloud:
        yield cloud


@pytest.fixture
def writer(tmp_path):
    writer = Journal(tmp_path / "journal", "test")
    yield writer
    writer.close()


@pytest.fixture
def sidecar(tmp_path, cloud):
    """Start a sidecar in a process of its own."""
    children = []

    def start():
        command = [sys.executable, str(CHILD), str(tmp_path / "journal"), str(tmp_path / "history"), cloud.url]
        child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()


def write(writer, count, pause_s=0.0):
    written = []
    for _ in range(count):
        event = call()
        writer.append(event)
        written.append(event.event_id)
        time.sleep(pause_s)
    return written


def wait_until(so, timeout_s=60.0):
    deadline = time.monotonic() + timeout_s
    while not so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


def arrived(cloud):
    return Counter(decode(message.encode()).event_id for message in cloud.messages())


def test_killed_eight_times_while_shipping_it_loses_nothing(cloud, writer, sidecar, tmp_path):
    """What was sent and not yet committed may come twice, with the same event_id; the history has each once."""
    written, killed = [], threading.Event()

    def write_on():
        while not killed.is_set():
            written.extend(write(writer, 20, 0.001))

    writing = threading.Thread(target=write_on)
    writing.start()
    for _ in range(8):
        before = len(cloud.messages())
        child = sidecar()
        wait_until(lambda before=before: len(cloud.messages()) > before)
        time.sleep(random.uniform(0.0, 0.3))
        child.kill()
        child.wait()
    killed.set()
    writing.join()
    sidecar()
    wait_until(lambda: len(arrived(cloud)) == len(written))

    assert set(arrived(cloud)) == set(written)
    assert max(arrived(cloud).values()) <= 2
    history = History(tmp_path / "history")
    wait_until(lambda: len(list(history.read())) >= len(written))
    assert [event.event_id for event in history.read()] == written


@pytest.mark.timeout(400)
def test_an_outage_of_sixty_seconds_loses_nothing_and_stores_nothing_twice(cloud, writer, sidecar, tmp_path):
    """Twenty events a second before, meanwhile and after."""
    sidecar()
    written = []
    writing = threading.Thread(target=lambda: written.extend(write(writer, 1400, 0.05)))
    writing.start()
    wait_until(cloud.messages)
    time.sleep(3)
    cloud.refuse_connections()
    time.sleep(60)
    rows = health.read(tmp_path / "history" / "sidecar.sqlite3", tmp_path / "journal")
    cloud.mend()
    writing.join()
    wait_until(lambda: len(arrived(cloud)) == 1400, timeout_s=120)

    assert [(row.consumer, row.state) for row in rows] == [("cloudwatch", "retrying"), ("history", "ok")]
    assert "cannot be reached" in rows[0].last_error
    assert arrived(cloud) == Counter(written)


def test_sigterm_ships_what_is_there_and_ends(cloud, writer, sidecar, tmp_path):
    """Exit status 0; the next one has nothing left to do."""
    child = sidecar()
    written = write(writer, 500)
    wait_until(cloud.messages)

    child.send_signal(signal.SIGTERM)

    assert child.wait(10) == 0
    assert arrived(cloud) == Counter(written)
    rows = health.read(tmp_path / "history" / "sidecar.sqlite3", tmp_path / "journal")
    assert [(row.consumer, row.shipped, row.backlog_bytes) for row in rows] == [
        ("cloudwatch", 500, 0),
        ("history", 500, 0),
    ]


@pytest.mark.parametrize("outage", ["refuse_connections", "hang"])
def test_sigterm_in_an_outage_ends_within_ten_seconds(cloud, writer, sidecar, outage):
    """Also in the middle of a call that hangs; the next sidecar ships what is left, once."""
    child = sidecar()
    written = write(writer, 10)
    wait_until(lambda: len(cloud.messages()) == 10)
    getattr(cloud, outage)()
    written += write(writer, 10)
    time.sleep(1)
    began = time.monotonic()

    child.send_signal(signal.SIGTERM)

    assert child.wait(10) == 0
    assert time.monotonic() - began < 10
    cloud.mend()
    sidecar()
    wait_until(lambda: len(arrived(cloud)) == 20)
    assert arrived(cloud) == Counter(written)
