"""AWS -> the things that are there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from outwarden.config import Config
from outwarden.provision.policy import canonical
from outwarden.provision.resource import OWNER_TAG, Account, Resource
from outwarden.provision.wanted import dimensions, sink, topics_of
from outwarden.sinks import aws


class Clients(NamedTuple):
    """The services of AWS that are needed here."""

    logs: Any
    sns: Any
    cloudwatch: Any
    sts: Any


def connect(config: Config) -> Clients:
    """Make the clients.

    Raises:
        CloudError: region, credentials or endpoint cannot be used.
    """
    at = sink(config)
    where = (at.region, at.endpoint_url)
    return Clients(
        logs=aws.client("logs", *where),
        sns=aws.client("sns", *where),
        cloudwatch=aws.client("cloudwatch", *where),
        sts=aws.client("sts", *where),
    )


def account(clients: Clients) -> Account:
    """Say where we are; AWS asks no permission for that."""
    arn = clients.sts.get_caller_identity()["Arn"].split(":")
    return Account(partition=arn[1], region=clients.logs.meta.region_name, id=arn[4])


def found(clients: Clients, config: Config, where: Account) -> list[Resource]:
    """List what is there of all that the configuration names, and the alarms over its metrics."""
    at = sink(config)
    alarms = list(_alarms(clients, config))
    # A topic that was renamed in the configuration is still named by the alarms of the last time.
    used = {arn.rpartition(":")[2] for alarm in alarms for arn in alarm.fields["AlarmActions"] if ":sns:" in arn}
    topics = sorted(used | set(topics_of(config)))
    return [*_logs(clients, at.log_group, at.log_stream), *_topics(clients, where, topics), *alarms]


def _logs(clients: Clients, group: str, stream: str) -> Iterator[Resource]:
    pages = clients.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=group)
    for one in (one for page in pages for one in page["logGroups"] if one["logGroupName"] == group):
        tags = clients.logs.list_tags_for_resource(resourceArn=one["arn"].removesuffix(":*"))["tags"]
        yield Resource(
            kind="log group",
            name=group,
            owner=tags.get(OWNER_TAG),
            fields={"retentionInDays": one.get("retentionInDays")},
        )
        streams = clients.logs.get_paginator("describe_log_streams").paginate(
            logGroupName=group, logStreamNamePrefix=stream
        )
        if any(found["logStreamName"] == stream for page in streams for found in page["logStreams"]):
            yield Resource(kind="log stream", within=group, name=stream)


def _topics(clients: Clients, where: Account, names: Iterable[str]) -> Iterator[Resource]:
    for name in names:
        arn = where.arn("sns", name)
        try:
            attributes = clients.sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NotFound", "NotFoundException"}:
                continue
            raise
        tags = clients.sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
        policy = canonical(json.loads(attributes["Policy"]))
        yield Resource(kind="topic", name=name, owner=_owner(tags), fields={"Policy": policy})
        pages = clients.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
        for one in (one for page in pages for one in page["Subscriptions"] if one["Protocol"] == "email"):
            yield Resource(kind="subscription", within=name, name=one["Endpoint"])


def _alarms(clients: Clients, config: Config) -> Iterator[Resource]:
    names = {alarm.name for alarm in config.alarms}
    ours = (config.metrics.namespace, dimensions(config))
    for page in clients.cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"]):
        for one in page["MetricAlarms"]:
            fields = one | {"Dimensions": sorted(one.get("Dimensions", []), key=lambda pair: str(pair["Name"]))}
            fields |= {kind: sorted(one.get(kind, [])) for kind in ("AlarmActions", "OKActions")}
            # Tags cost a call for each alarm, and an account may have thousands of alarms.
            if one["AlarmName"] in names or (one.get("Namespace"), fields["Dimensions"]) == ours:
                tags = clients.cloudwatch.list_tags_for_resource(ResourceARN=one["AlarmArn"])["Tags"]
                yield Resource(kind="alarm", name=one["AlarmName"], owner=_owner(tags), fields=fields)


def _owner(tags: Iterable[dict[str, str]]) -> str | None:
    return next((tag["Value"] for tag in tags if tag["Key"] == OWNER_TAG), None)
