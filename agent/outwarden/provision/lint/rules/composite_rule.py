"""composite-rule: a composite alarm whose rule cannot be read, or that looks at itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from outwarden.config import alarm_rule
from outwarden.config.arithmetic import Unreadable
from outwarden.provision.lint.alarms import COMPOSITE
from outwarden.provision.lint.template import Part, Template

_PLACE: Final = re.compile(r"\$\{([^}]*)\}")


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Read the rules; what only AWS knows is taken for a name."""
    for part in template.parts(COMPOSITE):
        rule = template.text(part.properties.get("AlarmRule"))
        if rule is None:
            continue
        line = part.line_of("AlarmRule")
        try:
            names = alarm_rule.names(alarm_rule.parse(_PLACE.sub(r"\1", rule)))
        except Unreadable as problem:
            yield part, line, f"AlarmRule {problem}. CloudWatch refuses it when the stack is made; mend it."
            continue
        if template.text(part.properties.get("AlarmName")) in names or part.id in names:
            yield part, line, "AlarmRule looks at its own alarm, so it can never settle. Take it out."
