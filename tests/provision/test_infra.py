"""apply and destroy against an AWS that stores."""

from __future__ import annotations

import json

import boto3
import pytest

from outwarden.errors import CloudError, ConfigError
from outwarden.provision import apply, destroy, drift, plan

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
    """Key, log group, topic, queue, addresses, alarms, policy; all that can carry the tag does, alarms speak last."""
    assert lines(apply(configure())) == [
        "create  key alias/outwarden-portfolio-api-prod",
        "create  key name alias/outwarden-portfolio-api-prod",
        "create  log group SectorsFinancialAPI",
        "create  log stream SectorsFinancialAPI/APIUsageLogs",
        "create  topic NotifyTeam",
        "create  topic policy NotifyTeam",
        "create  queue outwarden-portfolio-api-prod-undelivered",
        "create  queue policy outwarden-portfolio-api-prod-undelivered",
        "create  subscription NotifyTeam/team@example.org",
        "create  alarm High4XXErrors",
        "create  alarm UndeliveredNotifications",
        "create  dashboard outwarden-portfolio-api-prod",
        "create  IAM policy outwarden-portfolio-api-prod-sidecar",
        "enable  actions of High4XXErrors, UndeliveredNotifications",
    ]

    logs, sns, cloudwatch = client("logs"), client("sns"), client("cloudwatch")
    group, alarm, [topic] = log_groups()["SectorsFinancialAPI"], alarms()["High4XXErrors"], topics()
    assert group["retentionInDays"] == 14
    key = client("kms").describe_key(KeyId="alias/outwarden-portfolio-api-prod")["KeyMetadata"]
    assert group["kmsKeyId"] == key["Arn"]
    [stream] = logs.describe_log_streams(logGroupName="SectorsFinancialAPI")["logStreams"]
    assert stream["logStreamName"] == "APIUsageLogs"
    assert logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"] == TAG
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    [statement] = json.loads(attributes["Policy"])["Statement"]
    assert alarm["AlarmArn"] in statement["Condition"]["ArnLike"]["aws:SourceArn"]
    assert attributes["KmsMasterKeyId"] == key["Arn"]
    [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "team@example.org")
    assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
    assert alarm["ActionsEnabled"]
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

    assert lines(apply(configure())) == ["update  log group SectorsFinancialAPI: RetentionInDays 3 -> 14"]
    assert writes()[before:] == ["PutRetentionPolicy"]


def test_a_new_threshold_keeps_the_alarm_ours(moto_aws, configure):
    """An update leaves the tag where it is."""
    apply(configure())
    changed = configure(alarms=[{"name": "High4XXErrors", "metric": "4XXError", "threshold": 20, "notify": ["oncall"]}])

    changes = {change.kind: str(change) for change in apply(changed)}
    assert set(changes) == {"alarm", "dashboard"}  # which draws the threshold
    assert "Threshold 10 -> 20" in changes["alarm"]
    assert alarms()["High4XXErrors"]["Threshold"] == 20.0
    assert apply(changed) == []


def test_a_renamed_alarm_leaves_no_old_one(moto_aws, configure):
    """The alarm of the old name is ours, so it goes."""
    apply(configure())

    renamed = configure(alarms=[{"name": "TooMany4XX", "metric": "4XXError", "notify": ["oncall"]}])
    assert "delete  alarm High4XXErrors" in lines(apply(renamed))
    assert set(alarms()) == {"TooMany4XX", "UndeliveredNotifications"}


def test_a_foreign_owner_stops_everything(moto_aws, configure, writes):
    """Another service's alarm of the same name is refused before anything is written."""
    apply(configure(service="other", infra={"data_protection": "disabled"}))
    before = writes()

    with pytest.raises(CloudError, match=r"belongs to other/prod .* Nothing was changed"):
        apply(configure())
    assert writes() == before


def test_a_log_group_of_the_users_own_is_never_removed(moto_aws, configure):
    """It is used, gets no tag, and outlives even a destroy that asks for the log group."""
    client("logs").create_log_group(logGroupName="SectorsFinancialAPI")
    apply(configure())

    assert apply(configure()) == []
    assert "delete  log group SectorsFinancialAPI" not in lines(destroy(configure(), with_log_group=True))
    assert "SectorsFinancialAPI" in log_groups()


