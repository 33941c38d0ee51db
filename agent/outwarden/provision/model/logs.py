"""Log group, stream, and metrics made from the events."""

from __future__ import annotations

from typing import Any, Final

from outwarden.config import Config
from outwarden.provision.model.key import key_arn
from outwarden.provision.model.logical import logical
from outwarden.provision.policy import arn, data_protection
from outwarden.provision.resource import Resource

FILTERS: Final = {
    "Calls": "",
    "2XX": "$.status >= 200 && $.status < 300",
    "4XXError": "$.status >= 400 && $.status < 500",
    "5XXError": "$.status >= 500 && $.status < 600",
    "NetworkErrors": '($.outcome = "timeout" || $.outcome = "network" || $.outcome = "tls")',
    "Throttled": "$.status = 429",
}
"""Metric -> which of the events of kind `call` count, in CloudWatch's filter syntax."""

FILTER_PREFIX: Final = "outwarden-"


def logs(config: Config) -> list[Resource]:
    """Give the log group and what is in it."""
    at = config.sinks.cloudwatch
    if at is None:
        return []
    properties: dict[str, Any] = {"LogGroupName": at.log_group, "RetentionInDays": at.retention_days}
    if key := key_arn(config):
        properties["KmsKeyId"] = key
    if config.infra.data_protection == "enabled":
        properties["DataProtectionPolicy"] = data_protection()
    group = Resource(
        logical="LogGroup",
        type="AWS::Logs::LogGroup",
        name=at.log_group,
        properties=properties,
        arn=arn("logs", f"log-group:{at.log_group}"),
        keep=True,
        note="Kept when the stack goes, with every event in it. Retention is a plain number: judges cannot see\n"
        "through a parameter. The data protection policy is a second net under our own redaction.",
    )
    stream = Resource(
        logical="LogStream",
        type="AWS::Logs::LogStream",
        name=at.log_stream,
        properties={"LogGroupName": "${LogGroup}", "LogStreamName": at.log_stream},
        keep=True,
    )
    return [group, stream, *_filters(config)]


def _filters(config: Config) -> list[Resource]:
    if config.infra.metric_filters != "enabled":
        return []
    made = []
    for metric, condition in FILTERS.items():
        pattern = '$.kind = "call" && $.service = "${Service}" && $.env = "${Environment}"'
        transformation = {
            "MetricNamespace": f"{config.metrics.namespace}/FromLogs",
            "MetricName": metric,
            "MetricValue": "1",
            "Unit": "Count",
            "Dimensions": [{"Key": "Service", "Value": "$.service"}, {"Key": "Environment", "Value": "$.env"}],
        }
        made.append(
            Resource(
                logical=logical("MetricFilter", metric),
                type="AWS::Logs::MetricFilter",
                name=f"{FILTER_PREFIX}{metric}",
                properties={
                    "LogGroupName": "${LogGroup}",
                    "FilterName": f"{FILTER_PREFIX}{metric}",
                    "FilterPattern": f"{{ {pattern} && {condition} }}" if condition else f"{{ {pattern} }}",
                    "MetricTransformations": [transformation],
                },
                note="A second source of the same counts, in a namespace of its own: never the two in one metric."
                if metric == "Calls"
                else "",
            )
        )
    return made
