"""PagerDuty events, on a real server."""

from __future__ import annotations

import json
import os

import pytest

from outwarden.errors import Rejected, Retry
from outwarden.notify.pagerduty import LONGEST_DEDUP_KEY, LONGEST_SUMMARY, PagerDutyChannel

KEY = os.urandom(16).hex()


@pytest.fixture
def told(receiver):
    """Send a message and give the event that arrived."""

    def send(message):
        PagerDutyChannel(KEY, url=f"{receiver.url}/v2/enqueue").deliver(message)
        return json.loads(receiver.seen[-1].body)

    return send


def test_an_alarm_opens_an_incident(told, message):
    """With all that is known in its details."""
    event = told(message(links={"runbook": "https://w.example/{alarm}"}))

    assert event == {
        "routing_key": KEY,
        "event_action": "trigger",
        "dedup_key": "outwarden/prod/portfolio/High4XXErrors",
        "client": "outwarden",
        "payload": {
            "summary": "ALARM: High4XXErrors in portfolio (prod): 4XXError was 14 in 5 minutes; the alarm is for more than 10",
            "source": "portfolio",
            "severity": "critical",
            "timestamp": "2026-11-24T02:59:00.000000Z",
            "component": "portfolio",
            "group": "prod",
            "class": "High4XXErrors",
            "custom_details": {
                "reason": "4XXError was 14 in 5 minutes; the alarm is for more than 10",
                "since": "2026-11-24 02:59:00 UTC",
                "severity": "page",
                "routes": "/v2/daily/{symbol}/ (12)",
                "reasons": "unknown_symbol (11), bad_key (3)",
                "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
                "to do": "Look at the routes.",
            },
        },
        "links": [{"href": "https://w.example/High4XXErrors", "text": "runbook"}],
    }


def test_the_same_incident_is_resolved(told, message, alert):
    """By the same key."""
    opened, resolved = told(message()), told(message(alert(state="OK", previous="ALARM")))

    assert resolved == {"routing_key": KEY, "event_action": "resolve", "dedup_key": opened["dedup_key"]}


@pytest.mark.parametrize(("ours", "theirs"), [("page", "critical"), ("warn", "warning"), ("info", "info")])
def test_severity_is_told_in_their_words(told, message, alert, ours, theirs):
    """Each of ours has one of theirs."""
    assert told(message(alert(severity=ours)))["payload"]["severity"] == theirs


def test_limits_are_kept(told, message, alert):
    """A summary of 1024 characters, a key of 255, an event of 512 kB."""
    routes = tuple((f"/{'r' * 4000}/{n}", n) for n in range(500))
    event = told(
        message(alert(reason="x" * 9000, name="n" * 200, service="s" * 100, todo="t" * 9000, top_routes=routes))
    )

    assert len(event["payload"]["summary"]) <= LONGEST_SUMMARY
    assert len(event["dedup_key"]) <= LONGEST_DEDUP_KEY
    assert len(json.dumps(event)) < 20_000


@pytest.mark.parametrize(("status", "refusal"), [(429, Retry), (500, Retry), (400, Rejected)])
def test_what_pagerduty_answers_decides(receiver, told, message, status, refusal):
    """Too many events and its own faults pass; a bad event stays bad. The key is told to nobody."""
    receiver.answers = [(status, {})]

    with pytest.raises(refusal) as caught:
        told(message())
    assert KEY not in str(caught.value)
    assert KEY not in repr(getattr(caught.value, "items", ""))
