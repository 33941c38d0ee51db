"""What one PutLogEvents call may carry, and what its answer means.

Limits: the API reference of PutLogEvents; events of 1 MB since April 2025.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from outwarden.journal.tail import Record
from outwarden.sinks.sink import Gate, passed

EVENT_OVERHEAD: Final = 26
"""CloudWatch counts this much on top of each message's bytes."""
MAX_BATCH_BYTES: Final = 1_048_576
MAX_BATCH_EVENTS: Final = 10_000
MAX_SPAN_MS: Final = 24 * 3_600_000

Item = TypeVar("Item")


class Entry(NamedTuple):
    """One log event on its way."""

    event_id: str
    timestamp_ms: int
    message: str
    counted_bytes: int
    """As CloudWatch counts: UTF-8 and the overhead."""


def entry(record: Record, gate: Gate | None) -> Entry:
    """Make the log event of one record: the journal's line as it stands, at the time of the event.

    Raises:
        ValueError: CloudWatch could never store it; the text says why.
    """
    line = passed(record, gate)
    counted = len(line) + EVENT_OVERHEAD
    if counted > MAX_BATCH_BYTES:
        raise ValueError(f"too large: {counted} bytes, CloudWatch takes {MAX_BATCH_BYTES}")
    try:
        moment = datetime.fromisoformat(record.event.ts).timestamp()
    except ValueError:
        raise ValueError("ts is no time") from None
    if moment < 0:
        raise ValueError("ts is before 1970")
    return Entry(record.event.event_id, int(moment * 1000), line.decode(), counted)


def split(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Sort by time and cut into batches that one call may carry."""
    batch: list[Entry] = []
    counted = 0
    for item in sorted(entries, key=lambda each: each.timestamp_ms):
        if batch and (
            counted + item.counted_bytes > MAX_BATCH_BYTES
            or len(batch) == MAX_BATCH_EVENTS
            or item.timestamp_ms - batch[0].timestamp_ms > MAX_SPAN_MS
        ):
            yield batch
            batch, counted = [], 0
        batch.append(item)
        counted += item.counted_bytes
    if batch:
        yield batch


def refused(info: Mapping[str, Any], batch: Sequence[Item]) -> Iterator[tuple[Item, str]]:
    """Read `rejectedLogEventsInfo`: both ends of what is too old are exclusive, the start of what is too new is not."""
    too_old = info.get("tooOldLogEventEndIndex", 0)
    expired = max(info.get("expiredLogEventEndIndex", 0), too_old)
    too_new = max(info.get("tooNewLogEventStartIndex", len(batch)), expired)
    for item in batch[:too_old]:
        yield item, "too old: CloudWatch takes 14 days"
    for item in batch[too_old:expired]:
        yield item, "older than the retention of the log group"
    for item in batch[too_new:]:
        yield item, "too new: CloudWatch takes 2 hours ahead"