def test_a_topic_of_the_users_own_keeps_its_policy(moto_aws, configure):
    """It is used, its policy is not written, and it is not removed."""
    arn = client("sns").create_topic(Name="NotifyTeam")["TopicArn"]
    policy = client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    apply(configure())

    assert client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"] == policy
    assert alarms()["High4XXErrors"]["AlarmActions"] == [arn]
    assert "delete  topic NotifyTeam" not in lines(destroy(configure()))
    assert topics() == [arn]


def test_destroy_takes_what_is_ours_and_keeps_the_log_group(moto_aws, configure):
    """Alarm and topic go, a stranger's alarm over our metric stays, and so does the log group until it is asked for."""
    apply(configure())
    stranger = alarms()["High4XXErrors"]
    wanted = ("Namespace", "MetricName", "Dimensions", "Statistic", "Period", "EvaluationPeriods", "Threshold")
    fields = {name: stranger[name] for name in wanted} | {"ComparisonOperator": "GreaterThanThreshold"}
    client("cloudwatch").put_metric_alarm(AlarmName="Strangers", **fields)

    assert lines(destroy(configure())) == [
        "delete  IAM policy outwarden-portfolio-api-prod-sidecar",
        "delete  dashboard outwarden-portfolio-api-prod",
        "delete  alarm UndeliveredNotifications",
        "delete  alarm High4XXErrors",
        "delete  queue outwarden-portfolio-api-prod-undelivered",
        "delete  topic NotifyTeam",
    ]
    assert set(alarms()) == {"Strangers"}
    assert topics() == []
    assert destroy(configure()) == []
    assert lines(destroy(configure(), with_log_group=True)) == ["delete  log group SectorsFinancialAPI"]
    assert lines(destroy(configure(), with_log_group=True, with_key=True)) == [
        "delete  key name alias/outwarden-portfolio-api-prod",
        "delete  key alias/outwarden-portfolio-api-prod",
    ]
    assert log_groups() == {}


def test_destroy_finds_what_was_renamed_in_between(moto_aws, configure):
    """Alarm and topic of an older configuration carry our tag, so they are found and go too."""
    apply(configure())
    now = configure(notify={}, alarms=[{"name": "New", "metric": "5XXError"}])

    gone = lines(destroy(now))
    assert gone.index("delete  alarm High4XXErrors") < gone.index("delete  topic NotifyTeam")


@pytest.mark.parametrize("verb", [plan, apply, drift, destroy])
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
        "(create  topic NotifyTeam stopped after 4 of 14 changes; mend this and run it again)"
    )
    assert lines(apply(configure()))[0] == "create  topic NotifyTeam"


def test_an_aws_without_data_protection_is_told_what_to_set(moto_aws, configure, deny):
    """As MiniStack is; who may not do it is told that alone."""
    with deny("PutDataProtectionPolicy", "InvalidOperationException"), pytest.raises(CloudError) as lacking:
        apply(configure(infra={}))
    with deny("GetDataProtectionPolicy"), pytest.raises(CloudError) as denied:
        apply(configure(infra={}))

    assert "set infra.data_protection: disabled there" in str(lacking.value)
    assert "infra.data_protection" not in str(denied.value)


def test_a_plan_has_no_placeholder(moto_aws, configure):
    """What AWS has yet to choose is not known, also within a list."""
    whole = {str(one): [each.whole for each in one.differences] for one in plan(configure()).changes}

    assert (
        'Queues: nothing -> ["(known after apply)"]'
        in whole["create  queue policy outwarden-portfolio-api-prod-undelivered"]
    )
    assert not [line for found in whole.values() for line in found if "${" in line]


def test_a_plan_says_what_apply_does_and_writes_nothing(moto_aws, configure, writes):
    """Line for line the same; the plan alone leaves everything as it was."""
    planned = plan(configure())

    assert writes() == []
    assert planned.refused == ()
    assert tuple(apply(configure())) == planned.changes
    assert plan(configure()).changes == ()


