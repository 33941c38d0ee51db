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
        try:
            stream.write("\n".join(lines) + "\n")
            stream.flush()
        except (OSError, ValueError):
            raise Rejected([(0, "standard error is closed")]) from None
