"""A managed policy of IAM."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.kinds.kind import found, here, pairs
from outwarden.provision.resource import Found, Resource, tag_list


class ManagedPolicy:
    """AWS keeps five versions of it; a new one replaces the one before the last."""

    word: ClassVar = "IAM policy"
    tagged: ClassVar = True

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look at the version in force."""
        iam = cloud.client("iam")
        arn = wanted.arn
        answer = here(iam.get_policy, PolicyArn=arn)
        if answer is None:
            return None
        policy = answer["Policy"]
        version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        document = version["Document"]
        properties = {
            **wanted.properties,
            "PolicyDocument": json.loads(document) if isinstance(document, str) else document,
        }
        others = [
            one["VersionId"]
            for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]
            if not one["IsDefaultVersion"]
        ]
        tags = pairs(iam.list_policy_tags(PolicyArn=arn).get("Tags", []))
        return found(tags, properties | {"OtherVersions": sorted(others)})

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it."""
        properties = wanted.properties
        parameters = {
            "PolicyName": wanted.name,
            "Description": properties["Description"],
            "PolicyDocument": json.dumps(properties["PolicyDocument"]),
            "Tags": tag_list(dict(tags)),
        }
        return [Call("iam", "CreatePolicy", parameters)]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Make a new version; older ones go, so that there is always room."""
        arn = {"PolicyArn": wanted.arn}
        document = {"PolicyDocument": json.dumps(wanted.properties["PolicyDocument"]), "SetAsDefault": True}
        return [*_room(wanted, there), Call("iam", "CreatePolicyVersion", arn | document)]

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Remove its older versions, then itself."""
        return [*_room(wanted, there), Call("iam", "DeletePolicy", {"PolicyArn": wanted.arn})]


def _room(wanted: Resource, there: Found) -> list[Call]:
    versions = there.properties.get("OtherVersions", [])
    return [Call("iam", "DeletePolicyVersion", {"PolicyArn": wanted.arn, "VersionId": version}) for version in versions]
