"""Who may publish to a topic."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from outwarden.provision.resource import Account


def topic_policy(account: Account, topic_arn: str, alarms: Sequence[str]) -> dict[str, Any]:
    """Let CloudWatch publish for these alarms of this account, and for nobody else's.

    Without the two conditions anybody's alarm could make CloudWatch publish here in their stead:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OurAlarmsMayPublish",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account.id},
                    "ArnLike": {"aws:SourceArn": [account.arn("cloudwatch", f"alarm:{name}") for name in alarms]},
                },
            }
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
