"""Channel: a way to reach people."""

from __future__ import annotations

from typing import ClassVar, Protocol

from outwarden.notify.report import Message


class Channel(Protocol):
    """Delivers messages, one at a time."""

    groups: ClassVar[bool]
    """Whether one message may hold several reports; else each has exactly one."""

    def deliver(self, message: Message) -> None:
        """Tell it; come back only when it was told.

        Raises:
            Retry: it was not told, and may be later.
            Rejected: it can never be told like this.
        """
