"""math-id: metric math that names an id which nothing has, or returns no single series."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from outwarden.provision.lint.alarms import alarms, queries
from outwarden.provision.lint.template import Part, Template

_ID: Final = re.compile(r"(?<![\w.$])[a-z]\w*")
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\$\{[^}]*\}")


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look at the expressions of each alarm: ids begin with a small letter, functions are written in capitals."""
    for part in alarms(template):
        entries, line = queries(part), part.line_of("Metrics")
        ids = {str(template.plain(entry.get("Id"))) for entry in entries}
        for entry in entries:
            expression = template.text(entry.get("Expression")) or ""
            for name in sorted(set(_ID.findall(_QUOTED.sub(" ", expression))) - ids):
                yield part, line, f"the expression names {name}, but no entry of Metrics has that Id. Mend one of them."
        returned = [entry for entry in entries if _returns(template, entry)]
        if entries and len(returned) != 1:
            yield (
                part,
                line,
                (
                    f"{len(returned)} entries of Metrics return data, and an alarm needs exactly one. Set ReturnData: false "
                    "on the others."
                ),
            )


def _returns(template: Template, entry: dict[str, Any]) -> bool:
    return str(template.plain(entry.get("ReturnData", True))).lower() != "false"
