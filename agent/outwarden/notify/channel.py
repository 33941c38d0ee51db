"""Channel: a way to reach people."""

from __future__ import annotations

from typing import Protocol

from outwarden.alert import Alert


class Channel(Protocol):
    """Delivers alerts, one at a time."""

    def deliver(self, alert: Alert) -> None:
        """Tell it; come back only when it was told.

        Raises:
            Retry: it was not told, and may be later.
            Rejected: it can never be told like this.
        """
