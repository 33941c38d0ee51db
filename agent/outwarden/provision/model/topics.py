"""Topics, who may publish to them, who is told by them, and where lies what nobody took."""

from __future__ import annotations

from typing import Any, Final

from outwarden.config import Config
from outwarden.config.notify import SnsChannel
from outwarden.provision.model.key import key_arn
from outwarden.provision.model.logical import logical
from outwarden.provision.model.parameters import REFERENCE, addresses, parameter_name
from outwarden.provision.model.specs import DEAD_LETTERS_ALARM, specs, whom
from outwarden.provision.placeholders import fill, literal
from outwarden.provision.policy import arn, queue_policy, topic_policy
from outwarden.provision.resource import Resource

QUEUE: Final = "outwarden-${Service}-${Environment}-undelivered"
DRILL: Final = "${Service}-${Environment}-drill"
"""Name of the alarm of a fire drill, which is there while the drill runs."""
_KEEP_S: Final = 14 * 86400  # as long as SQS can


def topic_names(config: Config) -> list[str]:
    """Give the topics that channels name, each once."""
    named = (channel.topic for channel in config.notify.values() if isinstance(channel, SnsChannel))
    return list(dict.fromkeys(named))


def told_from_here(config: Config) -> list[str]:
    """Give the topics that the sidecar tells, each once."""
    ours = (one for one in config.notify.values() if isinstance(one, SnsChannel) and one.publisher == "sidecar")
    return list(dict.fromkeys(one.topic for one in ours))


def drill_alarm(config: Config) -> str:
    """Give DRILL filled in."""
    return fill(DRILL, {"Service": str(config.service), "Environment": config.env})  # type: ignore[no-any-return]


def topic_id(name: str) -> str:
    """Give the logical name of a topic."""
    return logical(name, "Topic")


def told_by(config: Config, notify: tuple[str, ...]) -> list[str]:
    """Give the placeholders of the topics among some channels; the sidecar tells all others."""
    channels = [config.notify[name] for name in notify]
    named = dict.fromkeys(
        channel.topic for channel in channels if isinstance(channel, SnsChannel) and channel.publisher == "cloudwatch"
    )
    return [f"${{{topic_id(name)}}}" for name in sorted(named)]


def topics(config: Config) -> list[Resource]:
    """Give topics, policies, subscriptions, and the queue of what was not delivered."""
    names = topic_names(config)
    made = [_topic(config, name) for name in names]
    made += [policy for name in names for policy in _policy(config, name)]
    with_queue = has_queue(config)
    if with_queue:
        made += _queue(config, names)
    for channel in config.notify.values():
        if isinstance(channel, SnsChannel):
            for protocol, address in addresses(channel):
                one = _subscription(channel.topic, protocol, address, with_queue=with_queue)
                if one.logical not in {resource.logical for resource in made}:
                    made.append(one)
    return made


def has_queue(config: Config) -> bool:
    """Say whether there is anybody whose deliveries can fail, and a queue is wanted."""
    channels = [channel for channel in config.notify.values() if isinstance(channel, SnsChannel)]
    return config.infra.dead_letters == "enabled" and any(addresses(channel) for channel in channels)


def _topic(config: Config, name: str) -> Resource:
    properties: dict[str, Any] = {"TopicName": name}
    if key := key_arn(config):
        properties["KmsMasterKeyId"] = key
    return Resource(
        logical=topic_id(name), type="AWS::SNS::Topic", name=name, properties=properties, arn=arn("sns", name)
    )


def _policy(config: Config, name: str) -> list[Resource]:
    topic = f"${{{topic_id(name)}}}"
    publishers = [one.name for one in specs(config) if topic in told_by(config, whom(one))]
    if has_queue(config):
        publishers.append(DEAD_LETTERS_ALARM)
    if not publishers:
        return []  # a topic that no alarm uses keeps the policy that AWS gives to new topics
    policy = topic_policy(topic, [*(literal(one) for one in publishers), DRILL])
    return [
        Resource(
            logical=logical(name, "TopicPolicy"),
            type="AWS::SNS::TopicPolicy",
            name=name,
            properties={"PolicyDocument": policy, "Topics": [topic]},
            note="Only CloudWatch may publish, and only for these alarms of this account (confused deputy).",
        )
    ]


def _queue(config: Config, names: list[str]) -> list[Resource]:
    properties: dict[str, Any] = {"QueueName": QUEUE, "MessageRetentionPeriod": _KEEP_S}
    if key := key_arn(config):
        properties["KmsMasterKeyId"] = key
    else:
        properties["SqsManagedSseEnabled"] = True
    policy = queue_policy("${DeadLetters.Arn}", [f"${{{topic_id(name)}}}" for name in names])
    return [
        Resource(
            logical="DeadLetters",
            type="AWS::SQS::Queue",
            name=QUEUE,
            properties=properties,
            arn=arn("sqs", QUEUE),
            note="What a subscriber did not take is kept here for 14 days, and an alarm says so.",
        ),
        Resource(
            logical="DeadLettersPolicy",
            type="AWS::SQS::QueuePolicy",
            name=QUEUE,
            properties={"PolicyDocument": policy, "Queues": ["${DeadLetters}"]},
        ),
    ]


def _subscription(topic: str, protocol: str, address: str, *, with_queue: bool) -> Resource:
    secret = address.startswith(REFERENCE)
    parameter = parameter_name(address) if secret else ""
    properties: dict[str, Any] = {
        "Protocol": protocol,
        "Endpoint": f"${{{parameter}}}" if secret else literal(address),
        "TopicArn": f"${{{topic_id(topic)}}}",
    }
    if with_queue:
        properties["RedrivePolicy"] = {"deadLetterTargetArn": "${DeadLetters.Arn}"}
    return Resource(
        logical=logical(topic, protocol, parameter or address),
        type="AWS::SNS::Subscription",
        name=f"{topic}/{address}",
        properties=properties,
        parameter=parameter,
        note="The address is a secret: give it at deployment, it is shown nowhere." if secret else "",
    )
