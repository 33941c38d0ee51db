"""The shape of what is published to a topic."""

from __future__ import annotations

import json
import re

import pytest

from outwarden.notify import report
from outwarden.notify.sns import LONGEST_SUBJECT, body, subject

TOPIC = "arn:aws:sns:ap-southeast-3:000000000000:NotifyTeam"


@pytest.mark.parametrize("state", ["ALARM", "OK"])
def test_the_subject_is_cloudwatchs(alert, state):
    """Whoever parses it compares its beginning with the new state."""
    told = subject(alert(state=state), "ap-southeast-3")

    assert told == f'{state}: "High4XXErrors" in ap-southeast-3'


def test_a_long_subject_keeps_its_form(alert):
    """ASCII, one line, 100 characters: SNS refuses others."""
    told = subject(alert(name="caf\u00e9" * 50), "ap-southeast-3")

    assert len(told) == LONGEST_SUBJECT
    assert re.fullmatch(r'ALARM: "[ -~]+" in ap-southeast-3', told)


def test_the_message_is_cloudwatchs_and_tells_what_we_know_more(alert):
    """In the fields that it has."""
    links = {"runbook": "https://w.example/{alarm}"}
    told = json.loads(body(report(alert(), links), TOPIC, "SectorsFinancialAPI"))

    assert told["AlarmDescription"].splitlines()[-2:] == [
        "to do: Look at the routes.",
        "runbook: https://w.example/High4XXErrors",
    ]
    del told["AlarmDescription"]
    assert told == {
        "AlarmName": "High4XXErrors",
        "AWSAccountId": "000000000000",
        "NewStateValue": "ALARM",
        "NewStateReason": (
            "ALARM: High4XXErrors in portfolio (prod): 4XXError was 14 in 5 minutes; the alarm is for more than 10"
        ),
        "StateChangeTime": "2026-11-24T02:59:00.000+0000",
        "Region": "ap-southeast-3",
        "AlarmArn": "arn:aws:cloudwatch:ap-southeast-3:000000000000:alarm:High4XXErrors",
        "OldStateValue": "OK",
        "Trigger": {
            "MetricName": "4XXError",
            "Namespace": "SectorsFinancialAPI",
            "Period": 300,
            "Threshold": 10.0,
            "Dimensions": [
                {"name": "Service", "value": "portfolio"},
                {"name": "Environment", "value": "prod"},
            ],
        },
    }
