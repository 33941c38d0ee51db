"""Config -> every file of `outwarden dashboards`: name -> text."""

from __future__ import annotations

import json
from typing import Any, Final

import yaml

from outwarden.apis.builtin import builtin
from outwarden.config import Config
from outwarden.config.alarm_set import alarm_set
from outwarden.provision.boards import cloudwatch, from_cloudwatch, from_prometheus, grafana
from outwarden.provision.prometheus import examples
from outwarden.provision.prometheus.proofs import proofs
from outwarden.provision.prometheus.rules import rules

_HEADER: Final = "# Written by `outwarden dashboards`: change the configuration, not this file.\n"
_EXAMPLE: Final = "# An example, written by `outwarden dashboards`: take from it what you need.\n"
_FOLDER: Final = "/var/lib/grafana/dashboards/outwarden"


def files(config: Config) -> dict[str, str]:
    """Render everything; the same configuration always gives the same texts."""
    alarms = alarm_set(config)
    profiles = builtin()
    boards = (
        from_cloudwatch.overview(alarms),
        from_prometheus.overview(alarms),
        *(from_cloudwatch.of_api(profile) for profile in profiles),
        *(from_prometheus.of_api(profile) for profile in profiles),
    )
    return {
        **{f"{board.uid.removeprefix('outwarden-')}.json": grafana.grafana(board, config) for board in boards},
        "cloudwatch-body.json": json.dumps(cloudwatch.body(config), indent=2) + "\n",
        "provisioning/datasources.yaml": _HEADER + _dump(_datasources(config)),
        "provisioning/dashboards.yaml": _HEADER + _dump(_providers()),
        "prometheus/outwarden.rules.yml": _HEADER + _dump(rules(alarms)),
        "prometheus/outwarden.test.yml": _HEADER + _dump(proofs(alarms, "outwarden.rules.yml")),
        "prometheus/prometheus.example.yml": _EXAMPLE + _dump(examples.prometheus("outwarden.rules.yml")),
        "prometheus/alertmanager.example.yml": _EXAMPLE + _dump(examples.alertmanager(alarms)),
    }


def _datasources(config: Config) -> dict[str, Any]:
    sink = config.sinks.cloudwatch
    aws = {
        "authType": "default",
        "defaultRegion": (sink.region if sink is not None else None) or "us-east-1",
        "customMetricsNamespaces": config.metrics.namespace,
        "logsTimeout": "60s",
    }
    return {
        "apiVersion": 1,
        "datasources": [
            {"name": "CloudWatch", "uid": "cloudwatch", "type": "cloudwatch", "jsonData": aws},
            {
                "name": "Prometheus",
                "uid": "prometheus",
                "type": "prometheus",
                "access": "proxy",
                "url": "http://127.0.0.1:9090",
                "jsonData": {"timeInterval": "15s"},
            },
        ],
    }


def _providers() -> dict[str, Any]:
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": "outwarden",
                "folder": "outwarden",
                "type": "file",
                "allowUiUpdates": False,
                "options": {"path": _FOLDER},
            }
        ],
    }


def _dump(value: dict[str, Any]) -> str:
    return yaml.safe_dump(value, sort_keys=False, width=120, allow_unicode=True)
