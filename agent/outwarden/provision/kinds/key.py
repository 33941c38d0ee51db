"""A key of KMS and its name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from botocore.exceptions import ClientError

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.kinds.kind import found, here, pairs
from outwarden.provision.resource import OWNER_TAG, Found, Resource

WAITING_DAYS: Final = 30
"""How long AWS keeps a key that is to be deleted, in case somebody misses it."""


class Key:
    """Found by its alias; where that was not made any more, by its tag."""

    word: ClassVar = "key"
    tagged: ClassVar = True

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look at the key behind the alias; one that waits for its deletion is no key any more."""
        kms = cloud.client("kms")
        answer = here(kms.describe_key, KeyId=wanted.name)
        metadata = answer["KeyMetadata"] if answer else _without_alias(cloud, wanted)
        if metadata is None or metadata.get("KeyState") == "PendingDeletion":
            return None
        key = metadata["KeyId"]
        tags = pairs(kms.list_resource_tags(KeyId=key).get("Tags", []), "TagKey", "TagValue")
        properties = {
            "Description": metadata.get("Description", ""),
            "KeyPolicy": json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]),
            "EnableKeyRotation": kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"],
        }
        return found(tags, properties, {"Key.Arn": metadata["Arn"], "Key": key})

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it; its ARN is known from then on."""
        properties = wanted.properties
        parameters = {
            "Description": properties["Description"],
            "Policy": json.dumps(properties["KeyPolicy"]),
            "Tags": [{"TagKey": name, "TagValue": value} for name, value in tags.items()],
        }
        return [
            Call("kms", "CreateKey", parameters, {"Key.Arn": "KeyMetadata.Arn", "Key": "KeyMetadata.KeyId"}),
            Call("kms", "EnableKeyRotation", {"KeyId": "${Key}"}),
        ]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Mend what differs."""
        properties, key = wanted.properties, {"KeyId": "${Key}"}
        policy = {"PolicyName": "default", "Policy": json.dumps(properties["KeyPolicy"])}
        calls = {
            "Description": Call("kms", "UpdateKeyDescription", key | {"Description": properties["Description"]}),
            "KeyPolicy": Call("kms", "PutKeyPolicy", key | policy),
            "EnableKeyRotation": Call("kms", "EnableKeyRotation", key),
        }
        return [call for field, call in calls.items() if field in fields]

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Let AWS delete it after its waiting time."""
        return [
            Call("kms", "ScheduleKeyDeletion", {"KeyId": "${Key}", "PendingWindowInDays": WAITING_DAYS}),
        ]


class KeyAlias:
    """The name of the key."""

    word: ClassVar = "key name"
    tagged: ClassVar = False

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look whether the name leads somewhere."""
        answer = here(cloud.client("kms").describe_key, KeyId=wanted.name)
        if answer is None:
            return None
        return Found(properties={"AliasName": wanted.name, "TargetKeyId": answer["KeyMetadata"]["KeyId"]})

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it."""
        return [Call("kms", "CreateAlias", {"AliasName": wanted.name, "TargetKeyId": "${Key}"})]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Let it name our key."""
        return [Call("kms", "UpdateAlias", {"AliasName": wanted.name, "TargetKeyId": "${Key}"})]

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Remove the name."""
        return [Call("kms", "DeleteAlias", {"AliasName": wanted.name})]


def _without_alias(cloud: Cloud, wanted: Resource) -> Mapping[str, Any] | None:
    """Find a key that an interrupted run left: each costs money for ever."""
    owner = wanted.name.removeprefix("alias/outwarden-")
    try:
        pages = cloud.client("resourcegroupstaggingapi").get_paginator("get_resources")
        listed = [
            one
            for page in pages.paginate(TagFilters=[{"Key": OWNER_TAG}], ResourceTypeFilters=["kms:key"])
            for one in page["ResourceTagMappingList"]
        ]
    except ClientError:
        return None  # without that permission an interrupted run makes a second key, and nothing worse
    for one in listed:
        if pairs(one.get("Tags", [])).get(OWNER_TAG, "").replace("/", "-") == owner:
            metadata = cloud.client("kms").describe_key(KeyId=one["ResourceARN"])["KeyMetadata"]
            if metadata.get("KeyState") == "Enabled":
                return dict(metadata)
    return None
