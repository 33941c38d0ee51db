"""Config -> what should be there."""

from __future__ import annotations

import json

import pytest

from outwarden.errors import ConfigError
from outwarden.provision.model import model

TOPIC = ["${NotifyTeamTopic}"]


def of_type(config, kind):
    return [one for one in model(config).resources if one.type == f"AWS::{kind}"]


def alarm(config, name):
    return next(one.properties for one in of_type(config, "CloudWatch::Alarm") if one.name == name)


def test_the_alarm_in_cloudwatchs_words(configure):
    """The documented alarm, on exactly the dimensions that are published, telling its topic both ways."""
    properties = alarm(configure(), "High4XXErrors")

    assert properties.pop("AlarmDescription").startswith("More than 10 4XXError in 5 minutes")
    assert properties == {
        "AlarmName": "High4XXErrors",
        "Namespace": "SectorsFinancialAPI",
        "MetricName": "4XXError",
        "Dimensions": [{"Name": "Environment", "Value": "${Environment}"}, {"Name": "Service", "Value": "${Service}"}],
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": 10.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": True,
        "AlarmActions": TOPIC,
        "OKActions": TOPIC,
    }


def test_other_channels_are_not_for_aws(configure):
    """A terminal or a webhook is told by the sidecar: the alarm in AWS has no action for it."""
    config = configure(
        notify={"desk": {"kind": "terminal"}},
        alarms=[{"name": "A", "metric": "5XXError", "notify": ["desk"]}],
    )

    assert alarm(config, "A")["AlarmActions"] == []
    assert of_type(config, "SNS::Topic") == []


def test_two_channels_share_a_topic(configure):
    """One topic, each address once, and a policy that names the alarms of both."""
    config = configure(
        notify={
            "day": {"kind": "sns", "topic": "T", "email": ["a@example.org", "b@example.org"]},
            "night": {"kind": "sns", "topic": "T", "email": ["b@example.org"]},
        },
        alarms=[
            {"name": "A", "metric": "4XXError", "notify": ["day"]},
            {"name": "B", "metric": "5XXError", "notify": ["night"]},
        ],
    )

    assert [one.name for one in of_type(config, "SNS::Subscription")] == ["T/a@example.org", "T/b@example.org"]
    [policy] = of_type(config, "SNS::TopicPolicy")
    sources = policy.properties["PolicyDocument"]["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"]
    assert {"A", "B"} <= {arn.rpartition(":")[2] for arn in sources}


def test_a_long_description_fits(configure):
    """CloudWatch takes 1024 characters, service and environment have up to 100 each, and one line is enough."""
    config = configure(alarms=[{"name": "A", "metric": "4XXError", "todo": "look\nhere " * 500}])
    text = alarm(config, "A")["AlarmDescription"]

    assert len(text) == 800
    assert "\n" not in text


def test_every_logical_name_is_there_once(configure):
    """Else one thing of the template would silently replace another."""
    names = [one.logical for one in model(configure()).resources]

    assert len(names) == len(set(names))
    assert all(name.isalnum() and name.isascii() for name in names)


def test_whoever_is_told_has_a_queue_for_what_was_not_taken(configure):
    """Each subscription names it, and an alarm watches it; switched off, there is none of the three."""
    [subscription] = of_type(configure(), "SNS::Subscription")
    assert subscription.properties["RedrivePolicy"] == {"deadLetterTargetArn": "${DeadLetters.Arn}"}
    assert alarm(configure(), "UndeliveredNotifications")["Namespace"] == "AWS/SQS"

    without = configure(infra={"dead_letters": "disabled"})
    [subscription] = of_type(without, "SNS::Subscription")
    assert "RedrivePolicy" not in subscription.properties
    assert of_type(without, "SQS::Queue") == []


