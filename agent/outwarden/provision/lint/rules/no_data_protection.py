"""no-data-protection: a log group without the second net."""

from __future__ import annotations

from collections.abc import Iterator

from outwarden.provision.lint.template import Part, Template


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look for log groups without a data protection policy, or with one that masks nothing."""
    for part in template.parts("AWS::Logs::LogGroup"):
        policy = part.properties.get("DataProtectionPolicy")
        if policy is None:
            what = "it has no DataProtectionPolicy"
        elif isinstance(policy, dict) and "Deidentify" not in repr(policy):
            what = "its DataProtectionPolicy audits but masks nothing"
        else:
            continue
        yield (
            part,
            part.line_of("DataProtectionPolicy"),
            (
                f"{what}: a key that a program writes by mistake is readable to all readers. Add one with Deidentify for "
                "credentials."
            ),
        )
