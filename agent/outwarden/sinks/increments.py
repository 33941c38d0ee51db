"""Increments: what was counted since the last publication, by minute."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from outwarden.config.catalogue import METRICS
from outwarden.meter.buckets import middle

HEARTBEAT: Final = "Heartbeat"
COUNTS: Final = tuple(metric.name for metric in METRICS if metric.kind == "count" and metric.name != HEARTBEAT)
"""The metrics that have a number in each minute, be it 0. A heartbeat is there or it is not."""


class Slot(NamedTuple):
    """One minute of one service in one environment."""

    service: str
    env: str
    minute: int


class Added(NamedTuple):
    """What is to be added to a minute."""

    counts: Mapping[str, int]
    """By metric."""
    latencies: Mapping[int, int]
    """By bucket."""

    def counted(self) -> int:
        """Give the sum of the counts: how much is lost when nobody knows whether it arrived."""
        return sum(count for metric, count in self.counts.items() if metric != HEARTBEAT)


Increments = Mapping[Slot, Added]


def claim(connection: sqlite3.Connection, slot: Slot) -> Added:
    """Mark what is new in a minute as sent, and give it: zeros where nothing was counted."""
    counts: dict[str, int] = dict.fromkeys(COUNTS, 0)
    rows = connection.execute(
        "SELECT metric, count - published FROM window WHERE service = ? AND env = ? AND minute = ?", slot
    )
    counts.update((metric, new) for metric, new in rows.fetchall() if new or metric != HEARTBEAT)
    latencies = connection.execute(
        "SELECT bucket, count - published FROM latency_window "
        "WHERE service = ? AND env = ? AND minute = ? AND published < count ORDER BY bucket",
        slot,
    ).fetchall()
    for table in ("window", "latency_window"):
        connection.execute(
            f"UPDATE {table} SET published = count WHERE service = ? AND env = ? AND minute = ?",  # noqa: S608 - ours
            slot,
        )
    return Added(counts, dict(latencies))


def unclaim(connection: sqlite3.Connection, slot: Slot, added: Added) -> None:
    """Take the mark back."""
    connection.executemany(
        "UPDATE window SET published = published - ? WHERE service = ? AND env = ? AND minute = ? AND metric = ?",
        [(count, *slot, metric) for metric, count in added.counts.items() if count],
    )
    connection.executemany(
        "UPDATE latency_window SET published = published - ? "
        "WHERE service = ? AND env = ? AND minute = ? AND bucket = ?",
        [(count, *slot, bucket) for bucket, count in added.latencies.items()],
    )


def chunks(latencies: Mapping[int, int], most: int) -> Iterator[Sequence[tuple[float, int]]]:
    """Give values with their counts, in ascending order, so many at a time."""
    values = [(middle(bucket), count) for bucket, count in sorted(latencies.items())]
    for start in range(0, len(values), most):
        yield values[start : start + most]
