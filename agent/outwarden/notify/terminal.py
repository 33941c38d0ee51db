"""TerminalChannel: alerts on standard error."""

from __future__ import annotations

import sys
from typing import ClassVar, TextIO

from outwarden.errors import Rejected
from outwarden.notify.report import Message


class TerminalChannel:
    """Writes an alert in a few lines, at once."""

    groups: ClassVar[bool] = True

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def deliver(self, message: Message) -> None:
        """Write it; see `Channel.deliver`."""
        stream = self._stream or sys.stderr
        text = f"outwarden: {message.text}\n"
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
            stream.flush()
        except (OSError, ValueError):
            raise Rejected([(0, "standard error is closed")]) from None
