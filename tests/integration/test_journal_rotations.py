"""Ten thousand rotations under four threads, in a program that opens and closes its own files all the while."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from outwarden import event

pytestmark = pytest.mark.integration

PROGRAM = """
import os, sys, threading
from pathlib import Path
from outwarden import event
from outwarden.event import CallEvent
from outwarden.journal import Journal, writer

writer.SLOW_S = 60.0  # a slow disk is the matter of other tests
place = Path(sys.argv[1])
journal = Journal(place / "journal", "child", rotate_bytes=1)
stop = threading.Event()

def call(number):
    return CallEvent(ts=event.timestamp(0), event_id=event.ids.new(), call_id=number, attempt=1, api="generic",
        method="GET", host="h", outcome="ok", status=200, service="child", env="dev", pid=1, schema=1)

def work(thread):
    for n in range(2500):
        journal.append(call(f"{thread}.{n}"))

def program(number):
    written = 0
    while not stop.is_set():
        fd = os.open(place / f"own{number}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(fd, b"program\\n")
        if written % 100 == 99:  # what daemons do to descriptors that they do not know
            os.closerange(512, 1024)
        os.close(fd)
        written += 1
    (place / f"count{number}").write_text(str(written))

programs = [threading.Thread(target=program, args=(number,)) for number in range(2)]
threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in programs + threads: thread.start()
for thread in threads: thread.join()
stop.set()
for thread in programs: thread.join()
"""


def test_ten_thousand_rotations(tmp_path):
    """Not one byte of ours in the program's files, no event lost, no line mixed."""
    subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], check=True, timeout=280)

    for number in range(2):
        written = int((tmp_path / f"count{number}").read_text())
        assert (tmp_path / f"own{number}").read_bytes() == b"program\n" * written
    paths = list((tmp_path / "journal").iterdir())
    paths.sort(key=lambda path: int(path.stem.rsplit("-", 1)[1]))
    lines = [line for path in paths for line in path.read_bytes().splitlines()]
    events = [event.decode(line) for line in lines]
    assert [each for each in events if isinstance(each, event.Notice)] == []
    found = [each.call_id for each in events if isinstance(each, event.CallEvent)]
    assert len(paths) >= 10_000
    assert Counter(found).most_common(1)[0][1] == 1
    for thread in range(4):
        assert [number for number in found if number.startswith(f"{thread}.")] == [f"{thread}.{n}" for n in range(2500)]
