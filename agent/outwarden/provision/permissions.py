"""Two IAM policies as JSON: what the sidecar needs, and what whoever runs `outwarden infra` needs."""

from __future__ import annotations

import json
from typing import Any, Final

from outwarden.config import Config
from outwarden.provision.model import Model, model, sink
from outwarden.provision.model.key import ALIAS
from outwarden.provision.model.mutes import PREFIX
from outwarden.provision.model.sidecar import allowed
from outwarden.provision.placeholders import fill
from outwarden.provision.policy import allow, arn, document
from outwarden.provision.resource import OWNER_TAG

_ANYWHERE: Final = {"AWS::Partition": "aws", "AWS::Region": "*", "AWS::AccountId": "*"}
_LOOK: Final = [
    "cloudwatch:DescribeAlarms",
    "cloudwatch:ListAlarmMuteRules",
    "cloudwatch:ListDashboards",
    "cloudwatch:ListTagsForResource",
    "kms:DescribeKey",
    "logs:DescribeLogGroups",
    "tag:GetResources",
]
"""What AWS does not limit to one thing, or what looks for things whose names nobody knows; it changes nothing."""

_PER_TYPE: Final = {
    "Logs": (
        "AWS::Logs::LogGroup",
        (
            "logs:AssociateKmsKey logs:CreateLogGroup logs:CreateLogStream logs:DeleteLogGroup logs:DeleteMetricFilter "
            "logs:DescribeLogStreams logs:DescribeMetricFilters logs:GetDataProtectionPolicy logs:ListTagsForResource "
            "logs:PutDataProtectionPolicy logs:PutMetricFilter logs:PutRetentionPolicy logs:TagResource"
        ),
    ),
    "Topics": (
        "AWS::SNS::Topic",
        (
            "sns:CreateTopic sns:DeleteTopic sns:GetSubscriptionAttributes sns:GetTopicAttributes "
            "sns:ListSubscriptionsByTopic sns:ListTagsForResource sns:SetSubscriptionAttributes sns:SetTopicAttributes "
            "sns:Subscribe sns:TagResource"
        ),
    ),
    "DeadLetters": (
        "AWS::SQS::Queue",
        (
            "sqs:CreateQueue sqs:DeleteQueue sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ListQueueTags "
            "sqs:SetQueueAttributes sqs:TagQueue"
        ),
    ),
    "Alarms": (
        "AWS::CloudWatch::Alarm AWS::CloudWatch::CompositeAlarm",
        (
            "cloudwatch:DeleteAlarms cloudwatch:EnableAlarmActions cloudwatch:PutCompositeAlarm cloudwatch:PutMetricAlarm "
            "cloudwatch:TagResource"
        ),
    ),
    "Dashboard": (
        "AWS::CloudWatch::Dashboard",
        "cloudwatch:DeleteDashboards cloudwatch:GetDashboard cloudwatch:PutDashboard",
    ),
    "SidecarPolicy": (
        "AWS::IAM::ManagedPolicy",
        (
            "iam:CreatePolicy iam:CreatePolicyVersion iam:DeletePolicy iam:DeletePolicyVersion iam:GetPolicy "
            "iam:GetPolicyVersion iam:ListPolicyTags iam:ListPolicyVersions iam:TagPolicy"
        ),
    ),
}
_MUTE: Final = (
    "cloudwatch:DeleteAlarmMuteRule cloudwatch:GetAlarmMuteRule cloudwatch:PutAlarmMuteRule cloudwatch:TagResource"
)
"""On every rule of this service: one that is not in the configuration any more must go."""
_KEY: Final = (
    "kms:CreateAlias kms:DeleteAlias kms:EnableKeyRotation kms:GetKeyPolicy kms:GetKeyRotationStatus "
    "kms:ListResourceTags kms:PutKeyPolicy kms:ScheduleKeyDeletion kms:TagResource kms:UpdateAlias "
    "kms:UpdateKeyDescription"
)


def sidecar_json(config: Config) -> str:
    """Render the policy of the sidecar; it holds in every account and region."""
    return _render(allowed(config, sink(config).log_group), config)


def provisioner_json(config: Config) -> str:
    """Render the policy of whoever runs `outwarden infra`: changes only to things of exactly these names."""
    made = model(config)
    statements = [allow("LookAround", _LOOK, "*")]
    for sid, (types, actions) in _PER_TYPE.items():
        arns = [one for name in types.split() for one in _arns(made, name)]
        if arns:
            statements.append(allow(sid, actions.split(), arns))
    statements.append(allow("MuteRules", _MUTE.split(), arn("cloudwatch", f"alarm-mute-rule:{PREFIX}*")))
    if muted := _muted(made):
        statements.append(allow("MutedAlarms", ["cloudwatch:PutAlarmMuteRule"], muted))
    if config.infra.kms == "own":
        ours = {"StringEquals": {f"aws:ResourceTag/{OWNER_TAG}": "${Service}/${Environment}"}}
        new = {"StringEquals": {f"aws:RequestTag/{OWNER_TAG}": "${Service}/${Environment}"}}
        statements += [
            allow("MakeOurKey", ["kms:CreateKey", "kms:TagResource"], "*", condition=new),
            allow("OurKey", _KEY.split(), arn("kms", "key/*"), condition=ours),
            allow("NameOfOurKey", ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"], arn("kms", ALIAS)),
        ]
    return _render(document(*statements), config)


def _muted(made: Model) -> list[str]:
    """Name the alarms that a rule mutes: AWS asks for the right to that for each of them."""
    rules = [one for one in made.resources if one.type == "AWS::CloudWatch::AlarmMuteRule"]
    return sorted(
        {arn("cloudwatch", f"alarm:{name}") for one in rules for name in one.properties["MuteTargets"]["AlarmNames"]}
    )


def _arns(made: Model, type_name: str) -> list[str]:
    arns = [one.arn for one in made.resources if one.type == type_name]
    if type_name == "AWS::Logs::LogGroup":
        arns += [f"{one}:*" for one in arns]
    if type_name == "AWS::SNS::Topic":
        arns += [f"{one}:*" for one in arns]  # its subscriptions
    return arns


def _render(policy: dict[str, Any], config: Config) -> str:
    """Any region and account, and any service where none is named; IAM reads `*` in a condition by StringLike only."""
    names = {"Service": config.service or "*", "Environment": config.env if config.service else "*"}
    filled = fill(policy, _ANYWHERE | names)
    return json.dumps(filled, indent=2).replace('"StringEquals"', '"StringLike"') + "\n"
