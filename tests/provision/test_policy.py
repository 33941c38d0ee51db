"""Who may publish to a topic."""

from __future__ import annotations

from outwarden.provision.policy import canonical, topic_policy


def test_only_our_alarms_may_publish(account):
    """CloudWatch alone may publish, for this account and these alarms: both conditions stand."""
    [statement] = topic_policy(account, "arn:aws:sns:ap-southeast-3:123456789012:T", ["A", "B"])["Statement"]

    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {
            "aws:SourceArn": [
                "arn:aws:cloudwatch:ap-southeast-3:123456789012:alarm:A",
                "arn:aws:cloudwatch:ap-southeast-3:123456789012:alarm:B",
            ]
        },
    }


def test_equal_policies_have_one_form():
    """Order, and lists of one, make no difference."""
    assert canonical({"Action": ["b", "a"], "Resource": ["x"]}) == canonical({"Resource": "x", "Action": ["a", "b"]})
    assert canonical({"Action": ["a"]}) != canonical({"Action": ["b"]})
