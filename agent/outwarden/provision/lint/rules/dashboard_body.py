"""dashboard-body: a dashboard that CloudWatch refuses or shows empty."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from outwarden.provision.lint.template import Part, Template

_PLACE: Final = re.compile(r"\$\{[^}]*\}")


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look for bodies that are no JSON, and for bodies without widgets."""
    for part in template.parts("AWS::CloudWatch::Dashboard"):
        text = template.text(part.properties.get("DashboardBody"))
        wrong = None if text is None else _wrong(_PLACE.sub("0", text))
        if wrong:
            yield (
                part,
                part.line_of("DashboardBody"),
                f"DashboardBody {wrong}. Mend it; CloudWatch refuses or shows nothing.",
            )


def _wrong(text: str) -> str | None:
    try:
        body: Any = json.loads(text)
    except json.JSONDecodeError as error:
        return f"is no JSON (its line {error.lineno}, column {error.colno})"
    if not isinstance(body, dict) or not isinstance(body.get("widgets"), list) or not body["widgets"]:
        return "has no widgets"
    return None
