"""An alarm over alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from outwarden.provision.call import Call
from outwarden.provision.kinds.alarm import Alarm, enabling, tagging
from outwarden.provision.resource import Found, Resource, tag_list


class Composite(Alarm):
    """As an alarm over metrics, by a call of its own."""

    word: ClassVar = "composite alarm"

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it dumb, as its children."""
        quiet = wanted.properties | {"ActionsEnabled": False}
        return [
            Call("cloudwatch", "PutCompositeAlarm", {**quiet, "Tags": tag_list(dict(tags))}),
            tagging(wanted.arn, tags),
        ]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Write it whole."""
        if fields == {"ActionsEnabled"}:
            return [enabling(wanted.name)]
        return [Call("cloudwatch", "PutCompositeAlarm", wanted.properties)]
