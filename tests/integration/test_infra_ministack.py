"""Template and apply in MiniStack: the version that comes with outwarden, and the newest one in an environment of its own.

Whatever it stores must be equal whichever way it was made; what it does not store is named here, so that a version that
does is noticed.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import boto3
import botocore.session
import msgspec
import pytest

from outwarden.config import Config
from outwarden.provision import apply, drift
from outwarden.provision.cloudformation import cloudformation
from outwarden.provision.model import model
from outwarden.testing import LocalAws

pytestmark = pytest.mark.integration

REGION = "ap-southeast-3"
NEWEST = Path(__file__).parents[2] / ".venv-ministack"
NOT_IN_A_TEMPLATE = {
    "bundled": ("AWS::CloudWatch::CompositeAlarm", "AWS::Logs::LogStream", "AWS::Logs::MetricFilter"),
    "newest": ("AWS::CloudWatch::CompositeAlarm",),
}
"""Of the template, beside metric math."""
NOT_STORED = {
    "bundled": [
        "update  log group SectorsFinancialAPI: KmsKeyId nothing -> KEY",
        "update  alarm ErrorRatio: Metrics",
        "update  alarm MostlyFailing: Metrics",
        "update  alarm LatencyP95: EvaluateLowSampleCountPercentile nothing -> ignore",
    ],
    "newest": [
        "update  alarm ErrorRatio: Metrics",
        "update  alarm MostlyFailing: Metrics",
        "update  alarm LatencyP95: EvaluateLowSampleCountPercentile nothing -> ignore",
    ],
}
"""What drift finds just after apply: the call took it and forgot it."""
NOW_LEAVE_NOTHING_OUT = (
    "This MiniStack takes metric math: deploy the template with ErrorRatio in it, strike the alarm from NOT_STORED, "
    "and say so in docs/infra.md and docs/alarms.md."
)


@pytest.fixture(params=["bundled", "newest"])
def version(request):
    """Which MiniStack."""
    if request.param == "newest" and not (NEWEST / "ministack.done").exists():
        pytest.skip("the newest MiniStack is not installed (`make .venv-ministack/ministack.done`)")
    return request.param


@pytest.fixture
def server(version):
    """Give what starts a local AWS, empty each time."""
    python = str(NEWEST / "bin" / "python") if version == "newest" else None
    return lambda: LocalAws(python=python)


def config_for(aws):
    """The default set, with everything that MiniStack has a call for."""
    raw = {
        "service": "portfolio-api",
        "env": "prod",
        "sinks": {"cloudwatch": {"region": REGION, "endpoint_url": aws.endpoint_url}},
        "notify": {"oncall": {"kind": "sns", "email": ["team@example.org"]}},
        "infra": {"data_protection": "disabled", "metric_filters": "enabled"},
    }
    return msgspec.convert(raw, Config)


def client(service, aws):
    return boto3.client(service, region_name=REGION, endpoint_url=aws.endpoint_url)


def deploy(aws, wanted):
    """Deploy the wanted resources of the template, wait for the stack's end, whatever that is, and give why any failed."""
    made = model(config_for(aws))
    resources = tuple(one for one in made.resources if wanted(one))
    cloudformation_client = client("cloudformation", aws)
    cloudformation_client.create_stack(
        StackName="outwarden",
        TemplateBody=cloudformation(msgspec.structs.replace(made, resources=resources)),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        [stack] = cloudformation_client.describe_stacks(StackName="outwarden")["Stacks"]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            break
        time.sleep(0.1)
    events = cloudformation_client.describe_stack_events(StackName="outwarden")["StackEvents"]
    return {
        one["LogicalResourceId"]: one["ResourceStatusReason"]
        for one in events
        if one["ResourceStatus"] == "CREATE_FAILED"
    }


def alarms(aws):
    """Give every alarm by its name, without what differs from moment to moment."""
    answer = client("cloudwatch", aws).describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    moving = ("State", "AlarmConfigurationUpdated")
    return {
        one["AlarmName"]: json.loads(
            json.dumps({name: value for name, value in one.items() if not name.startswith(moving)}, default=str)
        )
        for one in answer["MetricAlarms"] + answer["CompositeAlarms"]
    }


def things(aws):
    """Give what is there beside alarms."""
    logs, sns, sqs, iam, kms = (client(name, aws) for name in ("logs", "sns", "sqs", "iam", "kms"))
    [group] = logs.describe_log_groups()["logGroups"]
    [topic] = sns.list_topics()["Topics"]
    [queue] = sqs.list_queues()["QueueUrls"]
    attributes = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=topic["TopicArn"])["Subscriptions"]
    streams = logs.describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]
    filters = logs.describe_metric_filters(logGroupName=group["logGroupName"])["metricFilters"]
    [board] = client("cloudwatch", aws).list_dashboards()["DashboardEntries"]
    body = client("cloudwatch", aws).get_dashboard(DashboardName=board["DashboardName"])["DashboardBody"]
    return {
        "group": (group["logGroupName"], group["retentionInDays"]),
        "streams": [one["logStreamName"] for one in streams],
        "filters": sorted((one["filterName"], one["filterPattern"], str(one["metricTransformations"])) for one in filters),
        "topic policy": json.loads(attributes["Policy"]),
        "subscriptions": [(one["Protocol"], one["Endpoint"]) for one in subscriptions],
        "queue": queue.rpartition("/")[2],
        "aliases": [one["AliasName"] for one in kms.list_aliases()["Aliases"] if "outwarden" in one["AliasName"]],
        "policies": [one["PolicyName"] for one in iam.list_policies(Scope="Local")["Policies"]],
        "dashboard": json.loads(body),
    }  # fmt: skip


