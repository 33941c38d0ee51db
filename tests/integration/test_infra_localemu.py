"""The whole template and the whole apply, in a local AWS that evaluates alarms. Asserted is on things, not on a stack's status."""

from __future__ import annotations

import json
import os
import subprocess
import time

import msgspec
import pytest

from outwarden.config import Config
from outwarden.config.default_alarms import HIGH_4XX
from outwarden.provision import apply, drift, plan
from outwarden.provision.cloudformation import cloudformation
from outwarden.provision.commands import awscli
from outwarden.provision.model import model

pytestmark = pytest.mark.integration

REGION = "ap-southeast-3"
SHORT_S = 10
"""LocalEmu looks at an alarm once in each of its periods: five minutes would be long to wait for."""


@pytest.fixture
def config(local_emu, monkeypatch):
    monkeypatch.setenv("PAGERDUTY_URL", "https://127.0.0.1:1/integration/made-up/enqueue")
    raw = {
        "service": "portfolio-api",
        "env": "prod",
        "sinks": {"cloudwatch": {"region": REGION, "endpoint_url": local_emu.endpoint_url}},
        "notify": {"oncall": {"kind": "sns", "https": ["env:PAGERDUTY_URL"]}},
        "infra": {"data_protection": "disabled"},  # LocalEmu takes it from a template, and knows no call for it
    }
    return msgspec.convert(raw, Config)


@pytest.fixture
def signed_in(monkeypatch):
    """Be somebody in one account."""

    def become(account):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", account)

    return become


def lines(changes):
    return [str(change) for change in changes]


def deploy(emu, account, config):
    """Deploy the template and wait until the stack has come to its end, whatever that is."""
    cloudformation_client = emu.client("cloudformation", account)
    cloudformation_client.create_stack(
        StackName="outwarden",
        TemplateBody=cloudformation(model(config)),
        Parameters=[{"ParameterKey": "PagerdutyUrl", "ParameterValue": os.environ["PAGERDUTY_URL"]}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        [stack] = cloudformation_client.describe_stacks(StackName="outwarden")["Stacks"]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            return
        time.sleep(0.2)


def run_in_a_shell(emu, account, commands, folder):
    """Run the printed commands with the real AWS CLI."""
    script, aws = folder / "commands.sh", folder / "aws"
    script.write_text(commands)
    # Of its own accord it would send what is for SQS to AWS.
    aws.write_text(f'#!/bin/sh\nexec {emu.bin}/aws --endpoint-url {emu.endpoint_url} "$@"\n')
    aws.chmod(0o700)
    keys = {"AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "any"}
    address = {"PAGERDUTY_URL": os.environ["PAGERDUTY_URL"]}
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder)} | keys | address
    subprocess.run(["sh", str(script)], check=True, env=environment, stdout=subprocess.DEVNULL)


def alarms(emu, account):
    """Give every alarm, without what differs from account to account and from moment to moment."""
    answer = emu.client("cloudwatch", account).describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    found = answer["MetricAlarms"] + answer.get("CompositeAlarms", [])
    moving = ("State", "AlarmConfigurationUpdated")
    kept = [{name: value for name, value in one.items() if not name.startswith(moving)} for one in found]
    return json.loads(
        json.dumps(sorted(kept, key=lambda one: one["AlarmName"]), default=str).replace(account, "ACCOUNT")
    )


def things(emu, account):
    """Give what is there beside alarms."""
    logs, sns, sqs = (emu.client(service, account) for service in ("logs", "sns", "sqs"))
    [group] = logs.describe_log_groups()["logGroups"]
    [topic] = sns.list_topics()["Topics"]
    [queue] = sqs.list_queues()["QueueUrls"]
    streams = logs.describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]
    attributes = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=topic["TopicArn"])["Subscriptions"]
    aliases = emu.client("kms", account).list_aliases()["Aliases"]
    policies = emu.client("iam", account).list_policies(Scope="Local")["Policies"]
    found = {
        "group": group["logGroupName"],
        "retention": group.get("retentionInDays"),
        "streams": [stream["logStreamName"] for stream in streams],
        "topic policy": json.loads(attributes["Policy"]),
        "subscriptions": [(one["Protocol"], one["Endpoint"]) for one in subscriptions],
        "queue": queue.rpartition("/")[2],
        "aliases": [one["AliasName"] for one in aliases if "outwarden" in one["AliasName"]],
        "policies": [one["PolicyName"] for one in policies],
    }
    return json.loads(json.dumps(found).replace(account, "ACCOUNT"))


