"""datapoints: more breaching datapoints wanted than are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from outwarden.provision.lint.alarms import alarms
from outwarden.provision.lint.template import Part, Template


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look for DatapointsToAlarm above EvaluationPeriods, and below 1."""
    for part in alarms(template):
        wanted = _number(template.plain(part.properties.get("DatapointsToAlarm")))
        looked_at = _number(template.plain(part.properties.get("EvaluationPeriods")))
        if wanted is not None and looked_at is not None and not 1 <= wanted <= looked_at:
            yield (
                part,
                part.line_of("DatapointsToAlarm"),
                (
                    f"DatapointsToAlarm is {wanted:g} of EvaluationPeriods {looked_at:g}: that many can never breach, and AWS "
                    "refuses it when the stack is made. Make it 1 to EvaluationPeriods."
                ),
            )


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