def test_template_and_apply_make_the_same(server, version):
    """Every alarm field by field and everything else; left out of the template is only what MiniStack refuses there."""
    without = NOT_IN_A_TEMPLATE[version]
    with server() as aws:
        deploy(aws, lambda one: one.type not in without and "Metrics" not in one.properties)
        by_template, beside_by_template = alarms(aws), things(aws)
    with server() as aws:
        apply(config_for(aws))
        by_apply, beside_by_apply = alarms(aws), things(aws)

    assert by_apply.keys() - by_template.keys() == {"ErrorRatio", "MostlyFailing", "Trouble"}
    assert {"High4XXErrors", "LatencyP95", "SidecarSilent"} < by_template.keys()
    assert by_template == {name: alarm for name, alarm in by_apply.items() if name in by_template}
    assert by_apply["Trouble"]["AlarmRule"].startswith("(ALARM(High5XX)")
    assert beside_by_apply["streams"] == ["APIUsageLogs"]
    assert len(beside_by_apply["filters"]) > 0
    lacking = {"streams": [], "filters": []} if "AWS::Logs::LogStream" in without else {}
    assert beside_by_template == beside_by_apply | lacking


def test_what_is_made_is_found_and_what_is_changed_by_hand_too(server, version):
    """After apply drift tells what MiniStack forgot and nothing else; a retention that somebody else set is told as well."""

    def lines(config):
        [key] = client("kms", aws).list_keys()["Keys"]
        return [str(change).replace(key["KeyArn"], "KEY") for change in drift(config)]

    with server() as aws:
        apply(config_for(aws))
        assert lines(config_for(aws)) == NOT_STORED[version]
        client("logs", aws).put_retention_policy(logGroupName="SectorsFinancialAPI", retentionInDays=3)
        client("cloudwatch", aws).disable_alarm_actions(AlarmNames=["High4XXErrors"])
        found = lines(config_for(aws))

    assert any("log group SectorsFinancialAPI: " in line and "RetentionInDays 3 -> 14" in line for line in found)
    assert "update  alarm High4XXErrors: ActionsEnabled False -> True" in found


@pytest.mark.parametrize("protocol", ["json", "query"])
def test_metric_math_is_forgotten_whatever_the_protocol(server, protocol):
    """PutMetricAlarm keeps a list of fields, and Metrics is none of them; describing it in JSON gives all that was kept."""
    core = botocore.session.get_session()
    core.get_component("data_loader").load_service_model("cloudwatch", "service-2")["metadata"]["protocols"] = [
        protocol
    ]
    with server() as aws:
        speaking = boto3.Session(botocore_session=core).client(
            "cloudwatch", region_name=REGION, endpoint_url=aws.endpoint_url
        )
        assert speaking.meta.service_model.resolved_protocol == protocol
        speaking.put_metric_alarm(
            AlarmName="Share",
            EvaluationPeriods=1,
            Threshold=5.0,
            ComparisonOperator="GreaterThanThreshold",
            Metrics=[
                {"Id": "share", "Expression": "100 * failed / 2", "ReturnData": True},
                {
                    "Id": "failed",
                    "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"},
                    "ReturnData": False,
                },
            ],
        )
        stored = alarms(aws)["Share"]

    assert stored["Threshold"] == 5.0
    assert "Metrics" not in stored, NOW_LEAVE_NOTHING_OUT


def test_a_template_with_metric_math_is_refused(server):
    """CloudFormation makes none of it and says why."""
    with server() as aws:
        failed = deploy(aws, lambda one: one.name == "ErrorRatio")
        made = alarms(aws)

    assert made == {}, NOW_LEAVE_NOTHING_OUT
    assert [reason for reason in failed.values() if "(metric math) is not supported" in reason], failed
