"""A metric made from log events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.kinds.kind import here
from outwarden.provision.resource import Found, Resource


class MetricFilter:
    """Part of its log group."""

    word: ClassVar = "metric filter"
    tagged: ClassVar = False

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look among the filters of the group."""
        group, name = wanted.properties["LogGroupName"], wanted.name
        answer = here(cloud.client("logs").describe_metric_filters, logGroupName=group, filterNamePrefix=name)
        for one in (answer or {}).get("metricFilters", []):
            if one["filterName"] == name:
                return Found(
                    properties={
                        "LogGroupName": group,
                        "FilterName": name,
                        "FilterPattern": one["filterPattern"],
                        "MetricTransformations": [_words(each) for each in one["metricTransformations"]],
                    }
                )
        return None

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it."""
        properties = wanted.properties
        return [
            Call(
                "logs",
                "PutMetricFilter",
                {
                    "logGroupName": properties["LogGroupName"],
                    "filterName": wanted.name,
                    "filterPattern": properties["FilterPattern"],
                    "metricTransformations": [
                        {
                            _lower(name): {pair["Key"]: pair["Value"] for pair in value}
                            if name == "Dimensions"
                            else value
                            for name, value in each.items()
                        }
                        for each in properties["MetricTransformations"]
                    ],
                },
            )
        ]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Write it whole."""
        return self.create(wanted, {})

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Remove it."""
        group = wanted.properties["LogGroupName"]
        return [Call("logs", "DeleteMetricFilter", {"logGroupName": group, "filterName": wanted.name})]


def _words(transformation: Mapping[str, Any]) -> dict[str, Any]:
    """Logs says in small letters what CloudFormation says in capitals, and dimensions as a mapping."""
    words = {name[0].upper() + name[1:]: value for name, value in transformation.items()}
    if "Dimensions" in words:
        words["Dimensions"] = [{"Key": key, "Value": value} for key, value in words["Dimensions"].items()]
    return words


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]
