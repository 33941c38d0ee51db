"""The alarms of a template, as the rules look at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from outwarden.provision.lint.template import Part, Template

ALARM: Final = "AWS::CloudWatch::Alarm"
COMPOSITE: Final = "AWS::CloudWatch::CompositeAlarm"
_NAMED: Final = re.compile(r"\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(\"[^\"]*\"|'[^']*'|[^()\s]+)\s*\)")


class Watched(NamedTuple):
    """One metric that an alarm looks at."""

    part: Part
    line: int
    namespace: str | None
    metric: str | None
    dimensions: list[str]


def alarms(template: Template) -> Iterator[Part]:
    """Give the alarms over metrics."""
    return template.parts(ALARM)


def queries(part: Part) -> list[dict[str, Any]]:
    """Give the entries of `Metrics`, of an alarm over metric math."""
    metrics = part.properties.get("Metrics")
    return [query for query in metrics if isinstance(query, dict)] if isinstance(metrics, list) else []


def watched(template: Template) -> Iterator[Watched]:
    """Give each metric of each alarm."""
    for part in alarms(template):
        if "MetricName" in part.properties:
            yield _watched(template, part, part.properties, part.line_of("Namespace"))
        for query in queries(part):
            stat = query.get("MetricStat")
            metric = stat.get("Metric") if isinstance(stat, dict) else None
            if isinstance(metric, dict):
                yield _watched(template, part, metric, part.line_of("Metrics"))


def children(template: Template) -> set[str]:
    """Give the logical ids of the alarms that a composite alarm of the template looks at."""
    names = {template.text(part.properties.get("AlarmName")): part.id for part in template.parts(ALARM, COMPOSITE)}
    found = set()
    for part in template.parts(COMPOSITE):
        rule = part.properties.get("AlarmRule")
        for name in _NAMED.findall(template.text(rule) or ""):
            bare = name.strip("\"'")
            place = re.fullmatch(r"\$\{(\w+)(?:\.Arn)?\}", bare)
            found.add(place[1] if place else names.get(bare, bare))
    return found


def _watched(template: Template, part: Part, holder: dict[str, Any], line: int) -> Watched:
    dimensions = holder.get("Dimensions")
    names = (
        [str(one.get("Name")) for one in dimensions if isinstance(one, dict)] if isinstance(dimensions, list) else []
    )
    return Watched(part, line, template.text(holder.get("Namespace")), template.text(holder.get("MetricName")), names)
