"""Who may do what: the policies of key, topic, queue, sidecar and provisioner, as pure data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

VERSION: Final = "2012-10-17"

_HERE: Final = "${AWS::Region}:${AWS::AccountId}"
_THIS_ACCOUNT: Final = {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}


def arn(service: str, rest: str) -> str:
    """Give the full name of something in this account and region."""
    return f"arn:${{AWS::Partition}}:{service}:{_HERE}:{rest}"


def key_policy(log_group: str) -> dict[str, Any]:
    """Let the account administer the key, and three services use it for this account's things only.

    CloudWatch cannot publish to a topic that is encrypted with `alias/aws/sns`, because nobody can write the policy of
    that key: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    use = ["kms:Decrypt", "kms:GenerateDataKey*"]
    return document(
        allow("AccountAdministers", "kms:*", "*", {"AWS": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}),
        allow(
            "LogsUseItForThisGroup",
            ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
            "*",
            {"Service": "logs.${AWS::Region}.amazonaws.com"},
            {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arn("logs", f"log-group:{log_group}")}},
        ),
        allow("AlarmsPublishToTopics", use, "*", {"Service": "cloudwatch.amazonaws.com"}, _THIS_ACCOUNT),
        allow("TopicsFillTheDeadLetters", use, "*", {"Service": "sns.amazonaws.com"}, _THIS_ACCOUNT),
    )


def topic_policy(topic_arn: str, alarms: Sequence[str]) -> dict[str, Any]:
    """Let CloudWatch publish for these alarms of this account, and for nobody else's.

    Without the two conditions anybody's alarm could make CloudWatch publish here in their stead:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    condition = _THIS_ACCOUNT | {"ArnLike": {"aws:SourceArn": [arn("cloudwatch", f"alarm:{name}") for name in alarms]}}
    service = {"Service": "cloudwatch.amazonaws.com"}
    return document(allow("OurAlarmsMayPublish", "sns:Publish", topic_arn, service, condition))


def queue_policy(queue_arn: str, topic_arns: Sequence[str]) -> dict[str, Any]:
    """Let these topics put into the queue what nobody took."""
    condition = _THIS_ACCOUNT | {"ArnEquals": {"aws:SourceArn": list(topic_arns)}}
    service = {"Service": "sns.amazonaws.com"}
    return document(allow("OurTopicsMaySend", "sqs:SendMessage", queue_arn, service, condition))


def sidecar_policy(
    log_group: str, namespace: str | None, topics: Sequence[str] = (), *, encrypted: bool = False
) -> dict[str, Any]:
    """Let the sidecar write to its log group.

    Args:
        log_group: name of the group.
        namespace: let it publish metrics by PutMetricData; the default publishes them as log lines (EMF), because
            PutMetricData cannot be limited to a resource.
        topics: names of the topics that it tells by itself.
        encrypted: the topics have a key, which it may then use by way of SNS.
    """
    statements = [
        allow(
            "ShipEvents",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            arn("logs", f"log-group:{log_group}:log-stream:*"),
        )
    ]
    if namespace is not None:
        condition = {"StringEquals": {"cloudwatch:namespace": namespace}}
        statements.append(allow("PublishMetrics", "cloudwatch:PutMetricData", "*", condition=condition))
    if topics:
        statements.append(allow("TellPeople", "sns:Publish", [arn("sns", name) for name in topics]))
    if topics and encrypted:
        by_sns = {"StringEquals": {"kms:ViaService": "sns.${AWS::Region}.amazonaws.com"}}
        statements.append(
            allow("UseTheirKey", ["kms:Decrypt", "kms:GenerateDataKey"], arn("kms", "key/*"), condition=by_sns)
        )
    return document(*statements)


def data_protection() -> dict[str, Any]:
    """Mask for every reader without `logs:Unmask` what our own redaction should have caught before."""
    kinds = (
        "AwsSecretKey CreditCardNumber EmailAddress IpAddress OpenSshPrivateKey PgpPrivateKey PkcsPrivateKey "
        "PuttyPrivateKey"
    )
    identifiers = [f"arn:${{AWS::Partition}}:dataprotection::aws:data-identifier/{kind}" for kind in kinds.split()]
    return {
        "Name": "outwarden",
        "Description": "A second net under the redaction of outwarden.",
        "Version": "2021-06-01",
        "Statement": [
            {
                "Sid": "Find",
                "DataIdentifier": identifiers,
                "Operation": {"Audit": {"FindingsDestination": {}}},
            },
            {"Sid": "Mask", "DataIdentifier": identifiers, "Operation": {"Deidentify": {"MaskConfig": {}}}},
        ],
    }


def canonical(policy: Any) -> Any:
    """Give a policy a form in which equal ones are equal: AWS takes one word for a list of one, in any order."""
    if isinstance(policy, dict):
        return {name: canonical(value) for name, value in policy.items()}
    if isinstance(policy, list):
        values = sorted((canonical(value) for value in policy), key=lambda value: json.dumps(value, sort_keys=True))
        return values[0] if len(values) == 1 else values
    return policy


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """Put statements together."""
    return {"Version": VERSION, "Statement": list(statements)}


def allow(
    sid: str,
    action: str | list[str],
    resource: str | list[str],
    principal: Mapping[str, str] | None = None,
    condition: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Make one statement."""
    statement: dict[str, Any] = {"Sid": sid, "Effect": "Allow"}
    if principal:
        statement["Principal"] = dict(principal)
    statement |= {"Action": action, "Resource": resource}
    if condition:
        statement["Condition"] = dict(condition)
    return statement
