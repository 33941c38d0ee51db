"""The alarm that `infra apply` makes, evaluated by a local AWS itself, down to the message that somebody gets."""

from __future__ import annotations

import json
import time

import boto3
import msgspec
import pytest

from outwarden.config import Config
from outwarden.provision import apply, destroy
from outwarden.testing import LocalAws

pytestmark = pytest.mark.integration

REGION = "ap-southeast-3"


@pytest.fixture
def local_aws():
    with LocalAws() as server:
        yield server


@pytest.fixture
def config(local_aws):
    raw = {
        "service": "portfolio-api",
        "env": "prod",
        "sinks": {"cloudwatch": {"region": REGION, "endpoint_url": local_aws.endpoint_url}},
        "infra": {"kms": "none", "data_protection": "disabled"},  # the local AWS has neither
        "notify": {"oncall": {"kind": "sns", "topic": "NotifyTeam"}},
        "default_alarms": False,
        "alarms": [{"name": "High4XXErrors", "metric": "4XXError", "notify": ["oncall"]}],
    }
    return msgspec.convert(raw, Config)


class Inbox:
    """A queue behind the topic."""

    def __init__(self, client):
        self._sqs = client("sqs")
        self._queue = self._sqs.create_queue(QueueName="Inbox")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]
        [topic] = client("sns").list_topics()["Topics"]
        client("sns").subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=attributes["QueueArn"])

    def alarms(self, wait_s=0):
        """Take the messages about the alarm going off."""
        answer = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait_s)
        notices = [json.loads(json.loads(one["Body"])["Message"]) for one in answer.get("Messages", [])]
        for one in answer.get("Messages", []):
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=one["ReceiptHandle"])
        return [notice for notice in notices if notice["NewStateValue"] == "ALARM"]


def test_ten_are_quiet_and_eleven_tell_the_team(config, local_aws):
    """Ten calls answered with 4XX leave the alarm alone; the eleventh sets it off and a message arrives, once."""

    def client(service):
        return boto3.client(service, region_name=REGION, endpoint_url=local_aws.endpoint_url)

    def fail():
        datum = {
            "MetricName": "4XXError",
            "Dimensions": [{"Name": "Service", "Value": "portfolio-api"}, {"Name": "Environment", "Value": "prod"}],
            "Value": 1,
            "Unit": "Count",
        }
        cloudwatch.put_metric_data(Namespace="SectorsFinancialAPI", MetricData=[datum])

    def state():
        return cloudwatch.describe_alarms(AlarmNames=["High4XXErrors"])["MetricAlarms"][0]["StateValue"]

    cloudwatch = client("cloudwatch")
    apply(config)
    inbox = Inbox(client)
    for _ in range(10):
        fail()
    time.sleep(1)
    assert state() == "OK"
    assert inbox.alarms() == []

    fail()
    deadline = time.monotonic() + 60
    while state() != "ALARM" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert state() == "ALARM"
    [notice] = inbox.alarms(wait_s=5)
    assert notice["AlarmName"] == "High4XXErrors"
    assert notice["Trigger"]["Namespace"] == "SectorsFinancialAPI"
    assert inbox.alarms() == []


def test_apply_and_destroy_agree_with_the_local_aws(config):
    """A second apply changes nothing there either, and destroy takes all of it away."""
    assert {change.action for change in apply(config)} == {"create", "enable"}
    assert apply(config) == []
    assert [str(change) for change in destroy(config, with_log_group=True)] == [
        "delete  IAM policy outwarden-portfolio-api-prod-sidecar",
        "delete  dashboard outwarden-portfolio-api-prod",
        "delete  alarm High4XXErrors",
        "delete  topic NotifyTeam",
        "delete  log group SectorsFinancialAPI",
    ]
    assert destroy(config) == []
