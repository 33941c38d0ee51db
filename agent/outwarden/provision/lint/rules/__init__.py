"""One file per rule. A rule takes a template and yields (resource, line, what is wrong)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from outwarden.provision.lint.rules import (
    actions_disabled,
    composite_rule,
    dashboard_body,
    datapoints,
    filter_pattern,
    gateway_metric,
    http_subscription,
    managed_topic_key,
    math_id,
    no_actions,
    no_data_protection,
    open_topic_policy,
    silent_heartbeat,
)
from outwarden.provision.lint.template import Part, Template

Check = Callable[[Template], Iterable[tuple[Part, int, str]]]

RULES: Final[dict[str, Check]] = {
    "gateway-metric": gateway_metric.check,
    "no-actions": no_actions.check,
    "actions-disabled": actions_disabled.check,
    "datapoints": datapoints.check,
    "math-id": math_id.check,
    "composite-rule": composite_rule.check,
    "silent-heartbeat": silent_heartbeat.check,
    "open-topic-policy": open_topic_policy.check,
    "managed-topic-key": managed_topic_key.check,
    "http-subscription": http_subscription.check,
    "filter-pattern": filter_pattern.check,
    "no-data-protection": no_data_protection.check,
    "dashboard-body": dashboard_body.check,
}
"""All rules by name; the name is the page in docs/lint."""
