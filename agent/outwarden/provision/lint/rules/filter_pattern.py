"""filter-pattern: a metric filter that matches nothing, because its pattern cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from outwarden.provision.lint.patterns import wrong
from outwarden.provision.lint.template import Part, Template

_PLACE: Final = re.compile(r"\$\{[^}]*\}")


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look at the patterns of metric and subscription filters."""
    for part in template.parts("AWS::Logs::MetricFilter", "AWS::Logs::SubscriptionFilter"):
        pattern = template.text(part.properties.get("FilterPattern"))
        problem = wrong(_PLACE.sub("0", pattern)) if pattern is not None else None
        if problem:
            yield part, part.line_of("FilterPattern"), f"FilterPattern {problem}. Nothing is counted by it; mend it."
