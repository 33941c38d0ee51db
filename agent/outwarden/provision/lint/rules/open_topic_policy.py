"""open-topic-policy: anybody's alarm may publish to the topic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from outwarden.provision.lint.template import Part, Template

_PUBLISHES: Final = {"*", "sns:*", "sns:publish"}
_BOUND: Final = {"aws:sourceaccount", "aws:sourcearn", "aws:sourceowner", "aws:sourceorgid", "aws:principalorgid"}


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look for statements that let a service, or everybody, publish without saying for whom."""
    for part in template.parts("AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"):
        document = part.properties.get("PolicyDocument")
        for statement in _list(document.get("Statement") if isinstance(document, dict) else None):
            if isinstance(statement, dict) and statement.get("Effect") == "Allow" and _is_open(statement):
                yield (
                    part,
                    part.line_of("PolicyDocument"),
                    (
                        "it lets a service publish for whatever account asks it to (the confused deputy), so a stranger's alarm "
                        "can page you. Add conditions on aws:SourceAccount and aws:SourceArn."
                    ),
                )


def _is_open(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    services = (
        principal.get("Service") or principal.get("AWS") == "*" if isinstance(principal, dict) else principal == "*"
    )
    publishes = any(str(action).lower() in _PUBLISHES for action in _list(statement.get("Action")))
    conditions = statement.get("Condition")
    names = {
        str(name).lower()
        for operator in (conditions.values() if isinstance(conditions, dict) else ())
        if isinstance(operator, dict)
        for name in operator
    }
    return bool(services) and publishes and not names & _BOUND


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
