"""TerminalChannel: alerts on standard error."""

from __future__ import annotations

import sys
from typing import TextIO

from outwarden.alert import Alert
from outwarden.errors import Rejected
from outwarden.notify.text import details, headline


class TerminalChannel:
    """Writes an alert in a few lines, at once."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def deliver(self, alert: Alert) -> None:
        """Write it; see `Channel.deliver`."""
        stream = self._stream or sys.stderr
        lines = [f"outwarden: {headline(alert)}", *(f"  {line}" for line in details(alert))]
        text = "".join(f"{_printable(line)}\n" for line in lines)
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
            stream.flush()
        except (OSError, ValueError):
            raise Rejected([(0, "standard error is closed")]) from None


def _printable(line: str) -> str:
    """Keep a route or a name, which others chose, from steering the terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
