"""A log group."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.kinds.kind import found
from outwarden.provision.resource import Found, Resource


class LogGroup:
    """With retention, key and data protection."""

    word: ClassVar = "log group"
    tagged: ClassVar = True

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look among the groups whose names begin so."""
        logs, name = cloud.client("logs"), wanted.name
        pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
        for one in (one for page in pages for one in page["logGroups"] if one["logGroupName"] == name):
            arn = one["arn"].removesuffix(":*")
            properties: dict[str, Any] = {"LogGroupName": name, "RetentionInDays": one.get("retentionInDays")}
            properties["KmsKeyId"] = one.get("kmsKeyId")
            if "DataProtectionPolicy" in wanted.properties:
                document = logs.get_data_protection_policy(logGroupIdentifier=name).get("policyDocument")
                properties["DataProtectionPolicy"] = json.loads(document) if document else None
            return found(logs.list_tags_for_resource(resourceArn=arn)["tags"], properties)
        return None

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it, then what cannot be said at once."""
        parameters: dict[str, Any] = {"logGroupName": wanted.name, "tags": dict(tags)}
        if key := wanted.properties.get("KmsKeyId"):
            parameters["kmsKeyId"] = key
        rest = frozenset(wanted.properties) - {"KmsKeyId"}
        return [Call("logs", "CreateLogGroup", parameters), *self.update(wanted, rest, Found())]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Mend what differs."""
        properties, group = wanted.properties, {"logGroupName": wanted.name}
        calls = []
        if "RetentionInDays" in fields:
            days = {"retentionInDays": properties["RetentionInDays"]}
            calls.append(Call("logs", "PutRetentionPolicy", group | days))
        if "KmsKeyId" in fields:
            calls.append(Call("logs", "AssociateKmsKey", group | {"kmsKeyId": properties["KmsKeyId"]}))
        if "DataProtectionPolicy" in fields:
            document = {"policyDocument": json.dumps(properties["DataProtectionPolicy"])}
            calls.append(Call("logs", "PutDataProtectionPolicy", {"logGroupIdentifier": wanted.name} | document))
        return calls

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Remove it with everything in it."""
        return [Call("logs", "DeleteLogGroup", {"logGroupName": wanted.name})]
