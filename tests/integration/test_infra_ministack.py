"""Template and apply in the local AWS that comes with outwarden: it has composites by call, and none in a template."""

from __future__ import annotations

import json
import time

import boto3
import msgspec
import pytest

from outwarden.config import Config
from outwarden.config.default_alarms import ALARMS
from outwarden.provision import apply, drift
from outwarden.provision.cloudformation import cloudformation
from outwarden.provision.model import model
from outwarden.testing import LocalAws

pytestmark = pytest.mark.integration

REGION = "ap-southeast-3"
NOT_THERE = ("AWS::CloudWatch::CompositeAlarm", "AWS::Logs::LogStream")
"""What its CloudFormation does not know."""


@pytest.fixture
def make(monkeypatch):
    """Run something in an empty local AWS and give the alarms that are there then."""

    def alarms_after(work):
        with LocalAws() as server:
            raw = {
                "service": "portfolio-api",
                "env": "prod",
                "sinks": {"cloudwatch": {"region": REGION, "endpoint_url": server.endpoint_url}},
                "notify": {"oncall": {"kind": "sns", "email": ["team@example.org"]}},
                "default_alarms": False,
                "alarms": [{"name": spec.name, "metric": spec.metric} for spec in ALARMS if plain(spec)],
                "composites": [{"name": "Trouble", "rule": "ALARM(High5XX) OR ALARM(NetworkErrors)"}],
                "infra": {"kms": "none", "data_protection": "disabled"},
            }
            work(msgspec.convert(raw, Config))
            found = client("cloudwatch", server).describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]
        kept = [{name: value for name, value in one.items() if not moves(name)} for one in found]
        return sorted(json.loads(json.dumps(kept, default=str)), key=lambda one: one["AlarmName"])

    return alarms_after


def plain(spec):
    """Say whether it stores an alarm like this: it has neither metric math nor percentiles."""
    return spec.metric is not None and not spec.statistic.startswith("p")


def client(service, server):
    return boto3.client(service, region_name=REGION, endpoint_url=server.endpoint_url)


def moves(field):
    return field.startswith(("State", "AlarmConfigurationUpdated"))


def deploy(config):
    """Deploy the template, without what is not known there, and wait for its last alarm."""
    made = model(config)
    known = tuple(one for one in made.resources if one.type not in NOT_THERE)
    body = cloudformation(msgspec.structs.replace(made, resources=known))
    where = {"region_name": REGION, "endpoint_url": config.sinks.cloudwatch.endpoint_url}
    boto3.client("cloudformation", **where).create_stack(
        StackName="outwarden", TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    wanted = {one.name for one in known if one.type == "AWS::CloudWatch::Alarm"}
    cloudwatch = boto3.client("cloudwatch", **where)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if {one["AlarmName"] for one in cloudwatch.describe_alarms()["MetricAlarms"]} == wanted:
            return
        time.sleep(0.1)


def test_template_and_apply_make_the_same_alarms(make):
    """Field by field equal; composites are left out of the template here."""
    by_template, by_apply = make(deploy), make(apply)

    assert "High4XXErrors" in {one["AlarmName"] for one in by_apply}
    assert by_template == by_apply


def test_what_is_made_is_found_and_what_is_changed_by_hand_too(make):
    """Nothing drifts after apply; a retention that somebody else set does."""

    def look(config):
        apply(config)
        assert drift(config) == []
        logs = boto3.client("logs", region_name=REGION, endpoint_url=config.sinks.cloudwatch.endpoint_url)
        logs.put_retention_policy(logGroupName="SectorsFinancialAPI", retentionInDays=3)
        assert [str(one) for one in drift(config)] == ["update  log group SectorsFinancialAPI: RetentionInDays 3 -> 14"]

    make(look)
