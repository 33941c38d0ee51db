"""EmbeddedMetrics: minutes of metrics as lines of a log stream, `metrics.via: emf`.

CloudWatch embedded metric format, as in the AWS specification of that name. A distribution is an object of `Values` and
`Counts` with its `Min`, `Max`, `Count` and `Sum`, as AWS's own exporters for OpenTelemetry write it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec

from outwarden import tally
from outwarden.config import metrics as settings
from outwarden.config import sinks
from outwarden.config.catalogue import BY_NAME, DIMENSIONS
from outwarden.sinks import aws
from outwarden.sinks.cloudwatch_batch import refused
from outwarden.sinks.increments import Added, Increments, Slot, chunks

logger = logging.getLogger(__name__)

MOST_VALUES: Final = 100
"""So many values a metric of one line may have."""


class EmbeddedMetrics:
    """Has a log stream of its own, so that the stream of events holds events only."""

    def __init__(self, config: settings.Metrics, sink: sinks.CloudWatchSink) -> None:
        """Keep the settings; the client is made when there is something to send."""
        self._client = aws.LateClient(lambda: aws.client("logs", sink.region, sink.endpoint_url))
        self._namespace = config.namespace
        self._group, self._stream = sink.log_group, f"{sink.log_stream}Metrics"

    def send(self, increments: Increments) -> None:
        """Send; see `Transport.send`."""
        not_found = self._client.get().exceptions.ResourceNotFoundException
        minutes = sorted(increments.items(), key=lambda pair: pair[0].minute)
        lines = [(slot, added, line) for slot, added in minutes for line in emf(self._namespace, slot, added)]
        try:
            self._put(lines)
        except not_found:
            self._make_stream()
            self._put(lines)

    def _put(self, lines: Sequence[tuple[Slot, Added, str]]) -> None:
        events: list[Any] = [{"timestamp": slot.minute * 1000, "message": line} for slot, _, line in lines]
        answer = self._client.get().put_log_events(
            logGroupName=self._group, logStreamName=self._stream, logEvents=events
        )
        outside = list(refused(answer.get("rejectedLogEventsInfo", {}), lines))
        if outside:
            lost = {slot: added for (slot, added, _), _ in outside}
            tally.count("rejected", sum(added.counted() for added in lost.values()))
            logger.warning("CloudWatch refuses metrics.", extra={"minutes": len(lost), "why": outside[0][1]})

    def _make_stream(self) -> None:
        client = self._client.get()
        there = client.exceptions.ResourceAlreadyExistsException
        with suppress(there):
            client.create_log_group(logGroupName=self._group)
        with suppress(there):
            client.create_log_stream(logGroupName=self._group, logStreamName=self._stream)


def emf(namespace: str, slot: Slot, added: Added) -> list[str]:
    """Render one minute as lines in the embedded metric format: one, or more where there are many different latencies."""
    latencies = [{"LatencyMs": _distribution(part)} for part in chunks(added.latencies, MOST_VALUES)]
    first: dict[str, Any] = {**added.counts, **(latencies[0] if latencies else {})}
    return [_line(namespace, slot, numbers) for numbers in (first, *latencies[1:])]


def _distribution(part: Sequence[tuple[float, int]]) -> dict[str, Any]:
    return {
        "Values": [value for value, _ in part],
        "Counts": [count for _, count in part],
        "Min": part[0][0],
        "Max": part[-1][0],
        "Count": sum(count for _, count in part),
        "Sum": sum(value * count for value, count in part),
    }


def _line(namespace: str, slot: Slot, numbers: Mapping[str, Any]) -> str:
    line = {
        "_aws": {
            "Timestamp": slot.minute * 1000,
            "CloudWatchMetrics": [
                {
                    "Namespace": namespace,
                    "Dimensions": [list(DIMENSIONS)],
                    "Metrics": [{"Name": metric, "Unit": BY_NAME[metric].unit} for metric in numbers],
                }
            ],
        },
        "Service": slot.service,
        "Environment": slot.env,
        **numbers,
    }
    return msgspec.json.encode(line).decode()
