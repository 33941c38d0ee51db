"""One step -> the calls that carry it out.

Tags of new topics and alarms are said twice: MiniStack drops those of the creating call, and AWS must never hold a
thing of ours without them.
"""

from __future__ import annotations

import json

from outwarden.provision.diff import Step
from outwarden.provision.found import Clients
from outwarden.provision.resource import OWNER_TAG, Account, Resource


def write(step: Step, clients: Clients, where: Account) -> None:
    """Carry one step out."""
    resource, action = step.resource, step.change.action
    if action == "delete":
        _delete(resource, clients, where)
    elif resource.kind == "log group":
        _log_group(resource, clients, new=action == "create")
    elif resource.kind == "log stream":
        clients.logs.create_log_stream(logGroupName=resource.within, logStreamName=resource.name)
    elif resource.kind == "topic":
        _topic(resource, clients, where, new=action == "create")
    elif resource.kind == "subscription":
        clients.sns.subscribe(TopicArn=where.arn("sns", resource.within), Protocol="email", Endpoint=resource.name)
    else:
        _alarm(resource, clients, where, new=action == "create")


def _log_group(group: Resource, clients: Clients, *, new: bool) -> None:
    if new:
        clients.logs.create_log_group(logGroupName=group.name, tags={OWNER_TAG: group.owner})
    clients.logs.put_retention_policy(logGroupName=group.name, **group.fields)


def _topic(topic: Resource, clients: Clients, where: Account, *, new: bool) -> None:
    arn = where.arn("sns", topic.name)
    if new:
        clients.sns.create_topic(Name=topic.name, Tags=_tags(topic))
        clients.sns.tag_resource(ResourceArn=arn, Tags=_tags(topic))
    for name, value in topic.fields.items():
        clients.sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=json.dumps(value))


def _alarm(alarm: Resource, clients: Clients, where: Account, *, new: bool) -> None:
    tags = {"Tags": _tags(alarm)} if new else {}  # CloudWatch ignores them for an alarm that is there
    clients.cloudwatch.put_metric_alarm(AlarmName=alarm.name, **alarm.fields, **tags)
    if new:
        clients.cloudwatch.tag_resource(ResourceARN=where.arn("cloudwatch", f"alarm:{alarm.name}"), **tags)


def _delete(resource: Resource, clients: Clients, where: Account) -> None:
    if resource.kind == "alarm":
        clients.cloudwatch.delete_alarms(AlarmNames=[resource.name])
    elif resource.kind == "topic":
        clients.sns.delete_topic(TopicArn=where.arn("sns", resource.name))
    else:
        clients.logs.delete_log_group(logGroupName=resource.name)


def _tags(resource: Resource) -> list[dict[str, str | None]]:
    return [{"Key": OWNER_TAG, "Value": resource.owner}]
