"""MetricsPublisher: windows -> CloudWatch metrics, by PutMetricData or as one aggregated EMF line a minute.

Published are *increments*: what was counted since the last time, for the minute in which it happened. CloudWatch adds
data of one minute up, so late events find their place. An increment is marked as sent before it is sent. When its fate
is unknown (a timeout after sending, a kill) it is not sent again, because counts would double; when it was refused for
certain the mark is taken back.

EMF: CloudWatch embedded metric format, as in the AWS specification "Embedded metric format".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, Final, NamedTuple, Protocol

import msgspec
from botocore import exceptions as sdk

from outwarden import tally
from outwarden.config import metrics as settings
from outwarden.config import sinks
from outwarden.meter import METRICS, windows
from outwarden.meter.windows import MINUTE_S
from outwarden.sinks import aws

KNOWN_S: Final = 86400
"""A service that made a call within this time gets its zeros each minute."""
OLDEST_S: Final = 14 * 86400 - 3600
"""CloudWatch takes data that is two weeks old at most."""
MAX_DATA: Final = 1000
"""PutMetricData takes so many data at once."""
MAX_SPAN_S: Final = 86400
"""PutLogEvents takes events of less than a day at once."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS zeros (
    service TEXT NOT NULL, env TEXT NOT NULL, minute INTEGER NOT NULL, PRIMARY KEY (service, env)
) WITHOUT ROWID
"""
_NEVER_SENT: Final = (sdk.EndpointConnectionError, sdk.ConnectTimeoutError, sdk.NoCredentialsError)


class Slot(NamedTuple):
    """One minute of one service in one environment."""

    service: str
    env: str
    minute: int


Increments = Mapping[Slot, Mapping[str, int]]
"""What is to be added, by minute and metric; every metric is there, with 0 where nothing was counted."""


class Transport(Protocol):
    """How increments reach CloudWatch."""

    def send(self, increments: Increments) -> None:
        """Send them in one request each time it is called; what the SDK raises passes."""


class MetricsPublisher:
    """Publishes what the windows have counted and not yet published."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
        transport: Transport,
        *,
        services: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Prepare the table of zeros.

        Args:
            transaction: opens a transaction on the database that holds the windows.
            transport: how to send.
            services: each (service, environment) that gets its zeros even before its first call.
        """
        self._transaction = transaction
        self._transport = transport
        self._services = set(services)
        with transaction() as connection:
            connection.execute(_TABLE)

    def publish(self, now: float) -> int:
        """Publish everything that is due.

        Returns:
            How many minutes of a service were sent.

        Raises:
            Retry, Unauthorized: nothing, or not all, was taken; the rest is due again the next time.
        """
        with self._transaction() as connection:
            due = sorted(_due(connection, now, self._services), key=lambda slot: slot.minute)
        for batch in _batches(due):
            self._send(batch)
        return len(due)

    def _send(self, slots: Sequence[Slot]) -> None:
        with self._transaction() as connection:
            increments = {slot: _claim(connection, slot) for slot in slots}
        try:
            self._transport.send(increments)
        except (sdk.BotoCoreError, sdk.ClientError) as error:
            if _was_refused(error):
                with self._transaction() as connection:
                    for slot, counts in increments.items():
                        _unclaim(connection, slot, counts)
            else:
                tally.count("metric_unknown", sum(sum(counts.values()) for counts in increments.values()))
            raise aws.classify(error) from None


def _batches(due: Sequence[Slot]) -> Iterator[Sequence[Slot]]:
    """Cut a list that is in order of time so that each part keeps to the limits of both transports."""
    start = 0
    for index in range(1, len(due) + 1):
        full = index - start == MAX_DATA // len(METRICS)
        if index == len(due) or full or due[index].minute - due[start].minute >= MAX_SPAN_S:
            yield due[start:index]
            start = index


def _due(connection: sqlite3.Connection, now: float, configured: set[tuple[str, str]]) -> set[Slot]:
    """Find the minutes with something new, and the minute at hand of every known service."""
    rows = connection.execute(
        "SELECT DISTINCT service, env, minute FROM window WHERE published < count AND minute > ?", (now - OLDEST_S,)
    )
    due = {Slot(*row) for row in rows}
    minute = int(now // MINUTE_S * MINUTE_S)
    for service, env in configured | set(windows.services(connection, now - KNOWN_S)):
        row = connection.execute("SELECT minute FROM zeros WHERE service = ? AND env = ?", (service, env)).fetchone()
        if row is None or row[0] < minute:
            due.add(Slot(service, env, minute))
    return due


def _claim(connection: sqlite3.Connection, slot: Slot) -> dict[str, int]:
    """Mark what is new in a minute as sent, and give it."""
    new: dict[str, int] = dict.fromkeys(METRICS, 0)
    key = (slot.service, slot.env, slot.minute)
    rows = connection.execute(
        "SELECT metric, count - published FROM window WHERE service = ? AND env = ? AND minute = ?", key
    )
    new.update(rows.fetchall())
    connection.execute("UPDATE window SET published = count WHERE service = ? AND env = ? AND minute = ?", key)
    connection.execute(
        "INSERT INTO zeros VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET minute = max(minute, excluded.minute)", key
    )
    return new


def _unclaim(connection: sqlite3.Connection, slot: Slot, counts: Mapping[str, int]) -> None:
    """Take the mark back."""
    connection.executemany(
        "UPDATE window SET published = published - ? WHERE service = ? AND env = ? AND minute = ? AND metric = ?",
        [(count, *slot, metric) for metric, count in counts.items() if count],
    )
    connection.execute(
        "DELETE FROM zeros WHERE service = ? AND env = ? AND minute = ?", (slot.service, slot.env, slot.minute)
    )


def _was_refused(error: sdk.BotoCoreError | sdk.ClientError) -> bool:
    """Say whether it is certain that nothing was stored."""
    if isinstance(error, sdk.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        return 400 <= status < 500 or status == 503
    return isinstance(error, _NEVER_SENT)


class PutMetricData:
    """`metrics.via: put`."""

    def __init__(self, config: settings.Metrics, sink: sinks.CloudWatchSink) -> None:
        """Make the client.

        Raises:
            CloudError: region, credentials or endpoint cannot be used.
        """
        self._client = aws.client("cloudwatch", sink.region, sink.endpoint_url)
        self._namespace = config.namespace

    def send(self, increments: Increments) -> None:
        """Send; see `Transport.send`."""
        data: list[Any] = [
            {
                "MetricName": metric,
                "Dimensions": [
                    {"Name": "Service", "Value": slot.service},
                    {"Name": "Environment", "Value": slot.env},
                ],
                "Timestamp": slot.minute,
                "Value": float(count),
                "Unit": "Count",
            }
            for slot, counts in increments.items()
            for metric, count in counts.items()
        ]
        self._client.put_metric_data(Namespace=self._namespace, MetricData=data)


class EmbeddedMetrics:
    """`metrics.via: emf`: lines in a log stream of their own, so that the stream of events holds events only."""

    def __init__(self, config: settings.Metrics, sink: sinks.CloudWatchSink) -> None:
        """Make the client.

        Raises:
            CloudError: region, credentials or endpoint cannot be used.
        """
        self._client = aws.client("logs", sink.region, sink.endpoint_url)
        self._namespace = config.namespace
        self._group, self._stream = sink.log_group, f"{sink.log_stream}Metrics"

    def send(self, increments: Increments) -> None:
        """Send; see `Transport.send`."""
        events: list[Any] = [
            {"timestamp": slot.minute * 1000, "message": emf(self._namespace, slot, counts)}
            for slot, counts in sorted(increments.items(), key=lambda pair: pair[0].minute)
        ]
        try:
            self._put(events)
        except self._client.exceptions.ResourceNotFoundException:
            self._make_stream()
            self._put(events)

    def _put(self, events: list[Any]) -> None:
        self._client.put_log_events(logGroupName=self._group, logStreamName=self._stream, logEvents=events)

    def _make_stream(self) -> None:
        there = self._client.exceptions.ResourceAlreadyExistsException
        with suppress(there):
            self._client.create_log_group(logGroupName=self._group)
        with suppress(there):
            self._client.create_log_stream(logGroupName=self._group, logStreamName=self._stream)


def emf(namespace: str, slot: Slot, counts: Mapping[str, int]) -> str:
    """Render one minute as a line in the embedded metric format."""
    line = {
        "_aws": {
            "Timestamp": slot.minute * 1000,
            "CloudWatchMetrics": [
                {
                    "Namespace": namespace,
                    "Dimensions": [["Service", "Environment"]],
                    "Metrics": [{"Name": metric, "Unit": "Count"} for metric in counts],
                }
            ],
        },
        "Service": slot.service,
        "Environment": slot.env,
        **counts,
    }
    return msgspec.json.encode(line).decode()
