"""Journal: the part inside the program. One `write()` per event, and nothing else."""

from __future__ import annotations

import errno
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from outwarden import tally
from outwarden.event import CallEvent, Event, encode
from outwarden.journal import livefile
from outwarden.journal.cap import Cap
from outwarden.journal.livefile import GET_MARK, MARK, LiveFile
from outwarden.journal.notices import notice
from outwarden.polite import is_the_programs, say_once
from outwarden.process import process

Gate = Callable[[bytes], bytes]
"""The last look at the final bytes of a line (without its newline)."""

SLOW_S: Final = 0.010
"""An append that takes longer is counted."""
SLOW_IN_A_ROW: Final = 5
"""After so many slow appends the events wait in memory."""
TURNS: Final = 4
"""A disk is to blame for a slow append that took longer than so many turns at the interpreter."""
RING: Final = 2000
"""So many events wait in memory at most, while the disk is slow."""
ATTEMPTS: Final = 100
"""So often we write anew at once when another thread of the program is closing all descriptors. On a busy machine one
attempt in two fails then, as each of its system calls gives that thread a turn."""
PROBE_S: Final = 1.0
"""How often a slow disk is tried again."""

# Bound here: an append looks each of them up.
clock, sleep = time.monotonic, time.sleep

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when there is no room."""


class Journal:
    """Appends events to a file of this process. Safe with threads, forks and signal handlers."""

    def __init__(
        self,
        directory: Path,
        service: str,
        *,
        rotate_bytes: int = 16 << 20,
        rotate_after_s: float = 3600.0,
        sync: Literal["never", "interval", "always"] = "never",
        gate: Gate | None = None,
        max_bytes: int = 1 << 30,
        env: str = "dev",
    ) -> None:
        """Describe the journal; the first event opens the file.

        Args:
            directory: made when it is not there.
            service: the first part of the files' names.
            rotate_bytes: a file is left at this size.
            rotate_after_s: a file is left at this age.
            sync: `always`: fdatasync before the append returns; the others are the sidecar's business.
            gate: is shown each event's line before it is written, and gives the line to write.
            max_bytes: at this size of the whole directory, successes are no longer recorded.
            env: the environment that our own notices name.
        """
        self._service = service
        self._env = env
        self._gate = gate
        self._bears_slowness = sync == "always"

        def new_file() -> tuple[LiveFile, Cap]:
            cap = Cap(directory, max_bytes)
            file = LiveFile(
                directory,
                service,
                rotate_bytes=rotate_bytes,
                rotate_after_s=rotate_after_s,
                sync=sync == "always",
                opened=cap.measure,
            )
            return file, cap

        self._new_file = new_file
        self._reset()
        journals.add(self)

    def _reset(self) -> None:
        self._lock = threading.RLock()  # a signal handler or a finalizer may append in the middle of an append
        self._pid = process.now()
        self._file, self._cap = self._new_file()
        self._lost: dict[tally.Reason, int] = {}
        self._slow: tuple[float, ...] = ()  # how long the last appends took, all of them slow
        self._began_s = self._calm_until_s = 0.0
        self._ring: deque[bytes] = deque()
        self._interrupting: deque[bytes] = deque()
        self._probe_s = 0.0

    def append(self, event: Event) -> None:
        """Write one event; a loss is counted with its reason. Raises nothing but what a signal handler of the program raised."""
        try:
            process.now()
            line = encode(event)
            if self._gate is not None:
                line = self._gate(line)
        except Exception as error:
            if is_the_programs(error):
                raise
            tally.count("internal_error")
        else:
            self.append_line(line + b"\n", isinstance(event, CallEvent) and event.outcome == "ok")

    def append_line(self, line: bytes, success: bool) -> None:
        """Write the line of an event that has passed the last gate; else as `append`.

        Args:
            line: with its newline. Whoever made it has asked which process this is (`process.now`), as who makes ids must.
            success: of a call that went well. Those are given up first where there is little room.
        """
        try:
            if self._pid != process.pid:
                self._after_fork()
            with self._lock:
                self._began_s = began = clock()
                file = self._file
                if began < self._calm_until_s and len(line) <= file.room:  # as `_append` does it: each call passes here
                    written = 0
                    try:
                        if livefile.control(file.fd, GET_MARK) == MARK:
                            written = livefile.write(file.fd, line)
                    except OSError as error:
                        if is_the_programs(error):
                            raise
                        # Nothing is written, and `_append` finds out why.
                    if written:
                        if written < len(line) or clock() - began > SLOW_S:
                            self._appended(line, written, began)
                        else:
                            file.room -= written
                        return
                self._append(line, began, success=success)
            for reason in tuple(
                self._lost
            ):  # without the lock: a handler of the program's log may wait for another thread
                say_once(f"journal.{reason}", "Events are not recorded: see `outwarden config check`.", reason=reason)
        except Exception as error:
            if is_the_programs(error):
                raise
            tally.count("internal_error")

    def _append(self, line: bytes, began: float, *, success: bool) -> None:
        """Write a line, whatever has happened before; `began`: when that began (monotonic)."""
        if self._cap.reached and self._evicts(success=success):
            return
        if self._ring:
            self._wait_in_memory(line)
            return
        try:
            self._file.write(line, began)
        except OSError as error:
            self._refused(line, error)
        else:
            if self._slow or self._interrupting or self._lost or clock() - began > SLOW_S:
                self._written(began)
        self._look_ahead()

    def _appended(self, line: bytes, written: int, began: float) -> None:
        """End an append that took long, or of which the disk took a part only."""
        try:
            if rest := self._file.took(line, written):
                self._file.go_on(rest, began)
        except OSError as error:
            self._refused(line, error)
        else:
            self._written(began)
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Say how long an append need not ask about anything but the file's mark."""
        calm = not (self._cap.reached or self._ring or self._slow or self._interrupting or self._lost)
        self._calm_until_s = self._file.plain_until_s if calm else 0.0

    def close(self) -> None:
        """Write what waits in memory and what is to be told, and let the file go. An append after this opens a new one."""
        with self._lock:
            self._flush()
            if self._interrupting:
                self._write_interrupting()
            if self._lost:
                self._tell_losses()
            self._file.let_go()
            self._calm_until_s = 0.0

    def _write(self, data: bytes) -> None:
        """Write some whole lines; count them as lost when that fails."""
        self._began_s = began = clock()
        try:
            self._file.write(data, began)
        except OSError as error:
            self._refused(data, error)
        else:
            self._written(began)

    def _written(self, began: float) -> None:
        """Look how long it took, and write what has gathered meanwhile."""
        took = clock() - began
        if took <= SLOW_S:
            self._slow = ()
        elif self._began_s == began:  # else a signal handler that appends has interrupted us, and took the time
            self._note_slowness(took)
        if self._interrupting:
            self._write_interrupting()
        if self._lost:
            self._tell_losses()

    def _refused(self, data: bytes, error: OSError) -> None:
        """Try again where that may help at once; else the lines are lost. What a signal handler has raised is raised on."""
        if is_the_programs(error):
            raise error
        for _ in range(ATTEMPTS):
            if error.errno != errno.EBADF:
                break
            self._began_s = began = clock()
            try:
                self._file.write(data, began)
            except OSError as again:
                error = again
            else:
                self._written(began)
                return
        if isinstance(error, BlockingIOError):
            self._interrupting.append(data)  # the append that was interrupted goes on in a moment, and writes it
            return
        lines = data.count(b"\n")
        if error.errno == errno.EFBIG and lines > 1:  # no file may be as long as all of them together
            for line in data.splitlines(keepends=True):
                self._write(line)
            return
        reason: tally.Reason = "disk_full" if error.errno in FULL else "journal_unwritable"
        tally.count(reason, lines)
        self._lost[reason] = self._lost.get(reason, 0) + lines

    def _write_interrupting(self) -> None:
        if data := _take_all(self._interrupting):
            self._write(data)

    # Losses

    def _tell_losses(self) -> None:
        """Put notices into the journal, now that there may be room."""
        told, self._lost = self._lost, {}
        for reason, count in told.items():
            try:
                self._file.write(self._notice("lost", reason=reason, count=count), clock())
            except OSError:
                self._lost[reason] = self._lost.get(reason, 0) + count

    def _notice(self, name: Literal["lost", "slow"], *, reason: str, count: int) -> bytes:
        return notice(name, service=self._service, env=self._env, pid=self._pid, reason=reason, count=count)

    def _evicts(self, *, success: bool) -> bool:
        """At the cap, failed calls and notices are still recorded; successes are given up for them."""
        self._cap.measure(clock())
        if success and self._cap.reached:
            tally.count("journal_full")
            self._lost["journal_full"] = self._lost.get("journal_full", 0) + 1
            return True
        return False

    # A slow disk

    def _note_slowness(self, took: float) -> None:
        tally.count("journal_slow")
        self._slow = (*self._slow, took)[-SLOW_IN_A_ROW:]
        if len(self._slow) < SLOW_IN_A_ROW or self._bears_slowness:
            return
        if min(self._slow) <= SLOW_S + TURNS * _turn_s():
            self._slow = ()
            return
        self._probe_s = clock() + PROBE_S
        self._ring.append(self._notice("slow", reason="journal_slow", count=len(self._slow)))

    def _wait_in_memory(self, data: bytes) -> None:
        if len(self._ring) >= RING:
            tally.count("ring_overflow")
            self._lost["ring_overflow"] = self._lost.get("ring_overflow", 0) + 1
        else:
            self._ring.append(data)
        if clock() >= self._probe_s:
            self._flush()

    def _flush(self) -> None:
        """Write what waits; when that is slow again, the next events wait again."""
        if data := _take_all(self._ring):
            self._slow = self._slow[1:]  # one more slow append, and events wait again
            self._write(data)

    # Forks

    def _after_fork(self) -> None:
        """Let the parent's file be: our copy of the descriptor would keep its lock alive."""
        self._file.let_go()
        self._reset()


def _turn_s() -> float:
    """Measure how long a thread waits for its turn; where others calculate, each write takes as long, on any disk."""
    began = clock()
    sleep(0)
    between = clock()
    sleep(0)  # one time in a hundred it is our turn again before others have seen that it was theirs
    return max(between - began, clock() - between)


def _take_all(waiting: deque[bytes]) -> bytes:
    """Empty it, one by one: a signal handler that appends in the middle of this finds only what we have not taken."""
    taken = []
    while waiting:
        try:
            taken.append(waiting.popleft())
        except IndexError:  # such a handler has just taken the rest
            break
    return b"".join(taken)


journals: Final[weakref.WeakSet[Journal]] = weakref.WeakSet()
"""All journals of this process: a forked child lets go of what it has inherited."""


def _after_fork_in_child() -> None:
    for journal in list(journals):
        try:
            journal._after_fork()  # noqa: SLF001 - the same module
        except Exception:
            tally.count("internal_error")  # its next append tries again


os.register_at_fork(after_in_child=_after_fork_in_child)
