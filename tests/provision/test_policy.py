"""Who may do what."""

from __future__ import annotations

from outwarden.provision.placeholders import fill
from outwarden.provision.policy import canonical, key_policy, queue_policy, sidecar_policy, topic_policy

HERE = {"AWS::Partition": "aws", "AWS::Region": "ap-southeast-3", "AWS::AccountId": "123456789012"}


def test_only_our_alarms_may_publish():
    """CloudWatch alone may publish, for this account and these alarms: both conditions stand."""
    policy = fill(topic_policy("arn:aws:sns:ap-southeast-3:123456789012:T", ["A", "B"]), HERE)
    [statement] = policy["Statement"]

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


def test_every_service_in_a_resource_policy_is_bound_to_this_account():
    """No service may be made to act for somebody else: each statement for one names an account or a thing of ours."""
    policies = [key_policy("G"), topic_policy("t", ["A"]), queue_policy("q", ["t"])]
    for statement in (one for policy in policies for one in policy["Statement"] if "Service" in one["Principal"]):
        text = str(statement["Condition"])

        assert "${AWS::AccountId}" in text, statement["Sid"]


def test_the_sidecar_may_write_one_log_group_and_nothing_else():
    """By default there is no PutMetricData, which cannot be limited to a resource."""
    [statement] = sidecar_policy("G", None)["Statement"]

    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"].endswith(":log-group:G:log-stream:*")


def test_put_metric_data_is_bound_to_our_namespace():
    """Where metrics are put, the condition is all that limits it."""
    put = sidecar_policy("G", "Ours")["Statement"][1]

    assert put["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Ours"}}


def test_equal_policies_have_one_form():
    """Order, and lists of one, make no difference."""
    assert canonical({"Action": ["b", "a"], "Resource": ["x"]}) == canonical({"Resource": "x", "Action": ["a", "b"]})
    assert canonical({"Action": ["a"]}) != canonical({"Action": ["b"]})
