"""A queue and who may send to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.kinds.kind import found, here
from outwarden.provision.resource import Found, Resource

_URL: Final = "${DeadLetters}"
_KEPT: Final = ("MessageRetentionPeriod", "KmsMasterKeyId", "SqsManagedSseEnabled")


class Queue:
    """Its address is told by AWS only."""

    word: ClassVar = "queue"
    tagged: ClassVar = True

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look at the queue of this name."""
        sqs = cloud.client("sqs")
        answer = here(sqs.get_queue_url, QueueName=wanted.name)
        if answer is None:
            return None
        url = answer["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        properties: dict[str, Any] = {"QueueName": wanted.name}
        properties |= {name: _value(attributes[name]) for name in _KEPT if name in attributes}
        return found(sqs.list_queue_tags(QueueUrl=url).get("Tags", {}), properties, {"DeadLetters": url})

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it."""
        parameters = {"QueueName": wanted.name, "Attributes": _attributes(wanted), "tags": dict(tags)}
        return [Call("sqs", "CreateQueue", parameters, {"DeadLetters": "QueueUrl"})]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Mend what differs."""
        attributes = {name: value for name, value in _attributes(wanted).items() if name in fields}
        return [Call("sqs", "SetQueueAttributes", {"QueueUrl": _URL, "Attributes": attributes})]

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Remove it with what lies in it."""
        return [Call("sqs", "DeleteQueue", {"QueueUrl": _URL})]


class QueuePolicy:
    """An attribute of its queue."""

    word: ClassVar = "queue policy"
    tagged: ClassVar = False

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look at the policy of the queue."""
        sqs = cloud.client("sqs")
        answer = here(sqs.get_queue_url, QueueName=wanted.name)
        if answer is None:
            return None
        attributes = sqs.get_queue_attributes(QueueUrl=answer["QueueUrl"], AttributeNames=["All"])["Attributes"]
        if not attributes.get("Policy"):
            return None
        return Found(properties={**wanted.properties, "PolicyDocument": json.loads(attributes["Policy"])})

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Write it."""
        policy = json.dumps(wanted.properties["PolicyDocument"])
        return [Call("sqs", "SetQueueAttributes", {"QueueUrl": _URL, "Attributes": {"Policy": policy}})]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Write it."""
        return self.create(wanted, {})

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """It goes with its queue."""
        return []


def _attributes(wanted: Resource) -> dict[str, str]:
    """SQS wants everything as text."""
    values = {name: wanted.properties[name] for name in _KEPT if name in wanted.properties}
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in values.items()}


def _value(text: str) -> Any:
    return int(text) if text.isdigit() else {"true": True, "false": False}.get(text, text)
