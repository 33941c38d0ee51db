"""`outwarden tail` and `outwarden status` read history and journal together."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from outwarden.config import Config
from outwarden.event import SCHEMA, CallEvent, encode, ids, timestamp
from outwarden.journal import Cursors, History, Journal, SidecarLock, Tail, places

OUTWARDEN = (sys.executable, "-m", "outwarden")


def call(n, **fields):
    """A call n seconds ago."""
    usual = {
        "ts": timestamp(time.time() - n),
        "event_id": ids.new(),
        "call_id": ids.new(),
        "attempt": 1,
        "api": "sectors",
        "method": "GET",
        "host": "api.sectors.app",
        "outcome": "ok",
        "status": 200,
        "service": "app",
        "env": "dev",
        "pid": 1,
        "schema": SCHEMA,
        "route": f"/v2/{n}/",
    }
    return CallEvent(**usual | fields)


@pytest.fixture
def found():
    """Where everything lies in this test."""
    return places(Config())


@pytest.fixture
def journal(found):
    """A journal that is being written."""
    opened = Journal(found.journal, "app")
    yield opened
    opened.close()


def tail(*arguments):
    """Run `outwarden tail`."""
    return subprocess.run(
        [*OUTWARDEN, "tail", *arguments], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def routes(text):
    """Give the numbers in the routes."""
    return [int(line.split("/v2/")[1].split("/")[0]) for line in text.splitlines()]


def test_with_nothing_recorded_there_is_nothing_to_say():
    """No journal, no history: no lines, no error."""
    assert tail() == ""


def test_events_come_once_and_in_order_wherever_they_lie(found, journal):
    """Some went into the history, some are only in the journal yet, and each is printed once."""
    for n in (50, 40, 30):
        journal.append(call(n))
    cursors = Cursors(found.db)
    reader = Tail(found.journal, cursors, "history", quarantine=found.quarantine)
    batch = reader.read(max_events=2)
    History(found.history).append([record.line for record in batch.records])
    reader.commit(batch)
    cursors.close()
    journal.append(call(20))

    assert routes(tail()) == [50, 40, 30, 20]
    assert routes(tail("-n", "2")) == [30, 20]
    assert routes(tail("--since", "35s")) == [30, 20]
    assert tail("-n", "0") == ""


def test_errors_only_and_json(journal):
    """`--errors` leaves out what went well; `--json` prints the events themselves."""
    journal.append(call(3))
    journal.append(call(2, outcome="client_error", status=404))

    (event,) = map(json.loads, tail("--errors", "--json").splitlines())

    assert (event["status"], event["route"]) == (404, "/v2/2/")


def test_a_torn_and_a_broken_line_are_passed_over(found, journal):
    """What is just being written, and what is no event, stops nothing."""
    journal.append(call(3))
    (file,) = found.journal.iterdir()
    with file.open("ab") as stream:
        stream.write(b"no event\n" + encode(call(2)) + b"\n" + encode(call(1))[:40])

    assert routes(tail()) == [3, 2]


def test_follow_prints_what_comes_and_nothing_twice(found, journal):
    """Events come as they are written, also when the history says them again; Ctrl-C ends it."""
    journal.append(call(9))
    with subprocess.Popen([*OUTWARDEN, "tail", "-f"], stdout=subprocess.PIPE, text=True) as process:
        first = process.stdout.readline()
        journal.append(call(2))
        second = process.stdout.readline()
        (file,) = found.journal.iterdir()
        History(found.history).append(file.read_bytes().splitlines())
        History(found.history).append([encode(call(1))])  # a writer that came and went between two looks
        third = process.stdout.readline()
        process.send_signal(2)
        rest, _ = process.communicate(timeout=60)

    assert routes(first + second + third) == [9, 2, 1]
    assert rest == ""
    assert process.returncode == 130


def test_status_says_who_writes_and_what_waits(found, journal):
    """A living writer, its unread events, no sidecar."""
    journal.append(call(9))
    seen = json.loads(subprocess.run([*OUTWARDEN, "status", "--json"], capture_output=True, check=True).stdout)

    assert [program["service"] for program in seen["programs"]] == ["app"]
    assert seen["waiting"] == {"history": 1}
    assert seen["sidecar_pid"] is None
    assert seen["latest"][0]["route"] == "/v2/9/"

    text = subprocess.run([*OUTWARDEN, "status"], capture_output=True, text=True, check=True).stdout
    assert "sidecar:   none is running\n" in text
    assert "waiting:   history 1 (events)\n" in text


def test_status_names_the_sidecar(found):
    """Whoever holds the lock is named."""
    lock = SidecarLock(found.lock)
    assert lock.acquire()
    seen = json.loads(subprocess.run([*OUTWARDEN, "status", "--json"], capture_output=True, check=True).stdout)
    lock.release()

    assert isinstance(seen["sidecar_pid"], int)


def test_a_broken_database_is_told_in_one_line(found):
    """Not a traceback: what, where, and what to do."""
    found.history.mkdir(parents=True)
    found.db.write_bytes(b"this is no database at all" * 100)

    done = subprocess.run([*OUTWARDEN, "status"], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert str(found.db) in line
