"""An alarm over metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.kinds.kind import found, pairs
from outwarden.provision.resource import Found, Resource, tag_list


class Alarm:
    """CloudWatch has the same words as CloudFormation here."""

    word: ClassVar = "alarm"
    tagged: ClassVar = True

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look at the alarm of this name, of whatever type it is: both share one space of names."""
        answer = cloud.client("cloudwatch").describe_alarms(
            AlarmNames=[wanted.name], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        alarms = answer.get("MetricAlarms", []) + answer.get("CompositeAlarms", [])
        return _found(cloud, alarms[0]) if alarms else None

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it dumb: actions are enabled when everything else is there.

        Tags are said twice: MiniStack drops those of the creating call, and AWS must never hold a thing of ours
        without them.
        """
        quiet = wanted.properties | {"ActionsEnabled": False}
        return [
            Call("cloudwatch", "PutMetricAlarm", {**quiet, "Tags": tag_list(dict(tags))}),
            tagging(wanted.arn, tags),
        ]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Write it whole: that is the only way."""
        if fields == {"ActionsEnabled"}:
            return [enabling(wanted.name)]
        return [Call("cloudwatch", "PutMetricAlarm", wanted.properties)]

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Remove it."""
        return [Call("cloudwatch", "DeleteAlarms", {"AlarmNames": [wanted.name]})]


def tagging(arn: str, tags: Mapping[str, str]) -> Call:
    """Say whose an alarm is."""
    return Call("cloudwatch", "TagResource", {"ResourceARN": arn, "Tags": tag_list(dict(tags))}, again=True)


def enabling(*alarms: str) -> Call:
    """Let alarms speak."""
    return Call("cloudwatch", "EnableAlarmActions", {"AlarmNames": list(alarms)})


def ours(cloud: Cloud, owner: str, namespace: str, dimensions: list[dict[str, str]]) -> Iterator[Found]:
    """Find the alarms over our metrics, and those over alarms, that carry our tag.

    Tags cost a call for each alarm, and an account may have thousands of alarms: only those that can be ours are asked.
    """
    pages = cloud.client("cloudwatch").get_paginator("describe_alarms")
    for page in pages.paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"]):
        for one in page.get("MetricAlarms", []) + page.get("CompositeAlarms", []):
            if "AlarmRule" in one or _watches(one, namespace, dimensions):
                there = _found(cloud, one)
                if there.owner == owner:
                    yield there


def _watches(alarm: Mapping[str, Any], namespace: str, dimensions: list[dict[str, str]]) -> bool:
    metrics = [alarm] + [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    return any(
        (one.get("Namespace"), _sorted(one.get("Dimensions", []))) == (namespace, _sorted(dimensions))
        for one in metrics
    )


def _sorted(dimensions: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return sorted((dict(one) for one in dimensions), key=lambda one: one["Name"])


def _found(cloud: Cloud, alarm: Mapping[str, Any]) -> Found:
    tags = cloud.client("cloudwatch").list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    # What is left out in the answer is what nobody set.
    empty: dict[str, Any] = {"AlarmActions": [], "OKActions": [], "Dimensions": []}
    return found(pairs(tags), empty | dict(alarm))
