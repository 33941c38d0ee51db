"""A dashboard of CloudWatch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from outwarden.provision.call import Call
from outwarden.provision.cloud import Cloud
from outwarden.provision.resource import Found, Resource


class Dashboard:
    """Ours by its name, which holds service and environment: not every AWS SDK can tag it."""

    word: ClassVar = "dashboard"
    tagged: ClassVar = False

    def find(self, cloud: Cloud, wanted: Resource) -> Found | None:
        """Look among those whose names begin so: what asks for one that is not there differs from AWS to AWS."""
        cloudwatch = cloud.client("cloudwatch")
        listed = cloudwatch.list_dashboards(DashboardNamePrefix=wanted.name)["DashboardEntries"]
        if wanted.name not in {one["DashboardName"] for one in listed}:
            return None
        answer = cloudwatch.get_dashboard(DashboardName=wanted.name)
        return Found(properties={"DashboardName": wanted.name, "DashboardBody": _plain(answer["DashboardBody"])})

    def create(self, wanted: Resource, tags: Mapping[str, str]) -> Sequence[Call]:
        """Write it."""
        return [Call("cloudwatch", "PutDashboard", wanted.properties)]

    def update(self, wanted: Resource, fields: frozenset[str], there: Found) -> Sequence[Call]:
        """Write it."""
        return self.create(wanted, {})

    def delete(self, wanted: Resource, there: Found) -> Sequence[Call]:
        """Remove it."""
        return [Call("cloudwatch", "DeleteDashboards", {"DashboardNames": [wanted.name]})]


def _plain(body: str) -> Any:
    """Give the body in the one form that we write, so that spaces and order make no difference."""
    return json.dumps(json.loads(body), separators=(",", ":"), sort_keys=True)