@pytest.mark.parametrize(
    ("kms", "expected"),
    [("own", "${Key.Arn}"), ("none", None), ("arn:aws:kms:x:123456789012:key/k", "arn:aws:kms:x:123456789012:key/k")],
)
def test_encryption_is_by_the_key_that_was_chosen(configure, kms, expected):
    """A key of our own, of the user's, or none: then the queue still encrypts by itself."""
    config = configure(infra={"kms": kms})

    assert {one.properties.get("KmsKeyId") for one in of_type(config, "Logs::LogGroup")} == {expected}
    assert {one.properties.get("KmsMasterKeyId") for one in of_type(config, "SNS::Topic")} == {expected}
    [queue] = of_type(config, "SQS::Queue")
    assert queue.properties.get("SqsManagedSseEnabled") == (True if expected is None else None)
    assert len(of_type(config, "KMS::Key")) == (kms == "own")


def test_metric_filters_have_a_namespace_of_their_own(configure):
    """The same count twice in one metric would be double."""
    filters = of_type(configure(infra={"metric_filters": "enabled"}), "Logs::MetricFilter")

    assert len(filters) == 6
    spaces = {one["MetricNamespace"] for each in filters for one in each.properties["MetricTransformations"]}
    assert spaces == {"SectorsFinancialAPI/FromLogs"}


def test_an_address_that_is_a_reference_is_a_parameter(configure):
    """Its value stands nowhere in the model."""
    made = model(configure(notify={"oncall": {"kind": "sns", "https": ["env:PAGERDUTY_URL"]}}))
    [subscription] = [one for one in made.resources if one.type == "AWS::SNS::Subscription"]

    assert subscription.properties["Endpoint"] == "${PagerdutyUrl}"
    [secret] = [one for one in made.parameters if one.variable]
    assert (secret.name, secret.variable, secret.value) == ("PagerdutyUrl", "PAGERDUTY_URL", None)


def test_without_a_destination_there_is_nothing_to_make(configure):
    """Where to, is said by sinks.cloudwatch."""
    with pytest.raises(ConfigError, match=r"sinks\.cloudwatch is not set"):
        model(configure(sinks={}))


def test_the_default_set_is_there_whole(configure):
    """All ten and the composite, which is made after its children; those it pages for tell nobody themselves."""
    config = configure(default_alarms=True, alarms=[])
    resources = model(config).resources
    [trouble] = of_type(config, "CloudWatch::CompositeAlarm")

    assert len(of_type(config, "CloudWatch::Alarm")) == 10 + 1  # and the one on the queue
    assert trouble.properties["AlarmActions"] == TOPIC
    assert alarm(config, "High5XX")["AlarmActions"] == []
    assert alarm(config, "High4XXErrors")["AlarmActions"] == TOPIC
    order = [one.logical for one in resources]
    assert all(order.index(child) < order.index(trouble.logical) for child in trouble.after)
    assert set(trouble.after) == {
        f"{name}Alarm" for name in ("High5XX", "NetworkErrors", "ErrorRatio", "MostlyFailing", "SidecarSilent")
    }


def test_metric_math_and_percentiles_are_in_cloudwatchs_words(configure):
    """An expression returns data, the metrics in it do not; a percentile is an extended statistic."""
    config = configure(default_alarms=True, alarms=[])
    ratio, latency = alarm(config, "ErrorRatio"), alarm(config, "LatencyP95")

    assert [query["ReturnData"] for query in ratio["Metrics"]] == [True, False, False, False, False]
    assert "Period" not in ratio
    assert "Statistic" not in latency
    assert (latency["ExtendedStatistic"], latency["EvaluateLowSampleCountPercentile"]) == ("p95", "ignore")


def test_an_alarm_by_the_clock_says_so(configure):
    """CloudWatch slides its window unless it is told."""
    config = configure(alarms=[{"name": "A", "metric": "Calls", "window": "wall_clock"}])

    assert alarm(config, "A")["EvaluationWindow"] == {"WallClockWindow": {"Timezone": "UTC"}}


def test_the_dashboard_is_one_text_for_any_account(configure):
    """Its body is JSON with placeholders; the same configuration gives the same text."""
    [first], [second] = (of_type(configure(), "CloudWatch::Dashboard") for _ in range(2))
    body = first.properties["DashboardBody"]

    assert body == second.properties["DashboardBody"]
    assert json.loads(body)["widgets"]
    assert "${AWS::Region}" in body
    assert "portfolio-api" not in body
