"""Which process this is."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import sys

import pytest

from outwarden.process import Process, process


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


def known() -> int:
    return process.pid if process.mark[0] else process.renew()


def test_a_forked_child_is_another_process():
    """So is a child of a child; the parent stays who it is."""
    child, told = in_child(os.fork, known)
    assert child == told != os.getpid()

    _, right = in_child(os.fork, lambda: int(len({*in_child(os.fork, known)}) == 1))
    assert right
    assert known() == os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems are asked each time")
def test_a_child_that_was_forked_behind_pythons_back_is_another_process():
    """A library may fork by itself, and none of Python's handlers runs in the child."""
    assert process.mark[0] == 1

    child, told = in_child(ctypes.PyDLL(None).fork, known)

    assert child == told
    assert known() == os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems are asked each time")
def test_each_process_begins_with_what_it_is_told_to(monkeypatch):
    """Once, however it was forked."""
    begun = []
    monkeypatch.setattr(process, "_anew", [lambda: begun.append(os.getpid())])

    for fork in (os.fork, ctypes.PyDLL(None).fork):
        child, told = in_child(fork, lambda: int(known() == process.renew() == begun[-1]) + len(begun))
        assert (child != os.getpid(), told) == (True, 2)
    assert begun == []


def test_where_memory_cannot_tell_the_system_is_asked(monkeypatch):
    """As on a Linux of before 2017."""

    class Memory(mmap.mmap):
        def madvise(self, *_):
            raise OSError(errno.EINVAL, "no such advice")

    monkeypatch.setattr("outwarden.process.mmap.mmap", Memory)
    here = Process()

    assert here.pid == os.getpid()
    assert not here.mark[0]
