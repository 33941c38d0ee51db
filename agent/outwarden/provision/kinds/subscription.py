"""A subscription of a topic."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.kinds.kind import here
from outwarden.provision.resource import Found, Resource


class Subscription:
    """Part of its topic; it goes with it. Nobody but AWS knows its ARN, and only once it is confirmed."""

    word: ClassVar = "subscription"
    tagged: ClassVar = False

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look among the subscriptions of the topic for the protocol and the address."""
        sns, properties = cloud.client("sns"), dict(wanted.properties)
        pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=properties["TopicArn"])
        listed = here(lambda: [one for page in pages for one in page["Subscriptions"]]) or []
        for one in listed:
            if (one["Protocol"], one["Endpoint"]) == (properties["Protocol"], properties["Endpoint"]):
                arn = one["SubscriptionArn"]
                if not arn.startswith("arn:"):
                    return Found(properties=properties)  # not confirmed yet: AWS tells nothing more
                attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
                redrive = attributes.get("RedrivePolicy")
                there: dict[str, Any] = {"RedrivePolicy": json.loads(redrive) if redrive else None}
                return Found(properties=properties | there | {"SubscriptionArn": arn})
        return None

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Ask for it; AWS asks whoever is told."""
        properties = wanted.properties
        parameters: dict[str, Any] = {name: properties[name] for name in ("TopicArn", "Protocol")}
        parameters["Endpoint"] = properties["Endpoint"]
        if "RedrivePolicy" in properties:
            parameters["Attributes"] = {"RedrivePolicy": json.dumps(properties["RedrivePolicy"])}
        return [Call("sns", "Subscribe", parameters)]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Say where lies what was not taken."""
        redrive = json.dumps(wanted.properties.get("RedrivePolicy", {}))
        parameters = {"AttributeName": "RedrivePolicy", "AttributeValue": redrive}
        arn = {"SubscriptionArn": there.properties["SubscriptionArn"]}
        return [Call("sns", "SetSubscriptionAttributes", arn | parameters)]

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """It goes with its topic."""
        return []
