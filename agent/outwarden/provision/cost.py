"""What the model costs a month by AWS's price list."""

from __future__ import annotations

import msgspec

from outwarden.config import Config
from outwarden.config.catalogue import METRICS
from outwarden.provision.model import Model
from outwarden.provision.prices import AS_OF, PRICES, REGION
from outwarden.provision.resource import Resource


class Item(msgspec.Struct, frozen=True):
    """One line of the bill."""

    count: int
    what: str
    dollars: float
    """For all of them, a month."""


class Cost(msgspec.Struct, frozen=True):
    """The bill."""

    items: tuple[Item, ...]
    monthly: float
    """Everything that does not depend on traffic."""
    per_gb: float
    """What each GB of events costs when it comes in."""
    prices: str
    """Which list."""


def cost(model: Model, config: Config) -> Cost:
    """Add it all up."""
    counts = {
        "metric": len(METRICS),
        "alarm": sum(_metrics(one) for one in model.resources if one.type == "AWS::CloudWatch::Alarm"),
        "composite alarm": _count(model, "AWS::CloudWatch::CompositeAlarm"),
        "dashboard": _count(model, "AWS::CloudWatch::Dashboard"),
        "key": _count(model, "AWS::KMS::Key"),
    }
    counts["metric"] += _count(model, "AWS::Logs::MetricFilter")
    items = tuple(Item(n, _words(what), round(n * PRICES[what].dollars, 2)) for what, n in counts.items() if n)
    per_gb = PRICES["log ingestion"].dollars
    if config.infra.data_protection == "enabled":
        per_gb += PRICES["data protection"].dollars
    return Cost(
        items=items,
        monthly=round(sum(item.dollars for item in items), 2),
        per_gb=round(per_gb, 2),
        prices=f"list prices of {REGION}, {AS_OF}, without free tier",
    )


def _metrics(alarm: Resource) -> int:
    """An alarm costs by the metrics in it; an expression is none."""
    return sum("MetricStat" in query for query in alarm.properties.get("Metrics", [])) or 1


def _count(model: Model, type_name: str) -> int:
    return sum(one.type == type_name for one in model.resources)


def _words(what: str) -> str:
    return {"metric": "custom metrics", "alarm": "metrics in alarms", "key": "KMS keys"}.get(what, f"{what}s")