def test_an_interrupted_apply_goes_on_where_it_stopped(moto_aws, configure, deny, writes):
    """Whatever call fails, running it again ends in the same things, and no key is made twice."""
    for operation in ("CreateAlias", "PutRetentionPolicy", "CreateQueue", "PutMetricAlarm", "EnableAlarmActions"):
        with deny(operation), pytest.raises(CloudError, match=operation):
            apply(configure())
    apply(configure())

    assert alarms()["High4XXErrors"]["ActionsEnabled"]
    assert len(client("kms").list_keys()["Keys"]) == 1
    assert plan(configure()).changes == ()


def test_drift_tells_what_was_changed_by_hand(moto_aws, configure):
    """Old is what is there, new is what the configuration says."""
    apply(configure())
    assert drift(configure()) == []

    client("cloudwatch").disable_alarm_actions(AlarmNames=["High4XXErrors"])
    client("sqs").delete_queue(QueueUrl=client("sqs").list_queues()["QueueUrls"][0])
    assert lines(drift(configure())) == [
        "create  queue outwarden-portfolio-api-prod-undelivered",
        "create  queue policy outwarden-portfolio-api-prod-undelivered",
        "update  alarm High4XXErrors: ActionsEnabled False -> True",
    ]


def test_what_a_stack_owns_is_left_to_it(moto_aws, configure, writes):
    """One owner for each thing: apply refuses, and says which stack; drift still compares."""
    apply(configure())
    arn = alarms()["High4XXErrors"]["AlarmArn"]
    stack = {"Key": "outwarden:stack", "Value": "my-stack"}
    client("cloudwatch").tag_resource(ResourceARN=arn, Tags=[stack])
    before = writes()

    with pytest.raises(CloudError, match="alarm High4XXErrors belongs to the CloudFormation stack my-stack"):
        apply(configure())
    assert writes() == before
    assert drift(configure()) == []
    assert "delete  alarm High4XXErrors" not in lines(destroy(configure()))


def test_an_alarm_without_our_tag_is_refused(moto_aws, configure, writes):
    """Writing an alarm would replace the one of that name without a word."""
    apply(configure())
    arn = alarms()["High4XXErrors"]["AlarmArn"]
    client("cloudwatch").untag_resource(ResourceARN=arn, TagKeys=["outwarden:owner"])
    before = writes()

    with pytest.raises(CloudError, match="alarm High4XXErrors is there already, without the tag outwarden:owner"):
        apply(configure())
    assert writes() == before
    [line] = plan(configure()).refused
    assert "Change its name under alarms" in line


def test_what_is_switched_off_goes(moto_aws, configure):
    """Queue, its alarm and the policy were asked for once; now they are not."""
    apply(configure())

    off = dict.fromkeys(("data_protection", "dead_letters", "dashboard", "sidecar_policy"), "disabled")
    assert [line for line in lines(apply(configure(infra=off))) if line.startswith("delete")] == [
        "delete  IAM policy outwarden-portfolio-api-prod-sidecar",
        "delete  dashboard outwarden-portfolio-api-prod",
        "delete  alarm UndeliveredNotifications",
        "delete  queue outwarden-portfolio-api-prod-undelivered",
    ]


def test_a_new_policy_of_the_sidecar_leaves_room_for_the_next(moto_aws, configure):
    """AWS keeps five versions at most: many changes go through all the same."""
    for _ in range(4):
        apply(configure(metrics={"via": "put"}))
        apply(configure(metrics={"via": "emf"}))

    assert plan(configure()).changes == ()


def test_a_secret_address_is_in_no_output(moto_aws, configure, deny, monkeypatch):
    """It reaches AWS, and neither plan nor changes nor errors hold it."""
    secret = f"https://events.example.com/integration/{'0123456789abcdef' * 2}/enqueue"
    config = configure(notify={"oncall": {"kind": "sns", "https": ["env:PAGERDUTY_URL"]}})
    with pytest.raises(ConfigError, match="env:PAGERDUTY_URL under notify is not set"):
        plan(config)
    monkeypatch.setenv("PAGERDUTY_URL", secret)

    with deny("Subscribe"), pytest.raises(CloudError) as refused:
        apply(config)
    assert "events.example.com" not in str(refused.value)
    told = f"{plan(config)} {apply(config)} {apply(config)} {drift(config)}"
    [subscription] = client("sns").list_subscriptions_by_topic(TopicArn=topics()[0])["Subscriptions"]
    assert subscription["Endpoint"] == secret
    assert "env:PAGERDUTY_URL" in told
    assert "events.example.com" not in told
