"""What AWS asks for things, as a list: no free tier, no discount, no tax, other regions differ."""

from __future__ import annotations

from typing import Final, NamedTuple

REGION: Final = "us-east-1"
AS_OF: Final = "2026-11"


class Price(NamedTuple):
    """One line of the price list."""

    dollars: float
    per: str
    source: str


_CLOUDWATCH: Final = "https://aws.amazon.com/cloudwatch/pricing/"

PRICES: Final = {
    "metric": Price(0.30, "custom metric and month", _CLOUDWATCH),
    "alarm": Price(0.10, "metric in an alarm and month", _CLOUDWATCH),
    "composite alarm": Price(0.50, "composite alarm and month", _CLOUDWATCH),
    "dashboard": Price(3.00, "dashboard and month", _CLOUDWATCH),
    "log ingestion": Price(0.50, "GB of logs", _CLOUDWATCH),
    "log storage": Price(0.03, "GB of logs and month", _CLOUDWATCH),
    "data protection": Price(0.12, "GB of logs", _CLOUDWATCH),
    "key": Price(1.00, "key and month", "https://aws.amazon.com/kms/pricing/"),
}
