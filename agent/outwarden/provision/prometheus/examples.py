"""How to run Prometheus and Alertmanager with our rules: examples that their own checkers accept."""

from __future__ import annotations

from typing import Any

from outwarden.config.alarms import AlarmSet
from outwarden.provision.prometheus import windows


def prometheus(rule_file: str) -> dict[str, Any]:
    """Give a configuration that scrapes one sidecar on this machine."""
    return {
        "global": {"scrape_interval": "15s", "evaluation_interval": "15s"},
        "rule_files": [rule_file],
        "scrape_configs": [{"job_name": "outwarden", "static_configs": [{"targets": ["127.0.0.1:4390"]}]}],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": ["127.0.0.1:9093"]}]}]},
    }


def alertmanager(alarms: AlarmSet) -> dict[str, Any]:
    """Give a configuration with one receiver for each name under `notify`; what a composite tells, its parts do not.

    Mute windows hold there as well; an Alertmanager before 0.25 does not know their time zones.
    """
    told = [*(one.notify for one in alarms.alarms), *(one.notify for one in alarms.composites)]
    names = sorted({name for names in told for name in names or ()})
    muted = {"routes": windows.muted_routes(alarms)} if alarms.mutes else {}
    webhook = {"url": "http://127.0.0.1:9095/alerts", "send_resolved": True}
    return {
        "route": {
            "receiver": "nobody",
            "group_by": ["alertname", "service", "env"],
            "group_wait": "15s",
            "group_interval": "1m",
            "repeat_interval": "12h",
            "routes": [
                {"receiver": name, "matchers": [f'notify=~"(.*,)?{name}(,.*)?"'], "continue": True} | muted
                for name in names
            ],
        },
        "receivers": [
            {"name": "nobody"},
            *({"name": name, "webhook_configs": [webhook]} for name in names),
        ],
    } | ({"time_intervals": windows.intervals(alarms)} if alarms.mutes else {})
