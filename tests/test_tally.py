"""Our own counters."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys

import pytest

from outwarden import tally


@pytest.fixture
def board(tmp_path):
    path = tmp_path / "board"
    tally.create_board(path)
    return path


def watched(board, program: str) -> subprocess.Popen:
    """Start a program that has joined the board."""
    head = f"import os, sys\nfrom pathlib import Path\nfrom outwarden import tally\ntally.join_board(Path({str(board)!r}))\n"
    return subprocess.Popen([sys.executable, "-c", head + program], stdout=subprocess.PIPE)


def losses(board) -> list[int]:
    return [slot.counts["disk_full"] for slot in tally.read_board(board)]


def test_an_empty_board_says_that_nobody_was_watched(board):
    """Nobody has claimed a slot."""
    assert tally.read_board(board) == []


def test_a_count_is_on_the_board_even_after_a_kill(board):
    """What was counted before SIGKILL can be read after it."""
    program = watched(board, "tally.count('disk_full', 3); print('counted', flush=True); import time; time.sleep(60)")
    with program:
        program.stdout.readline()
        program.send_signal(signal.SIGKILL)

    assert [(slot.pid, slot.counts["disk_full"]) for slot in tally.read_board(board)] == [(program.pid, 3)]


def test_a_count_needs_no_descriptor_that_is_kept(board):
    """A program that closes every descriptor still counts."""
    with watched(board, "os.closerange(0, 4096); tally.count('disk_full'); tally.count('disk_full')") as program:
        pass

    assert program.returncode == 0
    assert losses(board) == [2]


def test_a_count_needs_no_disk_space(board):
    """A process that may not let a file grow by one byte still counts."""
    program = watched(
        board,
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({board.stat().st_size}, resource.RLIM_INFINITY))\n"
        "tally.count('disk_full', 7)\n",
    )
    with program:
        pass

    assert losses(board) == [7]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_forked_child_counts_in_a_slot_of_its_own(board):
    """Parent and child do not overwrite each other."""
    program = watched(
        board,
        "tally.count('disk_full', 1)\n"
        "child = os.fork()\n"
        "tally.count('disk_full', 10 if child == 0 else 1)\n"
        "os._exit(0) if child == 0 else os.waitpid(child, 0)\n",
    )
    with program:
        pass

    assert sorted(losses(board)) == [2, 10]


def test_many_processes_share_one_board(board):
    """Twenty processes that start at once get twenty slots."""
    programs = [watched(board, f"tally.count('disk_full', {n})") for n in range(1, 21)]
    for program in programs:
        with program:
            pass

    assert sorted(losses(board)) == list(range(1, 21))


def test_a_board_that_went_away_does_not_disturb(board):
    """The counters in memory go on."""
    program = watched(
        board,
        "os.unlink(tally._board)\ntally.count('disk_full', 2)\nimport json; print(json.dumps(tally.snapshot()))\n",
    )
    with program:
        counted = json.loads(program.stdout.read())

    assert program.returncode == 0
    assert counted["disk_full"] == 2


def test_a_descriptor_is_moved_out_of_the_way(tmp_path):
    """The moved one is high, closes on exec, and the low one is free again."""
    low = os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT)

    high = tally.move_high(low)
    try:
        assert high >= tally.HIGH_DESCRIPTOR
        assert not os.get_inheritable(high)
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(low)
    finally:
        os.close(high)


def test_a_descriptor_that_is_high_already_stays_where_it_is(tmp_path):
    """There may be no other number free."""
    high = tally.move_high(os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT))
    try:
        assert tally.move_high(high) == high
    finally:
        os.close(high)


def test_where_no_number_is_free_a_low_one_is_better_than_none(board):
    """A program that has used up its descriptors, but for one, still counts."""
    program = watched(
        board,
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\n"
        "taken = []\n"
        "try:\n"
        "    while True: taken.append(os.open('/', os.O_RDONLY))\n"
        "except OSError: os.close(taken.pop())\n"
        "tally.count('disk_full', 5)\n",
    )
    with program:
        pass

    assert losses(board) == [5]
