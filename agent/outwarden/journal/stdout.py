"""StdoutJournal: the same lines on standard output, where only that exists."""

from __future__ import annotations

import os

from outwarden import tally
from outwarden.event import Event, encode
from outwarden.journal.writer import Gate


class StdoutJournal:
    """Writes each event to standard output before `append` returns: Lambda and Fargate freeze right after."""

    def __init__(self, *, gate: Gate | None = None) -> None:
        """Keep standard output as it is now, even if the program sends it elsewhere later.

        Raises:
            OSError: there is no standard output.
        """
        self._gate = gate
        self._fd = tally.move_high(os.dup(1))

    def append(self, event: Event) -> None:
        """Write one event. Never raises; a loss is counted."""
        try:
            line = encode(event)
            if self._gate is not None:
                line = self._gate(line)
            data = line + b"\n"
            while data:  # a pipe may take a long line in pieces
                data = data[os.write(self._fd, data) :]
        except OSError:
            tally.count("journal_unwritable")
        except Exception:
            tally.count("internal_error")

    def close(self) -> None:
        """Let the descriptor go."""
        os.close(self._fd)
