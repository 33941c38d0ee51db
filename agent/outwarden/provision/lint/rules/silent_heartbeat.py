"""silent-heartbeat: a dead man's switch that stays quiet when the man is dead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from outwarden.provision.lint.alarms import alarms
from outwarden.provision.lint.template import Part, Template

_COUNTS: Final = {"Sum", "SampleCount"}


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look for alarms on too few of something that take silence for health."""
    for part in alarms(template):
        comparison = template.plain(part.properties.get("ComparisonOperator"))
        statistic = template.plain(part.properties.get("Statistic"))
        missing = template.plain(part.properties.get("TreatMissingData", "missing"))
        if str(comparison).startswith("LessThan") and statistic in _COUNTS and missing in {"notBreaching", "ignore"}:
            yield (
                part,
                part.line_of("TreatMissingData"),
                (
                    f"it is to go off when there is too little, but TreatMissingData {missing} calls it healthy when there is "
                    "nothing at all. Use breaching."
                ),
            )
