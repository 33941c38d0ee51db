"""Our own counters: every loss, with its reason.

The counters live in memory. When `outwarden run` started the program they are kept on a *board* as well: a small file
that was filled with zeros beforehand, so that a loss can be written down even when the disk is full, when the program
has closed all its descriptors, or when it is killed right after. Each process owns one slot of the board (claimed under
a file lock, again after a fork); the parent adds the slots up. That a slot is claimed also says that the program was
watched at all. The board is opened for each entry and closed again: losses are rare, and a descriptor that is not kept
cannot be taken away.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
import time
from pathlib import Path
from typing import Final, Literal, get_args

Reason = Literal[
    "journal_unwritable",
    "disk_full",
    "journal_full",
    "ring_overflow",
    "journal_slow",
    "redaction_failed",
    "last_gate",
    "internal_error",
    "quarantined",
    "rejected",
    "metric_unknown",
]
"""What is counted; docs/events.md says what each means."""

REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
LOSSES: Final[frozenset[Reason]] = frozenset({"journal_unwritable", "disk_full", "journal_full", "ring_overflow"})
"""Reasons that mean: an event was not recorded. The others are faults that were survived without a loss."""

HIGH_DESCRIPTOR: Final = 512
"""Descriptors of ours are moved to this number or above: programs close, count and reuse the low ones."""

SLOTS: Final = 1024
"""So many processes have their own place on a board."""
_SLOT_BYTES: Final = 128
_HEAD: Final = struct.Struct("<qq")  # process id, claim time in ns
_CELLS: Final = struct.Struct(f"<{len(REASONS)}q")


class Slot:
    """What one watched process has counted. No NamedTuple: making such a class takes ten times as long."""

    __slots__ = ("claimed_ns", "counts", "pid")

    def __init__(self, pid: int, claimed_ns: int, counts: dict[Reason, int]) -> None:
        self.pid = pid
        self.claimed_ns = claimed_ns
        self.counts = counts


class _State:
    """The counters of one process."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # a signal handler, or a collected response, may count within a count
        self.counts: dict[Reason, int] = dict.fromkeys(REASONS, 0)
        self.slot: int | None = None


_state = _State()
_board: Path | None = None


def count(reason: Reason, n: int = 1) -> None:
    """Add n to one counter of this process. Never raises."""
    state = _state
    with state.lock:
        state.counts[reason] += n
        if state.slot is not None and _board is not None:
            try:
                _write(_board, state.slot * _SLOT_BYTES + _HEAD.size, _CELLS.pack(*state.counts.values()))
            except OSError:
                pass  # totals are written, not steps: the next entry mends it


def snapshot() -> dict[Reason, int]:
    """Give the counters of this process, all reasons included."""
    with _state.lock:
        return dict(_state.counts)


def create_board(path: Path) -> None:
    """Lay out an empty board: real zeros, so that an entry needs no disk space later.

    Raises:
        OSError: the file cannot be written.
    """
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(fd, bytes(SLOTS * _SLOT_BYTES))
    finally:
        os.close(fd)


def join_board(path: Path, slot: int | None = None) -> None:
    """Count on this board from now on, in this process and in those forked from it.

    Args:
        path: the board.
        slot: one that this process has claimed already.

    Raises:
        OSError: the board cannot be opened.
    """
    global _board  # noqa: PLW0603 - one board per process
    _board = path
    _state.slot = _claim(path) if slot is None else slot


def leave_board() -> None:
    """Count in memory only from now on."""
    global _board  # noqa: PLW0603 - one board per process
    _board = None
    _state.slot = None


def read_board(path: Path) -> list[Slot]:
    """Read all claimed slots.

    Raises:
        OSError: the board cannot be read.
    """
    return slots_of(path.read_bytes())


def slots_of(data: bytes) -> list[Slot]:
    """Read the claimed slots of a board's bytes."""
    slots = []
    for base in range(0, len(data) - _SLOT_BYTES + 1, _SLOT_BYTES):
        pid, claimed_ns = _HEAD.unpack_from(data, base)
        if pid:
            counts = _CELLS.unpack_from(data, base + _HEAD.size)
            slots.append(Slot(pid, claimed_ns, dict(zip(REASONS, counts, strict=True))))
    return slots


def move_high(fd: int) -> int:
    """Move a descriptor out of the program's way and close the low one; where that cannot be, give the low one."""
    if fd >= HIGH_DESCRIPTOR:
        return fd
    try:
        high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR)
    except OSError:
        return fd  # a limit below HIGH_DESCRIPTOR, or no other number free: a low one is better than none
    os.close(fd)
    return high


def _write(path: Path, offset: int, data: bytes) -> None:
    fd = move_high(os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW))
    try:
        os.pwrite(fd, data, offset)
    finally:
        os.close(fd)


def _claim(path: Path) -> int | None:
    """Take the first free slot; None when all are taken (this process then counts in memory only)."""
    fd = move_high(os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW))
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        data = os.pread(fd, SLOTS * _SLOT_BYTES, 0)
        for slot in range(len(data) // _SLOT_BYTES):
            if _HEAD.unpack_from(data, slot * _SLOT_BYTES)[0] == 0:
                os.pwrite(fd, _HEAD.pack(os.getpid(), time.time_ns()), slot * _SLOT_BYTES)
                return slot
        return None
    finally:
        os.close(fd)


def _after_fork_in_child() -> None:
    global _state  # noqa: PLW0603 - the parent's lock may be held by a thread that does not exist here
    try:
        _state = _State()
        if _board is not None:
            _state.slot = _claim(_board)
    except Exception:  # noqa: S110 - the board went away with `outwarden run`; Python would print what is raised here
        pass


os.register_at_fork(after_in_child=_after_fork_in_child)
