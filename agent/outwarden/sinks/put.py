"""PutMetricData: minutes of metrics by an API call of its own, `metrics.via: put`."""

from __future__ import annotations

from typing import Any, Final

from outwarden.config import metrics as settings
from outwarden.config import sinks
from outwarden.config.catalogue import BY_NAME
from outwarden.sinks import aws
from outwarden.sinks.increments import Added, Increments, Slot, chunks

MOST_VALUES: Final = 150
"""So many different values a datum may have."""


class PutMetricData:
    """Sends everything in one request."""

    def __init__(self, config: settings.Metrics, sink: sinks.CloudWatchSink) -> None:
        """Keep the settings; the client is made when there is something to send."""
        self._client = aws.LateClient(lambda: aws.client("cloudwatch", sink.region, sink.endpoint_url))
        self._namespace = config.namespace

    def send(self, increments: Increments) -> None:
        """Send; see `Transport.send`."""
        together: list[Any] = [datum for slot, added in increments.items() for datum in data(slot, added)]
        self._client.get().put_metric_data(Namespace=self._namespace, MetricData=together)


def data(slot: Slot, added: Added) -> list[dict[str, Any]]:
    """Render one minute as data for PutMetricData: a value for each count, values with their counts for latencies."""
    dimensions = [{"Name": "Service", "Value": slot.service}, {"Name": "Environment", "Value": slot.env}]

    def datum(metric: str, numbers: dict[str, Any]) -> dict[str, Any]:
        about = {"MetricName": metric, "Dimensions": dimensions, "Timestamp": slot.minute}
        return about | numbers | {"Unit": BY_NAME[metric].unit}

    return [
        *(datum(metric, {"Value": float(count)}) for metric, count in added.counts.items()),
        *(
            datum("LatencyMs", {"Values": [value for value, _ in part], "Counts": [float(count) for _, count in part]})
            for part in chunks(added.latencies, MOST_VALUES)
        ),
    ]
