"""Which events, files and losses belong to one run: those of the processes on its board."""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from outwarden import event, tally
from outwarden.cli.recorded import recorded
from outwarden.event import Event
from outwarden.journal import Places
from outwarden.journal.names import FileName, files
from outwarden.meter.summary import Summary, summarise

READ_S: Final = 5.0
"""Reading for the summary ends after this long, whatever there is left."""

_CLOCK_S: Final = 1.0  # a clock that is being corrected


class Own:
    """The watched processes of one run.

    Attributes:
        pids: their process ids.
    """

    def __init__(self, slots: Sequence[tally.Slot], started_s: float) -> None:
        self.pids = {slot.pid for slot in slots}
        self._slots = slots
        self._since = started_s - _CLOCK_S
        self._first = event.timestamp(self._since)
        self._host = socket.gethostname()

    def has_file(self, name: FileName) -> bool:
        """Say whether one of them wrote this journal file."""
        return name.pid in self.pids and name.start_ns >= self._since * 1e9

    def has_event(self, one: Event) -> bool:
        """Say whether one of them made this event."""
        return one.pid in self.pids and one.host_name in {None, self._host} and one.ts >= self._first

    def files(self, found: Places) -> set[str]:
        """Give the names of their journal files that are still there."""
        try:
            return {entry.name for name, entry in files(found.journal) if self.has_file(name)}
        except OSError:
            return set()

    def summary(self, found: Places) -> tuple[Summary, bool]:
        """Add up their calls, and say whether there was time to read them all.

        Raises:
            JournalError: journal or history cannot be read.
        """
        deadline = time.monotonic() + READ_S
        events: Iterator[Event] = filter(self.has_event, recorded(found, self._since, wanted=self.has_file))
        calls = summarise(takewhile(lambda _: time.monotonic() < deadline, events))
        return calls, time.monotonic() < deadline

    def counted(self) -> dict[tally.Reason, int]:
        """Add up what they and we have counted."""
        total: Counter[tally.Reason] = Counter(tally.snapshot())
        for slot in self._slots:
            total.update(slot.counts)
        return {reason: n for reason, n in total.items() if n}

    def alive(self) -> int:
        """Count those that live on."""
        return sum(map(is_alive, self.pids))


def is_alive(pid: int) -> bool:
    """Say whether there is a process of this id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
