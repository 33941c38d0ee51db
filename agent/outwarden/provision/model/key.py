"""The key that log group, topics and queue are encrypted with."""

from __future__ import annotations

from outwarden.config import Config
from outwarden.provision.policy import key_policy
from outwarden.provision.resource import Resource

ALIAS = "alias/outwarden-${Service}-${Environment}"


def key(config: Config) -> list[Resource]:
    """Give key and alias, if the configuration wants a key of our own."""
    at = config.sinks.cloudwatch
    if config.infra.kms != "own" or at is None:
        return []
    properties = {
        "Description": "outwarden: logs and notifications of ${Service} (${Environment})",
        "EnableKeyRotation": True,
        "KeyPolicy": key_policy(at.log_group),
    }
    return [
        Resource(
            logical="Key",
            type="AWS::KMS::Key",
            name=ALIAS,
            properties=properties,
            keep=True,
            note="One key of our own: CloudWatch cannot publish to a topic that is encrypted with alias/aws/sns.\n"
            "It is kept when the stack goes: without it the kept log group cannot be read any more.",
        ),
        Resource(
            logical="KeyAlias",
            type="AWS::KMS::Alias",
            name=ALIAS,
            properties={"AliasName": ALIAS, "TargetKeyId": "${Key}"},
            keep=True,
        ),
    ]


def key_arn(config: Config) -> str | None:
    """Give what things are encrypted with; None: what AWS does by itself."""
    return {"own": "${Key.Arn}", "none": None}.get(config.infra.kms, config.infra.kms)
