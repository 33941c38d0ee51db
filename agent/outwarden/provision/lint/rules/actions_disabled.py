"""actions-disabled: an alarm whose actions are switched off."""

from __future__ import annotations

from collections.abc import Iterator

from outwarden.provision.lint.alarms import ALARM, COMPOSITE
from outwarden.provision.lint.template import Part, Template


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look for `ActionsEnabled: false`."""
    for part in template.parts(ALARM, COMPOSITE):
        if str(template.plain(part.properties.get("ActionsEnabled"))).lower() == "false":
            yield (
                part,
                part.line_of("ActionsEnabled"),
                (
                    "ActionsEnabled is false: it goes into ALARM and tells nobody. Take the line out; for maintenance use a "
                    "mute rule, which ends by itself."
                ),
            )
