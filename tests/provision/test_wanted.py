"""Config -> what should be there."""

from __future__ import annotations

import pytest

from outwarden.errors import ConfigError
from outwarden.provision.wanted import wanted


def alarm_fields(config, account):
    return {one.name: one.fields for one in wanted(config, account) if one.kind == "alarm"}


def test_the_alarm_in_cloudwatchs_words(configure, account):
    """The documented alarm, on exactly the dimensions that are published, telling its topic both ways."""
    fields = alarm_fields(configure(), account)["High4XXErrors"]
    topic = ["arn:aws:sns:ap-southeast-3:123456789012:NotifyTeam"]

    assert fields.pop("AlarmDescription").startswith("Sum of 4XXError > 10 in 300 s: calls of portfolio-api (prod)")
    assert fields == {
        "Namespace": "SectorsFinancialAPI",
        "MetricName": "4XXError",
        "Dimensions": [{"Name": "Environment", "Value": "prod"}, {"Name": "Service", "Value": "portfolio-api"}],
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": 10.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": True,
        "AlarmActions": topic,
        "OKActions": topic,
    }


def test_other_channels_are_not_for_aws(configure, account):
    """A terminal or a webhook is told by the sidecar: the alarm in AWS has no action for it."""
    config = configure(
        notify={"desk": {"kind": "terminal"}},
        alarms=[{"name": "A", "metric": "5XXError", "notify": ["desk"]}],
    )

    assert alarm_fields(config, account)["A"]["AlarmActions"] == []
    assert not [one for one in wanted(config, account) if one.kind == "topic"]


def test_two_channels_share_a_topic(configure, account):
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
    resources = wanted(config, account)

    assert [one.title for one in resources if one.kind == "subscription"] == ["T/a@example.org", "T/b@example.org"]
    [topic] = [one for one in resources if one.kind == "topic"]
    sources = topic.fields["Policy"]["Statement"]["Condition"]["ArnLike"]["aws:SourceArn"]
    assert [arn.rpartition(":")[2] for arn in sources] == ["A", "B"]


def test_a_long_description_fits(configure, account):
    """CloudWatch takes 1024 characters and one line is enough."""
    config = configure(alarms=[{"name": "A", "metric": "4XXError", "todo": "look\nhere " * 500}])
    text = alarm_fields(config, account)["A"]["AlarmDescription"]

    assert len(text) == 1024
    assert "\n" not in text


def test_a_service_without_a_name_is_refused(configure, account):
    """Its alarm could never match what is published."""
    with pytest.raises(ConfigError, match="Set `service` in the config file"):
        wanted(configure(service=None), account)


def test_without_a_destination_there_is_nothing_to_make(configure, account):
    """Where to, is said by sinks.cloudwatch."""
    with pytest.raises(ConfigError, match=r"sinks\.cloudwatch is not set"):
        wanted(configure(sinks={}), account)
