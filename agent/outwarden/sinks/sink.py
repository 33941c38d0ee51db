"""Sink: a destination of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from outwarden.journal.tail import Record

Gate = Callable[[bytes], bytes]
"""The last look at a line before it leaves; gives the line that may leave (`redact.Redactor.gate`)."""


class Sink(Protocol):
    """Stores batches of events somewhere. One thread uses it."""

    @property
    def name(self) -> str:
        """Its kind in config.yaml, such as `cloudwatch`."""

    def ship(self, batch: Sequence[Record]) -> None:
        """Store all of them; come back only when they are stored.

        Raises:
            Retry: keep the batch and give it again later; what was stored of it is not stored twice.
            Rejected: these items can never be stored; all the others were.
            Unauthorized: keep the batch; credentials or permissions must be mended first.
        """

    def close(self) -> None:
        """Let go of files and connections."""


def passed(record: Record, gate: Gate | None) -> bytes:
    """Give the line that may leave."""
    return record.line if gate is None else gate(record.line)
