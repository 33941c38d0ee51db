"""Looking at what is there: nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from botocore.exceptions import ClientError

from outwarden.config import Config
from outwarden.errors import Unauthorized
from outwarden.provision.cloud import Account, Cloud
from outwarden.provision.kinds import KINDS
from outwarden.provision.kinds.alarm import ours
from outwarden.provision.kinds.mute import named
from outwarden.provision.model import Model, owner
from outwarden.provision.model.alarms import DIMENSIONS
from outwarden.provision.model.mutes import PREFIX
from outwarden.provision.placeholders import fill
from outwarden.provision.policy import arn
from outwarden.provision.resource import Found, Resource
from outwarden.sinks import aws


class Seen(NamedTuple):
    """A thing that should be there, and what is there of that name."""

    wanted: Resource
    """With its placeholders; calls are made of it."""
    filled: Resource
    """With what is known in their place; it is compared, and shown where it holds no secret."""
    there: Found | None


def knowledge(config: Config, model: Model, account: Account) -> dict[str, str]:
    """Give what every placeholder stands for, as far as that is known before anything is there; secrets apart."""
    known = {
        "AWS::Partition": account.partition,
        "AWS::Region": account.region,
        "AWS::AccountId": account.id,
        "Service": str(config.service),
        "Environment": config.env,
    }
    for resource in model.resources:
        full = fill(resource.arn, known)
        known[f"{resource.logical}.Arn"] = full
        if resource.type == "AWS::Logs::LogGroup":
            known[resource.logical] = fill(resource.name, known)
        elif resource.type == "AWS::SNS::Topic":
            known[resource.logical] = full
    known.pop("Key.Arn", None)  # AWS chooses it
    return known


def survey(cloud: Cloud, resources: Sequence[Resource], known: dict[str, str], *, timid: bool = False) -> list[Seen]:
    """Look at everything in order; what is learned on the way is added to what is known.

    Timid: what we may not look at counts as not there.
    """
    seen = []
    for resource in resources:
        filled = filled_in(resource, known)
        there = _look(cloud, filled, timid=timid)
        if there is not None:
            known.update(there.learned)
        seen.append(Seen(resource, filled, there))
    return seen


def _look(cloud: Cloud, filled: Resource, *, timid: bool) -> Found | None:
    try:
        return KINDS[filled.type].find(cloud, filled)
    except ClientError as error:
        if timid and isinstance(aws.classify(error), Unauthorized):
            return None
        raise


def strays(cloud: Cloud, config: Config, known: Mapping[str, str], expected: set[str]) -> Iterator[Seen]:
    """Find our alarms, by their tag, that nobody wants any more."""
    for there in ours(cloud, owner(config), config.metrics.namespace, fill(DIMENSIONS, known)):
        name = there.properties["AlarmName"]
        if name not in expected:
            composite = "AlarmRule" in there.properties
            kind = "AWS::CloudWatch::CompositeAlarm" if composite else "AWS::CloudWatch::Alarm"
            resource = Resource(logical="", type=kind, name=name, arn=arn("cloudwatch", f"alarm:{name}"))
            yield Seen(resource, filled_in(resource, known), there)


def stray_mutes(cloud: Cloud, config: Config, known: Mapping[str, str], expected: set[str]) -> Iterator[Seen]:
    """Find our mute rules that nobody wants any more: an alarm that is muted for ever looks healthy."""
    kind = "AWS::CloudWatch::AlarmMuteRule"
    for name in named(cloud, fill(PREFIX, known)):
        resource = Resource(logical="", type=kind, name=name, arn=arn("cloudwatch", f"alarm-mute-rule:{name}"))
        there = KINDS[kind].find(cloud, resource)
        if name not in expected and there is not None and there.owner == owner(config):
            yield Seen(resource, filled_in(resource, known), there)


def stray_topics(cloud: Cloud, alarms: Sequence[Seen], known: Mapping[str, str], expected: set[str]) -> Iterator[Seen]:
    """Find the topics that only alarms of an older configuration name."""
    arns = {action for one in alarms if one.there for action in one.there.properties["AlarmActions"]}
    for name in sorted({action.rpartition(":")[2] for action in arns if ":sns:" in action} - expected):
        resource = Resource(logical="", type="AWS::SNS::Topic", name=name, arn=arn("sns", name))
        filled = filled_in(resource, known)
        yield Seen(resource, filled, KINDS[resource.type].find(cloud, filled))


def filled_in(resource: Resource, known: Mapping[str, str]) -> Resource:
    """Put in what is known."""
    return msgspec.structs.replace(
        resource,
        name=fill(resource.name, known),
        arn=fill(resource.arn, known),
        properties=fill(resource.properties, known),
    )
