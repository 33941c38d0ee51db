"""The dashboard."""

from __future__ import annotations

import json
from typing import Final

from outwarden.config import Config
from outwarden.provision.boards import cloudwatch
from outwarden.provision.resource import Resource

NAME: Final = "outwarden-${Service}-${Environment}"


def dashboard(config: Config) -> list[Resource]:
    """Give the dashboard; region and account in its body are those of whoever deploys it."""
    if config.infra.dashboard != "enabled":
        return []
    # One form, so that equal dashboards are equal texts.
    body = json.dumps(cloudwatch.body(config), separators=(",", ":"), sort_keys=True)
    return [
        Resource(
            logical="Dashboard",
            type="AWS::CloudWatch::Dashboard",
            name=NAME,
            properties={"DashboardName": NAME, "DashboardBody": body},
            arn="arn:${AWS::Partition}:cloudwatch::${AWS::AccountId}:dashboard/" + NAME,
        )
    ]
