"""A log stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.kinds.kind import here
from outwarden.provision.resource import Found, Resource


class LogStream:
    """Part of its log group; it goes with it."""

    word: ClassVar = "log stream"
    tagged: ClassVar = False

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look among the streams of the group."""
        group = wanted.properties["LogGroupName"]
        answer = here(cloud.client("logs").describe_log_streams, logGroupName=group, logStreamNamePrefix=wanted.name)
        there = any(one["logStreamName"] == wanted.name for one in (answer or {}).get("logStreams", []))
        return Found(properties=dict(wanted.properties)) if there else None

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it."""
        group = wanted.properties["LogGroupName"]
        return [Call("logs", "CreateLogStream", {"logGroupName": group, "logStreamName": wanted.name})]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Nothing of it can differ."""
        return []

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """It goes with its group."""
        return []
