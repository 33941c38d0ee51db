"""no-actions: an alarm that tells nobody."""

from __future__ import annotations

from collections.abc import Iterator

from outwarden.provision.lint.alarms import ALARM, COMPOSITE, children
from outwarden.provision.lint.template import Part, Template


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look for alarms without an alarm action that no composite alarm looks at, either."""
    heard = children(template)
    for part in template.parts(ALARM, COMPOSITE):
        if part.properties.get("AlarmActions", []) == [] and part.id not in heard:
            yield (
                part,
                part.line_of("AlarmActions"),
                "it has no AlarmActions and no composite alarm looks at it, so nobody hears of it. Add an SNS topic.",
            )
