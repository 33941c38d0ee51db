"""A file system that is really full, where we may mount one; tests/journal/test_full_disk.py says what the lines are then."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration

PROGRAM = """
import json, os, sys
from pathlib import Path
from outwarden import event, tally
from outwarden.event import CallEvent
from outwarden.journal import Cursors, History, Journal, Tail, writer

writer.SLOW_S = 60.0  # as in tests/conftest.py
disk = Path(sys.argv[1])

def call(number, **fields):
    return CallEvent(ts=event.timestamp(0), event_id=event.ids.new(), call_id=str(number), attempt=1, api="generic",
        method="GET", host="h", outcome="ok", status=200, service="child", env="dev", pid=1, schema=1, **fields)

journal = Journal(disk / "journal", "child", rotate_bytes=20_000)
ballast = disk / "ballast"
ballast.write_bytes(bytes(100_000))
for n in range(1000):
    journal.append(call(n))
lost = tally.snapshot()["disk_full"]
ballast.unlink()
for n in range(1000, 1010):
    journal.append(call(n))
journal.close()
quarantine = disk / "quarantine"
cursors = Cursors(disk / "history" / "db")
tail = Tail(disk / "journal", cursors, "one", quarantine=quarantine)
found = []
while (batch := tail.read()).records or batch.marks:
    found += [record.event for record in batch.records]
    tail.commit(batch)
calls = [int(one.call_id) for one in found if isinstance(one, CallEvent)]
told = sum(one.count for one in found if not isinstance(one, CallEvent) and one.name == "lost")
print(json.dumps({"lost": lost, "told": told, "calls": calls, "internal": tally.snapshot()["internal_error"]}))
"""


def test_a_full_file_system_costs_what_it_says(small_disk, tmp_path):
    """The program runs on; every event is either there, once, or in the number that the notice tells."""
    disk = tmp_path / "disk"
    done = subprocess.run(
        [*small_disk(disk, 256), sys.executable, "-c", PROGRAM, str(disk)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    said = json.loads(done.stdout)

    assert said["internal"] == 0
    assert 0 < said["lost"] < 1000
    assert said["told"] == said["lost"]
    assert len(said["calls"]) == len(set(said["calls"])) == 1010 - said["lost"]
    assert set(range(1000, 1010)) <= set(said["calls"])
