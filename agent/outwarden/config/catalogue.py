"""The metrics that we publish: one table for the meter, the alarms, the dashboards and the exporters.

Every metric has exactly the dimensions `Service` and `Environment`: an alarm matches dimensions exactly.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, get_args

MetricName = Literal[
    "Calls",
    "2XX",
    "3XX",
    "4XXError",
    "5XXError",
    "NetworkErrors",
    "Throttled",
    "KeysInUrls",
    "EventsLost",
    "Heartbeat",
    "LatencyMs",
]
"""The metrics that we publish."""

DIMENSIONS: Final = ("Service", "Environment")
"""In CloudWatch's names, in this order."""


class Metric(NamedTuple):
    """One metric."""

    name: MetricName
    kind: Literal["count", "distribution"]
    """A count has one sum a minute, also where it is 0; a distribution has the values themselves."""
    unit: Literal["Count", "Milliseconds"]
    """In CloudWatch's word."""
    text: str
    """What it tells, as a sentence's end: `the number of …`."""


METRICS: Final[tuple[Metric, ...]] = (
    Metric("Calls", "count", "Count", "attempts on the wire"),
    Metric("2XX", "count", "Count", "attempts answered with 2XX"),
    Metric("3XX", "count", "Count", "attempts answered with 3XX"),
    Metric("4XXError", "count", "Count", "attempts answered with 4XX"),
    Metric("5XXError", "count", "Count", "attempts answered with 5XX"),
    Metric(
        "NetworkErrors", "count", "Count", "attempts that ended without a whole answer: timeout, DNS, connection, TLS"
    ),
    Metric("Throttled", "count", "Count", "attempts answered with 429"),
    Metric("KeysInUrls", "count", "Count", "attempts in whose URL a key was seen"),
    Metric("EventsLost", "count", "Count", "events that could not be recorded or delivered"),
    Metric("Heartbeat", "count", "Count", "1 in each minute in which a sidecar was at work"),
    Metric("LatencyMs", "distribution", "Milliseconds", "time until the answer was there, in milliseconds"),
)
"""All metrics, in the order in which they are published."""

BY_NAME: Final[dict[str, Metric]] = {metric.name: metric for metric in METRICS}

if tuple(BY_NAME) != get_args(MetricName):  # a row and its name go together
    raise AssertionError
