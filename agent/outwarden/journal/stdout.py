"""StdoutJournal: the same lines on standard output, where only that exists."""

from __future__ import annotations

import errno
import os
import threading

from outwarden import tally
from outwarden.event import Event, encode
from outwarden.journal.writer import FULL, Gate
from outwarden.process import process

STDOUT = 1


class StdoutJournal:
    """Writes each event to standard output before `append` returns: Lambda and Fargate freeze right after."""

    def __init__(self, *, gate: Gate | None = None) -> None:
        """Keep standard output as it is now, even if the program sends it elsewhere later.

        Raises:
            OSError: there is no standard output.
        """
        self._gate = gate
        self._fd = tally.move_high(os.dup(STDOUT))
        self._identity = _identity(self._fd)
        self._torn = False
        self._renew()

    def _renew(self) -> None:
        self._pid = process.now()
        self._lock = threading.RLock()  # in a forked child the parent's may be held by a thread that does not exist

    def append(self, event: Event) -> None:
        """Write one event. Never raises; a loss is counted."""
        try:
            line = encode(event)
            if self._gate is not None:
                line = self._gate(line)
        except Exception:
            tally.count("internal_error")
        else:
            self.append_line(line + b"\n")

    def append_line(self, line: bytes, success: bool = True) -> None:  # noqa: ARG002 - nothing is given up here
        """Write the line of an event that has passed the last gate, newline included; else as `append`."""
        try:
            if self._pid != process.now():
                self._renew()
            with self._lock:
                self._write(line)
        except OSError as error:
            tally.count("disk_full" if error.errno in FULL else "journal_unwritable")
        except Exception:
            tally.count("internal_error")

    def close(self) -> None:
        """Let the descriptor go."""
        with self._lock:
            if self._is_ours():
                os.close(self._fd)
            self._fd = -1

    def _write(self, data: bytes) -> None:
        """Write one line, in as many pieces as a pipe takes it.

        Raises:
            OSError: it is not there, or not all of it.
        """
        if not self._is_ours():  # the program has closed all descriptors, or has put a file of its own there
            if _identity(STDOUT) != self._identity:
                raise OSError(errno.EBADF, "standard output is gone")
            self._fd = tally.move_high(os.dup(STDOUT))
        if self._torn:
            data = b"\n" + data
        written = 0
        try:
            while written < len(data):
                written += os.write(self._fd, data[written:])
        finally:
            if written:
                self._torn = written < len(data)

    def _is_ours(self) -> bool:
        try:
            return _identity(self._fd) == self._identity
        except OSError:
            return False


def _identity(fd: int) -> tuple[int, int]:
    about = os.fstat(fd)
    return about.st_dev, about.st_ino
