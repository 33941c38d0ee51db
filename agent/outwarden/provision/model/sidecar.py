"""What the sidecar may do in AWS."""

from __future__ import annotations

from typing import Any, Final

from outwarden.config import Config
from outwarden.provision.model.key import key_arn
from outwarden.provision.model.topics import told_from_here
from outwarden.provision.policy import sidecar_policy
from outwarden.provision.resource import Resource

NAME: Final = "outwarden-${Service}-${Environment}-sidecar"


def sidecar(config: Config) -> list[Resource]:
    """Give the managed policy; whoever runs the sidecar attaches it to its role."""
    at = config.sinks.cloudwatch
    if config.infra.sidecar_policy != "enabled" or at is None:
        return []
    properties = {
        "ManagedPolicyName": NAME,
        "Description": "What the outwarden sidecar needs; attach it to the role that it runs as.",
        "PolicyDocument": allowed(config, at.log_group),
    }
    return [
        Resource(
            logical="SidecarPolicy",
            type="AWS::IAM::ManagedPolicy",
            name=NAME,
            properties=properties,
            arn="arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/" + NAME,
            note="Attach it to the role that the sidecar runs as. Metrics travel as log lines (EMF), so it may write\n"
            "to this one log group and nothing else.",
        )
    ]


def allowed(config: Config, log_group: str) -> dict[str, Any]:
    """Give the policy itself: only what this configuration needs."""
    namespace = config.metrics.namespace if config.metrics.via == "put" else None
    return sidecar_policy(log_group, namespace, told_from_here(config), encrypted=key_arn(config) is not None)
