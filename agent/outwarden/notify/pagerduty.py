"""PagerDutyChannel: incidents by the Events API v2.

https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
"""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar, Final

import msgspec

from outwarden.alert import Alert
from outwarden.notify.address import Address
from outwarden.notify.report import Message, Report, bounded

URL: Final = "https://events.pagerduty.com/v2/enqueue"
LONGEST_SUMMARY: Final = 1024
LONGEST_DEDUP_KEY: Final = 255

_SEVERITY: Final = {"page": "critical", "warn": "warning", "info": "info"}


class PagerDutyChannel:
    """Opens one incident per alarm, service and environment, and resolves it when the alarm is over.

    An event that comes twice changes nothing there: both have the same `dedup_key`.
    """

    groups: ClassVar[bool] = False

    def __init__(self, routing_key: str, *, url: str = URL, timeout_s: float = 5.0) -> None:
        """Check the address; nothing is sent yet.

        Raises:
            ConfigError: it cannot be used.
        """
        self._routing_key = routing_key
        self._address = Address(url, "PagerDuty", timeout_s=timeout_s, encrypted=True)

    def deliver(self, message: Message) -> None:
        """Send it; see `Channel.deliver`."""
        [report] = message.reports
        self._address.post(msgspec.json.encode({"routing_key": self._routing_key, **event(report)}))


def event(report: Report) -> dict[str, Any]:
    """Give the event, without the key that says where it belongs."""
    alert = report.alert
    if alert.state != "ALARM":
        return {"event_action": "resolve", "dedup_key": dedup_key(alert)}
    details = {"reason": bounded(alert.reason, 1000), **dict(report.facts)}
    if report.todo:
        details["to do"] = report.todo
    return {
        "event_action": "trigger",
        "dedup_key": dedup_key(alert),
        "client": "outwarden",
        "payload": {
            "summary": bounded(report.headline, LONGEST_SUMMARY),
            "source": bounded(alert.service),
            "severity": _SEVERITY[alert.severity],
            "timestamp": alert.since or alert.ts,
            "component": bounded(alert.service),
            "group": bounded(alert.env),
            "class": bounded(alert.name),
            "custom_details": details,
        },
        "links": [{"href": link, "text": name} for name, link in report.links],
    }


def dedup_key(alert: Alert) -> str:
    """Name the incident: the same for one alarm, service and environment."""
    plain = f"outwarden/{alert.env}/{alert.service}/{alert.name}"
    return plain if len(plain) <= LONGEST_DEDUP_KEY else f"outwarden/{hashlib.sha256(plain.encode()).hexdigest()}"
