"""A rule that mutes alarms at certain times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from botocore.exceptions import ClientError

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.kinds.kind import found, here, pairs
from outwarden.provision.resource import Found, Resource, tag_list


class Mute:
    """CloudWatch has the same words as CloudFormation here."""

    word: ClassVar = "mute rule"
    tagged: ClassVar = True

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look at the rule of this name."""
        cloudwatch = cloud.client("cloudwatch")
        ask = getattr(cloudwatch, "get_alarm_mute_rule", None)  # older SDKs do not know it
        answer = here(ask, AlarmMuteRuleName=wanted.name) if ask is not None else None
        if answer is None:
            return None
        tags = cloudwatch.list_tags_for_resource(ResourceARN=answer["AlarmMuteRuleArn"])["Tags"]
        return found(pairs(tags), {name: answer.get(name) for name in ("Name", "Description", "Rule", "MuteTargets")})

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Make it."""
        return [Call("cloudwatch", "PutAlarmMuteRule", {**wanted.properties, "Tags": tag_list(dict(tags))})]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Write it whole: that is the only way."""
        return [Call("cloudwatch", "PutAlarmMuteRule", wanted.properties)]

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Remove it; alarms that it mutes speak at once."""
        return [Call("cloudwatch", "DeleteAlarmMuteRule", {"AlarmMuteRuleName": wanted.name})]


def named(cloud: Cloud, prefix: str) -> Iterator[str]:
    """Give the names of the rules that begin so; where rules cannot be listed there are none of ours."""
    token: dict[str, str] = {}
    while True:
        try:
            answer = cloud.client("cloudwatch").list_alarm_mute_rules(**token)
        except (ClientError, NotImplementedError, AttributeError):  # no right to; moto has none; an SDK without them
            return
        for one in answer.get("AlarmMuteRuleSummaries", []):
            name = one["AlarmMuteRuleArn"].partition(":alarm-mute-rule:")[2]
            if name.startswith(prefix):
                yield name
        if not answer.get("NextToken"):
            return
        token = {"NextToken": answer["NextToken"]}
