"""managed-topic-key: a topic that CloudWatch cannot publish to."""

from __future__ import annotations

from collections.abc import Iterator

from outwarden.provision.lint.alarms import ALARM, COMPOSITE
from outwarden.provision.lint.template import Part, Template


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look for alarms' topics that are encrypted with the key that AWS manages, which CloudWatch may not use."""
    used = {
        template.refers_to(action)
        for part in template.parts(ALARM, COMPOSITE)
        for actions in (part.properties.get("AlarmActions"), part.properties.get("OKActions"))
        for action in (actions if isinstance(actions, list) else ())
    }
    for part in template.parts("AWS::SNS::Topic"):
        key = template.text(part.properties.get("KmsMasterKeyId")) or ""
        if part.id in used and key.endswith("alias/aws/sns"):
            yield (
                part,
                part.line_of("KmsMasterKeyId"),
                (
                    "alarms publish to it, but CloudWatch may not use alias/aws/sns: every message is lost, and only the "
                    "alarm's history says so. Use a customer managed key whose policy allows cloudwatch.amazonaws.com."
                ),
            )
