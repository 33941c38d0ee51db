"""A journal, and sidecars that read it."""

import time
from types import SimpleNamespace

import pytest

from outwarden.event import CallEvent, decode, ids, timestamp
from outwarden.journal.cursors import Cursors
from outwarden.journal.tail import Tail
from outwarden.journal.writer import Journal
from outwarden.sidecar.backoff import Backoff
from outwarden.sidecar.consumer import Consumer, Pace
from outwarden.sidecar.deadletter import DeadLetter
from outwarden.sidecar.health import Health

QUICK = Pace(poll_s=0.01, flush_s=0.01, unauthorized_s=(0.02, 0.05))


def call(**given):
    """Make a redacted event."""
    fields = {
        "ts": timestamp(time.time()),
        "event_id": ids.new(),
        "call_id": ids.new(),
        "attempt": 1,
        "api": "sectors",
        "method": "GET",
        "host": "api.sectors.app",
        "outcome": "ok",
        "status": 200,
        "service": "test",
        "env": "test",
        "pid": 1,
        "schema": 1,
    }
    return CallEvent(**fields | given)


@pytest.fixture
def house(tmp_path):
    """A journal with its writer, and the makings of a sidecar beside it."""
    places = SimpleNamespace(journal=tmp_path / "journal", history=tmp_path / "history", dead=tmp_path / "dead")
    writer = Journal(places.journal, "test")
    cursors = Cursors(places.history / "sidecar.sqlite3")
    started = []

    def write(count=1, **given):
        events = [call(**given) for _ in range(count)]
        for event in events:
            writer.append(event)
        return [event.event_id for event in events]

    def consumer(handle, *, name="ship", pace=QUICK, start=True, cursors=cursors):
        made = Consumer(
            name,
            Tail(places.journal, cursors, name, quarantine=places.history / "quarantine"),
            handle,
            health=Health(cursors.db, name),
            dead=DeadLetter(places.dead),
            pace=pace,
            backoff=Backoff(first_s=0.02, longest_s=0.1),
        )
        started.append(made)
        if start:
            made.start()
        return made

    yield SimpleNamespace(places=places, writer=writer, cursors=cursors, write=write, consumer=consumer, db=cursors.db)
    for one in started:
        one.stop(0)
        if one._thread.ident is not None:
            assert one.join(10)
    writer.close()
    cursors.close()


@pytest.fixture
def until():
    """Wait until something is so."""

    def wait(so, timeout_s=30.0):
        deadline = time.monotonic() + timeout_s
        while not so():
            assert time.monotonic() < deadline, "it never came to be"
            time.sleep(0.005)

    return wait


@pytest.fixture
def ids_of():
    """Give the event ids of lines."""
    return lambda lines: [decode(line if isinstance(line, bytes) else line.encode()).event_id for line in lines]
