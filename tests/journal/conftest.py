"""Events to write, and children that write them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from outwarden import event
from outwarden.event import CallEvent

HEAD = """
import os, sys, time, threading
from pathlib import Path
from outwarden import event
from outwarden.event import CallEvent
from outwarden.journal import Journal, writer

writer.SLOW_S = 60.0  # as in tests/conftest.py
directory = Path(sys.argv[1])

def call(n, outcome="ok"):
    return CallEvent(ts=event.timestamp(time.time()), event_id=event.ids.new(), call_id=str(n), attempt=1, api="generic",
        method="GET", host="h", outcome=outcome, status=200, service="child", env="dev", pid=os.getpid(), schema=1)
"""


@pytest.fixture
def call():
    def make(n: int = 0, **fields) -> CallEvent:
        given = {
            "ts": event.timestamp(1_700_000_000 + n),
            "event_id": event.ids.new(),
            "call_id": str(n),
            "attempt": 1,
            "api": "generic",
            "method": "GET",
            "host": "h",
            "outcome": "ok",
            "status": 200,
            "service": "tests",
            "env": "dev",
            "pid": os.getpid(),
            "schema": 1,
        }
        return CallEvent(**given | fields)

    return make


@pytest.fixture
def child_command(tmp_path):
    """Make the command of a process that has `Journal`, `call` and `directory` at hand."""

    def command(program: str, directory=None, *arguments: str) -> list[str]:
        return [sys.executable, "-c", HEAD + program, str(directory or tmp_path / "journal"), *arguments]

    return command


@pytest.fixture
def child(child_command):
    """Start a child process that has `Journal`, `call` and `directory` at hand."""
    started = []

    def start(program: str, directory=None, *arguments: str) -> subprocess.Popen:
        command = child_command(program, directory, *arguments)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stdin.close()


@pytest.fixture
def stored():
    """Read all events of a directory, straight from the files; every line must be one."""

    def read(directory) -> list[event.Event]:
        paths = sorted(directory.glob("*.jsonl"), key=lambda path: int(path.stem.rsplit("-", 1)[1]))
        return [event.decode(line) for path in paths for line in path.read_bytes().splitlines() if line]

    return read
