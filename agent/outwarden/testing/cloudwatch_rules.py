"""What CloudWatch Logs refuses: its documented limits, as pure functions.

Source: the API reference of PutLogEvents, PutRetentionPolicy and CreateLogGroup. Other stand-ins take all of this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

EVENT_OVERHEAD: Final = 26
BATCH_BYTES: Final = 1_048_576
EVENT_BYTES: Final = 1_048_576 - EVENT_OVERHEAD
BATCH_EVENTS: Final = 10_000
HOUR_MS: Final = 3_600_000
SPAN_MS: Final = 24 * HOUR_MS
OLDEST_MS: Final = 14 * 24 * HOUR_MS
NEWEST_MS: Final = 2 * HOUR_MS
RETENTION_DAYS: Final = frozenset(
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
)
_GROUP: Final = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
_STREAM: Final = re.compile(r"[^:*]{1,512}")

Item = Mapping[str, Any]


class Refused(Exception):
    """An answer that is an error: AWS's code, its text, and the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


def check_names(group: str, stream: str | None = None) -> None:
    """Refuse a log group or log stream whose name has no valid form."""
    if not _GROUP.fullmatch(group):
        raise _invalid(f"1 validation error detected: Value '{group}' at 'logGroupName' failed to satisfy constraint")
    if stream is not None and not _STREAM.fullmatch(stream):
        raise _invalid(f"1 validation error detected: Value '{stream}' at 'logStreamName' failed to satisfy constraint")


def check_retention(days: int) -> None:
    """Refuse a retention that CloudWatch does not offer."""
    if days not in RETENTION_DAYS:
        raise _invalid(f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint")


def check_batch(items: Sequence[Item], now_ms: int) -> None:
    """Refuse a batch as a whole."""
    if not 1 <= len(items) <= BATCH_EVENTS:
        raise _invalid(
            "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: "
            f"Member must have length between 1 and {BATCH_EVENTS}"
        )
    total = 0
    for item in items:
        size = len(item["message"].encode())
        if size == 0:
            raise _invalid("1 validation error detected: Value at 'logEvents.message' must have length at least 1")
        if size > EVENT_BYTES:
            raise _invalid(f"Log event too large: {size + EVENT_OVERHEAD} bytes exceeds limit of {BATCH_BYTES}")
        total += size + EVENT_OVERHEAD
    if total > BATCH_BYTES:
        raise _invalid(f"Upload too large: {total} bytes exceeds limit of {BATCH_BYTES}")
    times = [item["timestamp"] for item in items]
    if times != sorted(times):
        raise _invalid("Log events in a single PutLogEvents request must be in chronological order.")
    valid = [time for time in times if now_ms - OLDEST_MS <= time <= now_ms + NEWEST_MS]
    if valid and valid[-1] - valid[0] > SPAN_MS:
        raise _invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")


def judge(items: Sequence[Item], now_ms: int, retention_days: int | None) -> tuple[list[Item], dict[str, int]]:
    """Part the events of a good batch into those to store and `rejectedLogEventsInfo`."""
    times = [item["timestamp"] for item in items]
    too_old = sum(time < now_ms - OLDEST_MS for time in times)
    expired = sum(time < now_ms - retention_days * 24 * HOUR_MS for time in times) if retention_days else 0
    too_new = sum(time > now_ms + NEWEST_MS for time in times)
    info = {}
    if too_old:
        info["tooOldLogEventEndIndex"] = too_old  # exclusive
    if expired > too_old:
        info["expiredLogEventEndIndex"] = expired  # exclusive
    if too_new:
        info["tooNewLogEventStartIndex"] = len(items) - too_new  # inclusive
    return list(items[max(too_old, expired) : len(items) - too_new]), info


def _invalid(message: str) -> Refused:
    return Refused("InvalidParameterException", message)
