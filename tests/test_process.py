"""Which process this is."""

from __future__ import annotations

import ctypes
import os

import pytest

from outwarden import process as room


@pytest.fixture(params=["memory", "system"])
def process(request, monkeypatch):
    """A process that knows its children by memory that is wiped in them, and one that asks the system."""
    if request.param == "system":
        monkeypatch.setattr(room, "_page", lambda: None)
    return room.Process()


def in_child(fork, ask) -> tuple[int, int]:
    """Fork, and give the child's id with what it answers."""
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        os.write(writing, str(ask()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        return child, int(pipe.read())


@pytest.mark.parametrize("fork", [os.fork, ctypes.PyDLL(None).fork], ids=["python", "library"])
def test_a_forked_child_is_another_process(process, fork):
    """A library may fork by itself, and none of Python's handlers runs in the child."""
    assert process.is_same[0]

    child, told = in_child(
        fork, lambda: process.now() if not process.is_same[0] and process.now() and process.is_same[0] else 0
    )

    assert child == told != os.getpid()
    assert process.is_same[0]
    assert process.now() == os.getpid()


@pytest.mark.parametrize("fork", [os.fork, ctypes.PyDLL(None).fork], ids=["python", "library"])
def test_each_process_begins_with_what_it_is_told_to(process, fork):
    """Once."""
    begun = []
    process.each(lambda: begun.append(os.getpid()))

    child, told = in_child(fork, lambda: begun.count(process.now()) + 10 * begun.count(process.now()))

    assert child != os.getpid()
    assert told == 11
    assert begun == []
