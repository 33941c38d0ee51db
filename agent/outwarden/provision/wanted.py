"""Config -> the things that should be in AWS."""

from __future__ import annotations

from typing import Any

from outwarden.config import AlarmSpec, Config
from outwarden.config.notify import SnsChannel
from outwarden.config.sinks import CloudWatchSink
from outwarden.errors import ConfigError
from outwarden.provision.policy import canonical, topic_policy
from outwarden.provision.resource import Account, Resource

_DESCRIPTION_LIMIT = 1024  # CloudWatch's own
_SIGNS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}


def owner(config: Config) -> str:
    """Give the value of our tag.

    Raises:
        ConfigError: the service has no name of its own.
    """
    if config.service is None:
        raise ConfigError(
            "infra: service is not set, and an alarm sees only what is published under exactly its own service. "
            "Set `service` in the config file."
        )
    return f"{config.service}/{config.env}"


def sink(config: Config) -> CloudWatchSink:
    """Give the settings that say where in AWS.

    Raises:
        ConfigError: there are none.
    """
    if config.sinks.cloudwatch is None:
        raise ConfigError(
            "infra: sinks.cloudwatch is not set, so there is nothing to do in AWS. Add it to the config file."
        )
    return config.sinks.cloudwatch


def wanted(config: Config, account: Account) -> list[Resource]:
    """List the things that should be there, each after those that it needs.

    Raises:
        ConfigError: `service` or `sinks.cloudwatch` is not set.
    """
    whose, logs = owner(config), sink(config)
    return [
        Resource(kind="log group", name=logs.log_group, owner=whose, fields={"retentionInDays": logs.retention_days}),
        Resource(kind="log stream", within=logs.log_group, name=logs.log_stream),
        *_topics(config, account, whose),
        *(
            Resource(kind="alarm", name=alarm.name, owner=whose, fields=_alarm(alarm, config, account))
            for alarm in config.alarms
        ),
    ]


def topics_of(config: Config) -> dict[str, list[str]]:
    """Give the name of each topic, and the addresses that should be told through it."""
    topics: dict[str, list[str]] = {}
    for channel in config.notify.values():
        if isinstance(channel, SnsChannel):
            addresses = topics.setdefault(channel.topic, [])
            addresses += [address for address in channel.email if address not in addresses]
    return topics


def dimensions(config: Config) -> list[dict[str, str]]:
    """Give the dimensions under which `meter` publishes; an alarm must name all of them and no other."""
    return [{"Name": "Environment", "Value": config.env}, {"Name": "Service", "Value": str(config.service)}]


def _topics(config: Config, account: Account, whose: str) -> list[Resource]:
    resources = []
    for topic, addresses in topics_of(config).items():
        alarms = [alarm.name for alarm in config.alarms if topic in _told(alarm, config)]
        arn = account.arn("sns", topic)
        # A topic that no alarm uses keeps the policy that AWS gives to new topics.
        fields = {"Policy": canonical(topic_policy(account, arn, alarms))} if alarms else {}
        resources.append(Resource(kind="topic", name=topic, owner=whose, fields=fields))
        resources += [Resource(kind="subscription", within=topic, name=address) for address in addresses]
    return resources


def _told(alarm: AlarmSpec, config: Config) -> list[str]:
    """The topics of an alarm; its other channels are told by the sidecar."""
    channels = [config.notify[name] for name in alarm.notify]
    return sorted({channel.topic for channel in channels if isinstance(channel, SnsChannel)})


def _alarm(alarm: AlarmSpec, config: Config, account: Account) -> dict[str, Any]:
    topics = [account.arn("sns", topic) for topic in _told(alarm, config)]
    return {
        "AlarmDescription": _description(alarm, config),
        "Namespace": config.metrics.namespace,
        "MetricName": alarm.metric,
        "Dimensions": dimensions(config),
        "Statistic": alarm.statistic,
        "Period": alarm.period_s,
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm or alarm.evaluation_periods,
        "Threshold": float(alarm.threshold),
        "ComparisonOperator": alarm.comparison,
        "TreatMissingData": alarm.treat_missing_data,
        "ActionsEnabled": True,
        "AlarmActions": topics,
        "OKActions": topics,
    }


def _description(alarm: AlarmSpec, config: Config) -> str:
    rule = f"{alarm.statistic} of {alarm.metric} {_SIGNS[alarm.comparison]} {alarm.threshold:g} in {alarm.period_s} s"
    text = f"{rule}: calls of {config.service} ({config.env}) to other people's APIs."
    return " ".join(f"{text} {alarm.todo or ''}".split())[:_DESCRIPTION_LIMIT]
