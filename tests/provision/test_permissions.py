"""The two IAM policies allow what is done, and not more than names."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from outwarden.provision import apply, destroy, drift
from outwarden.provision.model import model
from outwarden.provision.permissions import provisioner_json, sidecar_json


def actions(text):
    return {
        action
        for statement in json.loads(text)["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }


def test_whoever_provisions_may_do_what_is_done(moto_aws, configure, operations):
    """Every call of apply, of mending, of drift and of destroy is an action of the policy."""
    everything = {"data_protection": "disabled", "metric_filters": "enabled"}
    apply(configure(infra=everything))
    changed = configure(
        infra=everything | {"metric_filters": "disabled"},
        metrics={"via": "put"},
        alarms=[{"name": "New", "metric": "4XXError", "notify": ["oncall"]}],
        sinks={"cloudwatch": {"region": "ap-southeast-3", "retention_days": 30}},
    )
    apply(changed)
    drift(changed)
    destroy(changed, with_log_group=True, with_key=True)

    untagged = {"sts:GetCallerIdentity"}  # AWS asks no permission for it
    assert operations - actions(provisioner_json(configure(infra=everything))) - untagged == set()


def test_changes_are_only_allowed_to_things_of_our_names(configure):
    """`*` stands only where AWS knows no narrower, and there only looking is allowed, or our tag is asked for."""
    for statement in json.loads(provisioner_json(configure()))["Statement"]:
        if statement["Resource"] == "*" and "Condition" not in statement:
            assert all(action.split(":")[1].startswith(("Describe", "List", "Get")) for action in statement["Action"])


def test_the_checked_in_policy_holds_for_any_service(configure):
    """Without a service the names are patterns, and the condition reads patterns."""
    text = provisioner_json(configure(service=None))

    assert "StringEquals" not in text
    assert "alias/outwarden-*-*" in text
    assert "${" not in text


@pytest.mark.parametrize(("via", "puts"), [("emf", False), ("put", True)])
def test_the_sidecar_puts_metrics_only_when_it_does(configure, via, puts):
    """By default metrics are log lines."""
    assert ("cloudwatch:PutMetricData" in actions(sidecar_json(configure(metrics={"via": via})))) is puts


@pytest.mark.parametrize(
    ("publisher", "kms", "more"),
    [
        ("cloudwatch", "own", set()),
        ("sidecar", "own", {"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"}),
        ("sidecar", "none", {"sns:Publish"}),
    ],
)
def test_the_sidecar_publishes_only_to_topics_that_it_tells(configure, publisher, kms, more):
    """And uses their key only where they have one."""
    text = sidecar_json(configure(notify={"oncall": {"kind": "sns", "publisher": publisher}}, infra={"kms": kms}))

    assert {action for action in actions(text) if not action.startswith("logs:")} == more
    assert ("sns:ap-southeast-3:" in text or ":NotifyTeam" in text) is (publisher == "sidecar")


def test_an_alarm_does_not_tell_a_topic_that_the_sidecar_tells(configure):
    """Nobody is paged twice."""
    made = model(
        configure(notify={"oncall": {"kind": "sns", "publisher": "sidecar"}, "team": {"kind": "sns", "topic": "T"}})
    )
    alarms = [one for one in made.resources if one.type == "AWS::CloudWatch::Alarm"]

    assert any("AlarmActions" in one.properties for one in alarms)
    assert "NotifyTeam" not in str([one.properties.get("AlarmActions") for one in alarms])


def test_data_protection_is_allowed_too(configure):
    """It cannot be seen in the calls: moto has none."""
    wanted = {"logs:PutDataProtectionPolicy", "logs:GetDataProtectionPolicy"}

    assert wanted <= actions(provisioner_json(configure()))


def test_a_refusal_names_the_permission_that_lacks(moto_aws, configure, deny):
    """One line; nothing of the SDK in it."""
    with deny("CreatePolicy"), pytest.raises(Exception, match="AWS denied CreatePolicy") as caught:
        apply(configure())

    assert not isinstance(caught.value, ClientError)


def test_patterns_stand_in_conditions_that_read_patterns(configure):
    """Any region is `*`, which StringEquals would take for a letter."""
    config = configure(notify={"oncall": {"kind": "sns", "publisher": "sidecar"}})

    for statement in json.loads(sidecar_json(config))["Statement"]:
        assert "StringEquals" not in statement.get("Condition", {})
