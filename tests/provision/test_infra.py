"""apply and destroy against an AWS that stores."""

from __future__ import annotations

import json

import boto3
import pytest

from outwarden.errors import CloudError, ConfigError
from outwarden.provision import apply, destroy

REGION = "ap-southeast-3"
TAG = {"outwarden:owner": "portfolio-api/prod"}


def client(service):
    return boto3.client(service, region_name=REGION)


def lines(changes):
    return [str(change) for change in changes]


def log_groups():
    return {group["logGroupName"]: group for group in client("logs").describe_log_groups()["logGroups"]}


def alarms():
    return {alarm["AlarmName"]: alarm for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]}


def topics():
    return [topic["TopicArn"] for topic in client("sns").list_topics()["Topics"]]


def test_everything_is_made(moto_aws, configure):
    """Log group with retention and stream, topic with policy and address, alarm; all that can carry the tag does."""
    assert lines(apply(configure())) == [
        "create  log group SectorsFinancialAPI",
        "create  log stream SectorsFinancialAPI/APIUsageLogs",
        "create  topic NotifyTeam",
        "create  subscription NotifyTeam/team@example.org",
        "create  alarm High4XXErrors",
    ]

    logs, sns, cloudwatch = client("logs"), client("sns"), client("cloudwatch")
    group, alarm, [topic] = log_groups()["SectorsFinancialAPI"], alarms()["High4XXErrors"], topics()
    assert group["retentionInDays"] == 14
    [stream] = logs.describe_log_streams(logGroupName="SectorsFinancialAPI")["logStreams"]
    assert stream["logStreamName"] == "APIUsageLogs"
    assert logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"] == TAG
    policy = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    assert policy["Statement"]["Condition"]["ArnLike"]["aws:SourceArn"] == alarm["AlarmArn"]
    [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "team@example.org")
    assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
    assert alarm["TreatMissingData"] == "notBreaching"
    tags = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == TAG


def test_the_second_time_nothing_is_written(moto_aws, configure, writes):
    """What is right is only looked at: no call that changes anything."""
    apply(configure())
    first = writes()

    assert apply(configure()) == []
    assert "PutMetricAlarm" in first
    assert writes() == first


def test_what_was_altered_by_hand_is_mended(moto_aws, configure, writes):
    """Only the thing that differs is written, and the change says what it was."""
    apply(configure())
    client("logs").put_retention_policy(logGroupName="SectorsFinancialAPI", retentionInDays=3)
    before = len(writes())

    assert lines(apply(configure())) == ["update  log group SectorsFinancialAPI: retentionInDays 3 -> 14"]
    assert writes()[before:] == ["PutRetentionPolicy"]


def test_a_new_threshold_keeps_the_alarm_ours(moto_aws, configure):
    """An update leaves the tag where it is."""
    apply(configure())
    changed = configure(alarms=[{"name": "High4XXErrors", "metric": "4XXError", "threshold": 20, "notify": ["oncall"]}])

    [change] = apply(changed)
    assert "Threshold 10.0 -> 20.0" in str(change)
    assert alarms()["High4XXErrors"]["Threshold"] == 20.0
    assert apply(changed) == []


def test_a_renamed_alarm_leaves_no_old_one(moto_aws, configure):
    """The alarm of the old name is ours, so it goes."""
    apply(configure())

    renamed = configure(alarms=[{"name": "TooMany4XX", "metric": "4XXError", "notify": ["oncall"]}])
    assert "delete  alarm High4XXErrors" in lines(apply(renamed))
    assert set(alarms()) == {"TooMany4XX"}


def test_a_foreign_owner_stops_everything(moto_aws, configure, writes):
    """Another service's alarm of the same name is refused before anything is written."""
    apply(configure(service="other"))
    before = writes()

    with pytest.raises(CloudError, match=r"belongs to other/prod .* nothing was changed"):
        apply(configure())
    assert writes() == before


def test_a_log_group_of_the_users_own_is_never_removed(moto_aws, configure):
    """It is used, gets no tag, and outlives even a destroy that asks for the log group."""
    client("logs").create_log_group(logGroupName="SectorsFinancialAPI")
    apply(configure())

    assert apply(configure()) == []
    assert lines(destroy(configure(), with_log_group=True)) == [
        "delete  alarm High4XXErrors",
        "delete  topic NotifyTeam",
    ]
    assert "SectorsFinancialAPI" in log_groups()


def test_a_topic_of_the_users_own_keeps_its_policy(moto_aws, configure):
    """It is used, its policy is not written, and it is not removed."""
    arn = client("sns").create_topic(Name="NotifyTeam")["TopicArn"]
    policy = client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    apply(configure())

    assert client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"] == policy
    assert alarms()["High4XXErrors"]["AlarmActions"] == [arn]
    assert lines(destroy(configure())) == ["delete  alarm High4XXErrors"]
    assert topics() == [arn]


def test_destroy_takes_what_is_ours_and_keeps_the_log_group(moto_aws, configure):
    """Alarm and topic go, a stranger's alarm over our metric stays, and so does the log group until it is asked for."""
    apply(configure())
    stranger = alarms()["High4XXErrors"]
    wanted = ("Namespace", "MetricName", "Dimensions", "Statistic", "Period", "EvaluationPeriods", "Threshold")
    fields = {name: stranger[name] for name in wanted} | {"ComparisonOperator": "GreaterThanThreshold"}
    client("cloudwatch").put_metric_alarm(AlarmName="Strangers", **fields)

    assert lines(destroy(configure())) == ["delete  alarm High4XXErrors", "delete  topic NotifyTeam"]
    assert set(alarms()) == {"Strangers"}
    assert topics() == []
    assert destroy(configure()) == []
    assert lines(destroy(configure(), with_log_group=True)) == ["delete  log group SectorsFinancialAPI"]
    assert log_groups() == {}


def test_destroy_finds_what_was_renamed_in_between(moto_aws, configure):
    """Alarm and topic of an older configuration carry our tag, so they are found and go too."""
    apply(configure())
    now = configure(notify={}, alarms=[{"name": "New", "metric": "5XXError"}])

    assert lines(destroy(now)) == ["delete  alarm High4XXErrors", "delete  topic NotifyTeam"]


@pytest.mark.parametrize("verb", [apply, destroy])
def test_a_service_without_a_name_is_told_before_aws_is_asked(configure, verb):
    """One line says what to set; nobody is called."""
    with pytest.raises(ConfigError, match="service is not set"):
        verb(configure(service=None))


def test_aws_that_cannot_be_reached_is_one_line(configure, free_port):
    """The error says what cannot be reached, not how the SDK is built."""
    nowhere = {"cloudwatch": {"region": REGION, "endpoint_url": f"http://127.0.0.1:{free_port}"}}

    with pytest.raises(CloudError, match="AWS cannot be reached") as caught:
        apply(configure(sinks=nowhere))
    assert "\n" not in str(caught.value)


def test_a_step_that_aws_refuses_says_how_far_it_came(moto_aws, configure, deny):
    """What was done before stays done, and carries our tag: running it again goes on from there."""
    with deny("CreateTopic"), pytest.raises(CloudError) as caught:
        apply(configure())

    assert str(caught.value) == (
        "infra: AWS denied CreateTopic (AccessDenied). Allow it to the credentials in use. "
        "(create  topic NotifyTeam stopped after 2 of 5 changes; mend this and run it again)"
    )
    assert lines(apply(configure()))[0] == "create  topic NotifyTeam"
