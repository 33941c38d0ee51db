"""Which process this is."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, json, os, sys
from outwarden import process as room

fork = {"python": os.fork, "library": ctypes.PyDLL(None).fork}[sys.argv[1]]
if sys.argv[2] == "system":
    room._page = lambda: None
process = room.Process()


def in_child(ask):
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        os.write(writing, str(ask()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        return child, int(pipe.read())


"""


@pytest.fixture(params=["python", "library"])
def fork(request):
    """Python's own way, and that of a library: none of Python's handlers runs in its child."""
    return request.param


@pytest.fixture(params=["memory", "system"])
def told(request, fork):
    """Run a program with a process that knows its children by memory that is wiped in them, or that asks the system.

    It has no other thread. In the child of a library's fork Python would wait for ever for one that had asked for its turn.
    """

    def run(program):
        command = [sys.executable, "-c", PROGRAM + program, fork, request.param]
        return json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)

    return run


def test_a_forked_child_is_another_process(told):
    """And the parent is the one that it was."""
    before, child, in_child, after, now, pid = told("""
before = process.is_same[0]
child, told = in_child(
    lambda: process.now() if not process.is_same[0] and process.now() and process.is_same[0] else 0
)
print(json.dumps([before, child, told, process.is_same[0], process.now(), os.getpid()]))
""")

    assert before
    assert child == in_child != pid
    assert after
    assert now == pid


def test_each_process_begins_with_what_it_is_told_to(told):
    """Once."""
    child, in_child, begun, pid = told("""
begun = []
process.each(lambda: begun.append(os.getpid()))
child, told = in_child(lambda: begun.count(process.now()) + 10 * begun.count(process.now()))
print(json.dumps([child, told, begun, os.getpid()]))
""")

    assert child != pid
    assert in_child == 11
    assert begun == []
