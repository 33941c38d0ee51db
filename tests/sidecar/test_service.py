"""All consumers and tickers, started and stopped together."""

import subprocess
import sys
import threading
import time

import pytest

from outwarden.errors import Retry, Unauthorized
from outwarden.sidecar.consumer import Pace
from outwarden.sidecar.service import Service
from outwarden.sidecar.ticker import Ticker

SLOW = Pace(poll_s=30, flush_s=30, unauthorized_s=(30, 30))


@pytest.fixture
def serve(house):
    """Start a service of these handles, each a consumer of its own."""
    services = []

    def start(pace, **handles):
        consumers = [house.consumer(handle, name=name, pace=pace, start=False) for name, handle in handles.items()]
        service = Service(consumers)
        service.start()
        services.append(service)
        return service

    yield start
    for service in services:
        assert service.stop(5)


def refuse(error):
    def handle(_records):
        raise error

    return handle


def test_drained_means_that_all_consumers_have_passed_all_files(house, serve):
    """At once: no pause of theirs is waited for."""
    service = serve(SLOW, ship=lambda _: None, meter=lambda _: None)
    house.write(100)
    began = time.monotonic()

    assert service.wait_drained(timeout_s=10) == {}

    assert time.monotonic() - began < 10
    assert [row.shipped for row in service.health()] == [100, 100]


def test_what_is_left_is_told_by_consumer(house, serve):
    """After the time is over."""
    service = serve(SLOW, ship=refuse(Retry("no network")), meter=lambda _: None)
    house.write(3)
    (file,) = house.places.journal.iterdir()
    began = time.monotonic()

    left = service.wait_drained(timeout_s=0.5)

    assert left == {"ship": file.stat().st_size}
    assert 0.5 <= time.monotonic() - began < 10


def test_nobody_waits_for_a_person(house, serve):
    """Credentials are not mended within ten seconds."""
    service = serve(SLOW, ship=refuse(Unauthorized("expired")), meter=lambda _: None)
    house.write(3)
    began = time.monotonic()

    left = service.wait_drained(timeout_s=30)

    assert list(left) == ["ship"]
    assert time.monotonic() - began < 15


def test_only_the_files_asked_for_count(house, serve):
    """Other programs go on writing."""
    service = serve(SLOW, ship=refuse(Retry("no network")))
    house.write(3)

    assert service.wait_drained({"of-another-1-1-1.jsonl"}, timeout_s=5) == {}


def test_stopping_ends_all_threads_and_then_closes(house):
    """A sink is closed when nobody uses it any more."""
    consumers = [house.consumer(lambda _: None, name=name, pace=SLOW, start=False) for name in ("ship", "meter")]
    alive = []
    ticker = Ticker("sweep", 3600, lambda: None)
    service = Service(
        consumers, [ticker], closing=[lambda: alive.append([consumer._thread.is_alive() for consumer in consumers])]
    )
    service.start()

    assert service.stop(5)

    assert alive == [[False, False]]


def test_a_ticker_that_hangs_holds_up_neither_the_others_nor_the_end(house):
    """A channel that does not answer: what was counted last is published all the same."""
    hanging, published, closed = threading.Event(), [], []
    tickers = [Ticker("notify.a", 3600, lambda: hanging.wait(60)), Ticker("metrics", 3600, lambda: published.append(1))]
    service = Service([], tickers, closing=[lambda: closed.append(1)])
    service.start()
    began = time.monotonic()

    assert service.wait_drained(timeout_s=0.1) == {}
    assert len(published) >= 2
    assert not service.stop(0.5)
    assert closed == [1]
    assert time.monotonic() - began < 15
    hanging.set()


def test_a_call_that_hangs_does_not_hold_the_process(house):
    """Its batch comes again; what it uses is left open."""
    hanging, closed = threading.Event(), []
    house.write()
    one = house.consumer(lambda _: hanging.wait(60) and None, start=False)
    service = Service([one], closing=[lambda: closed.append(1)])
    service.start()
    began = time.monotonic()

    assert not service.stop(0.5)

    assert time.monotonic() - began < 10
    assert closed == []
    hanging.set()


def test_all_threads_may_begin_with_the_same_line():
    """A type is learnt in steps, and another thread that uses it between two of them would crash the process."""
    program = """
import sys, threading, time
from outwarden import event
from outwarden.sidecar.service import Service

line = event.encode(event.CallEvent(
    ts=event.timestamp(0), event_id="e", call_id="c", attempt=1, api="generic", method="GET", host="h", outcome="ok",
    status=200, service="app", env="dev", pid=1, schema=event.SCHEMA))
Service([]).start()
learning, asked = threading.Event(), event._decoder.__wrapped__.__code__

def slowly(frame, *_):
    if frame.f_back.f_code is asked and frame.f_code.co_name != "get_class_annotations":
        learning.set()
        time.sleep(0.02)

def one():
    sys.settrace(slowly)
    event.decode(line)
    learning.set()

thread = threading.Thread(target=one)
thread.start()
learning.wait()
assert event.decode(line).call_id == "c"
thread.join()
"""
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
