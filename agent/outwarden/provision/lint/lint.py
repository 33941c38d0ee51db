"""Apply the rules to a template."""

from __future__ import annotations

from collections.abc import Collection

from outwarden.provision.lint.finding import Finding
from outwarden.provision.lint.rules import RULES
from outwarden.provision.lint.template import Template


def lint(template: Template, *, ignore: Collection[str] = ()) -> list[Finding]:
    """Find the mistakes in a template, in the order of its lines.

    Args:
        template: the template.
        ignore: names of rules that are left out.
    """
    found = [
        Finding(rule=name, resource=part.id, line=line, text=text)
        for name, check in RULES.items()
        if name not in ignore
        for part, line, text in check(template)
    ]
    return sorted(found, key=lambda finding: (finding.line, finding.resource, finding.rule))