def test_template_apply_and_commands_make_the_same(local_emu, config, signed_in, tmp_path):
    """Three accounts, three ways, one result: alarms field by field, and everything else."""
    by_template, by_apply, by_shell = (local_emu.account() for _ in range(3))
    deploy(local_emu, by_template, config)
    signed_in(by_apply)
    apply(config)
    run_in_a_shell(local_emu, by_shell, awscli(model(config), config), tmp_path)

    expected = alarms(local_emu, by_apply)
    by_name = {one["AlarmName"]: one for one in expected}
    assert "High4XXErrors" in by_name
    assert "Expression" in by_name["ErrorRatio"]["Metrics"][0]
    assert by_name["Trouble"]["AlarmRule"].startswith("(ALARM(High5XX)")
    assert alarms(local_emu, by_template) == expected
    assert alarms(local_emu, by_shell) == expected
    assert things(local_emu, by_shell) == things(local_emu, by_apply)
    # LocalEmu forgets the retention that a template gives.
    assert things(local_emu, by_template) == things(local_emu, by_apply) | {"retention": None}
    assert plan(config).changes == ()


def test_a_change_by_hand_is_found_whoever_made_the_thing(local_emu, config, signed_in):
    """Drift names the field, its old and its new value, for what a stack made too; apply keeps its hands off that."""
    account = local_emu.account()
    signed_in(account)
    deploy(local_emu, account, config)
    # What LocalEmu makes nothing of when it stands in a template.
    retention = "update  log group SectorsFinancialAPI: RetentionInDays nothing -> 14"
    dashboard = "create  dashboard outwarden-portfolio-api-prod"
    assert lines(drift(config)) == [retention, dashboard]

    local_emu.client("cloudwatch", account).disable_alarm_actions(AlarmNames=["High4XXErrors"])
    by_hand = "update  alarm High4XXErrors: ActionsEnabled False -> True"
    assert lines(drift(config)) == [retention, by_hand, dashboard]
    assert any("belongs to the CloudFormation stack outwarden" in line for line in plan(config).refused)


def test_ten_are_quiet_and_eleven_tell_the_team(local_emu, config, signed_in):
    """The same alarm in two accounts: ten answers with 4XX leave it alone, eleven set it off, and a message arrives."""
    short = msgspec.structs.replace(HIGH_4XX, period_s=SHORT_S)
    short = msgspec.structs.replace(config, default_alarms=False, alarms=(short,))
    quiet, loud = local_emu.account(), local_emu.account()
    for account in (quiet, loud):
        signed_in(account)
        apply(short)
    inboxes = {account: subscribe(local_emu, account) for account in (quiet, loud)}
    fail(local_emu, quiet, times=10)
    fail(local_emu, loud, times=11)

    [notice] = inboxes[loud](wait_s=45)
    assert (notice["AlarmName"], notice["NewStateValue"]) == ("High4XXErrors", "ALARM")
    assert notice["Trigger"]["Namespace"] == "SectorsFinancialAPI"
    assert state(local_emu, quiet) == "OK"
    assert inboxes[quiet](wait_s=SHORT_S) == []


def subscribe(emu, account):
    """Put a queue behind the topic; give a function that takes the messages about the alarm going off."""
    sqs, sns = emu.client("sqs", account), emu.client("sns", account)
    inbox = sqs.create_queue(QueueName="Inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    [topic] = sns.list_topics()["Topics"]
    sns.subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=arn)

    def alarms_told(wait_s):
        deadline = time.monotonic() + wait_s
        while (left := deadline - time.monotonic()) > 0:
            answer = sqs.receive_message(QueueUrl=inbox, WaitTimeSeconds=min(20, max(1, int(left))))
            told = [json.loads(json.loads(one["Body"])["Message"]) for one in answer.get("Messages", [])]
            for one in answer.get("Messages", []):
                sqs.delete_message(QueueUrl=inbox, ReceiptHandle=one["ReceiptHandle"])
            if going_off := [one for one in told if one["NewStateValue"] == "ALARM"]:
                return going_off
        return []

    return alarms_told


def fail(emu, account, *, times):
    """Publish as the sidecar does: one count a minute for one service."""
    dimensions = [{"Name": "Service", "Value": "portfolio-api"}, {"Name": "Environment", "Value": "prod"}]
    datum = {"MetricName": "4XXError", "Dimensions": dimensions, "Value": 1, "Unit": "Count"}
    emu.client("cloudwatch", account).put_metric_data(Namespace="SectorsFinancialAPI", MetricData=[datum] * times)


def state(emu, account):
    [alarm] = emu.client("cloudwatch", account).describe_alarms(AlarmNames=["High4XXErrors"])["MetricAlarms"]
    return alarm["StateValue"]
