"""SIGKILL at random moments: writers, readers, and both at once."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing

import pytest

from outwarden import event
from outwarden.journal import Cursors, History, Places, Tail
from outwarden.journal.retention import sweep

pytestmark = pytest.mark.integration

WRITER = """
import os, sys, threading
from pathlib import Path
from outwarden import event
from outwarden.event import CallEvent
from outwarden.journal import Journal, writer

writer.SLOW_S = 60.0  # events that wait for a slow disk die with the program
place, name = Path(sys.argv[1]), sys.argv[2]
journal = Journal(place / "journal", name, rotate_bytes=200_000)

def work(thread):
    n = 0
    while True:
        number = f"{name}.{thread}.{n}"
        journal.append(CallEvent(ts=event.timestamp(0), event_id=event.ids.new(), call_id=number, attempt=1,
            api="generic", method="GET", host="h", outcome="ok", status=200, service="child", env="dev", pid=1,
            schema=1, error="x" * (n % 50) * 20))
        os.write(1, number.encode() + b"\\n")  # acknowledged
        n += 1

for thread in range(2):
    threading.Thread(target=work, args=(thread,)).start()
"""

READER = """
import itertools, sys
from pathlib import Path
from outwarden.journal import Cursors, History, Tail
from outwarden.journal.places import Places
from outwarden.journal.retention import sweep
import time

place = Path(sys.argv[1])
history = History(place / "history")
cursors = Cursors(place / "history" / "db")
tail = Tail(place / "journal", cursors, "history", quarantine=place / "history" / "quarantine")
with cursors.transaction() as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS mark (file, size)")
    saved = connection.execute("SELECT file, size FROM mark").fetchone()
    if saved:
        history.restore(saved)
    else:
        connection.execute("INSERT INTO mark VALUES (?, ?)", history.mark())
places = Places(place, place / "journal", history.directory, cursors.db, place / "lock", place / "history" / "quarantine",
    place / "dead", place / "key")
for turn in itertools.count():
    batch = tail.read(max_events=500)
    history.append([record.line for record in batch.records])
    tail.commit(batch, lambda connection: connection.execute("UPDATE mark SET file = ?, size = ?", history.mark()))
    if turn % 10 == 0:
        sweep(places, cursors, max_bytes=1 << 30, keep_s=1e9, now=time.time() + 60)
"""


@pytest.fixture
def start(tmp_path):
    """Start a child process; kill what still runs at the end."""
    children = []

    def run(program: str, *arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-c", program, str(tmp_path), *arguments]
        children.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return children[-1]

    yield run
    for process in children:
        process.kill()
        process.communicate()


def test_what_was_acknowledged_survives_the_writer(tmp_path, start):
    """Twelve programs are killed at random moments: each number that one told is on disk, whole and once."""
    dice = random.Random(7)
    told = []
    for number in range(12):
        process = start(WRITER, f"w{number}")
        process.stdout.readline()
        time.sleep(dice.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        told += [line[:-1] for line in process.stdout.readlines() if line.endswith("\n")]

    with closing(Cursors(tmp_path / "db")) as cursors:
        tail = Tail(tmp_path / "journal", cursors, "one", quarantine=tmp_path / "quarantine")
        found: Counter[str] = Counter()
        while (batch := tail.read()).records or batch.marks:
            found.update(record.event.call_id for record in batch.records)
            tail.commit(batch)
        assert tail.backlog() == 0

    assert len(told) > 1000
    assert set(told) <= set(found)
    assert max(found.values()) == 1


def test_writers_and_reader_are_killed_over_and_over(tmp_path, start):
    """The history, copied by readers that are killed while writers are killed, has each event exactly once."""
    dice = random.Random(11)
    told = []
    reader = start(READER)
    for number in range(10):
        writer = start(WRITER, f"w{number}")
        writer.stdout.readline()
        for _ in range(2):
            time.sleep(dice.uniform(0.05, 0.2))
            reader.send_signal(signal.SIGKILL)
            reader.wait()
            reader = start(READER)
        writer.send_signal(signal.SIGKILL)
        told += [line[:-1] for line in writer.stdout.readlines() if line.endswith("\n")]
    journal = tmp_path / "journal"
    deadline = time.monotonic() + 60
    while any(journal.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)  # a file is deleted once it was read
    reader.kill()
    reader.wait()

    found = Counter(one.call_id for one in History(tmp_path / "history").read())
    assert list(journal.iterdir()) == []
    assert set(told) <= set(found)
    assert max(found.values()) == 1
    with closing(sqlite3.connect(tmp_path / "history" / "db")) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    with closing(Cursors(tmp_path / "history" / "db")) as cursors:
        parts = (
            tmp_path,
            journal,
            tmp_path / "history",
            cursors.db,
            *[tmp_path / name for name in ("a", "b", "c", "d")],
        )
        sweep(Places(*parts), cursors, max_bytes=1 << 30, keep_s=1e9, now=time.time())
        assert cursors.files() == []


def test_events_of_a_fork_server_are_all_there(tmp_path, start):
    """A parent forks workers that fork workers, each makes calls, some are killed: nothing is mixed up."""
    process = start(
        WRITER[: WRITER.index("def work")]
        + """
import signal
def call(number):
    journal.append(CallEvent(ts=event.timestamp(0), event_id=event.ids.new(), call_id=number, attempt=1, api="generic",
        method="GET", host="h", outcome="ok", status=200, service="child", env="dev", pid=os.getpid(), schema=1))
def family(depth, number):
    for n in range(50):
        call(f"{number}/{n}")
    for child in range(3) if depth else ():
        if os.fork() == 0:
            family(depth - 1, f"{number}.{child}")
            os.kill(os.getpid(), signal.SIGKILL) if child == 1 else os._exit(0)
    for child in range(3) if depth else ():
        os.wait()
family(3, "0")
""",
        "forks",
    )
    process.communicate(timeout=60)

    events = [
        event.decode(line) for path in (tmp_path / "journal").iterdir() for line in path.read_bytes().splitlines()
    ]
    assert len(events) == 50 * (1 + 3 + 9 + 27)
    assert len({one.event_id for one in events}) == len({one.call_id for one in events}) == len(events)
    for path in (tmp_path / "journal").iterdir():
        assert len({event.decode(line).pid for line in path.read_bytes().splitlines()}) == 1
