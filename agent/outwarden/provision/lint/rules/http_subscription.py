"""http-subscription: alarms that travel in clear text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from outwarden.provision.lint.template import Part, Template


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look for subscriptions over http, alone or within a topic."""
    for part in template.parts("AWS::SNS::Subscription", "AWS::SNS::Topic"):
        inner = part.properties.get("Subscription")
        for one in [part.properties, *(inner if isinstance(inner, list) else ())]:
            if isinstance(one, dict) and _is_clear(template, one):
                line = part.line_of("Protocol" if part.type.endswith("Subscription") else "Subscription")
                yield part, line, "messages go over http, readable and forgeable on the way. Use https."


def _is_clear(template: Template, subscription: dict[str, Any]) -> bool:
    protocol = template.plain(subscription.get("Protocol"))
    endpoint = template.text(subscription.get("Endpoint")) or ""
    return protocol == "http" or (protocol == "https" and endpoint.startswith("http:"))
