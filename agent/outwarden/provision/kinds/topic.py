"""A topic and who may publish to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.kinds.kind import found, here, pairs
from outwarden.provision.policy import arn
from outwarden.provision.resource import Found, Resource, tag_list


class Topic:
    """Tags are said twice, as those of an alarm."""

    word: ClassVar = "topic"
    tagged: ClassVar = True

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look at the topic of this name."""
        sns, topic = cloud.client("sns"), wanted.arn
        answer = here(sns.get_topic_attributes, TopicArn=topic)
        if answer is None:
            return None
        properties: dict[str, Any] = {**wanted.properties, "KmsMasterKeyId": answer["Attributes"].get("KmsMasterKeyId")}
        return found(pairs(sns.list_tags_for_resource(ResourceArn=topic)["Tags"]), properties)

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it."""
        key = {name: value for name, value in wanted.properties.items() if name == "KmsMasterKeyId"}
        attributes = {"Attributes": key} if key else {}
        named = tag_list(dict(tags))
        return [
            Call("sns", "CreateTopic", {"Name": wanted.name, **attributes, "Tags": named}),
            Call("sns", "TagResource", {"ResourceArn": arn("sns", wanted.name), "Tags": named}, again=True),
        ]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Encrypt it as wanted."""
        key = wanted.properties.get("KmsMasterKeyId", "")
        return [_attribute(wanted.name, "KmsMasterKeyId", key)]

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Remove it with its subscriptions."""
        return [Call("sns", "DeleteTopic", {"TopicArn": arn("sns", wanted.name)})]


class TopicPolicy:
    """An attribute of its topic; AWS gives one to every topic, so it is always there."""

    word: ClassVar = "topic policy"
    tagged: ClassVar = False

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look at the policy of the topic."""
        answer = here(cloud.client("sns").get_topic_attributes, TopicArn=wanted.properties["Topics"][0])
        if answer is None:
            return None
        policy = json.loads(answer["Attributes"]["Policy"])
        return Found(properties={**wanted.properties, "PolicyDocument": policy})

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Write it."""
        return [_attribute(wanted.name, "Policy", json.dumps(wanted.properties["PolicyDocument"]))]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Write it."""
        return self.create(wanted, {})

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """It goes with its topic."""
        return []


def _attribute(topic: str, name: str, value: str) -> Call:
    parameters = {"TopicArn": arn("sns", topic), "AttributeName": name, "AttributeValue": value}
    return Call("sns", "SetTopicAttributes", parameters)
