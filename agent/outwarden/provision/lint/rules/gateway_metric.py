"""gateway-metric: an alarm on AWS/ApiGateway in a template that has no API Gateway."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from outwarden.provision.lint.alarms import watched
from outwarden.provision.lint.template import Part, Template

_NAMESPACE: Final = "AWS/ApiGateway"
_OWN: Final = ("AWS::ApiGateway::", "AWS::ApiGatewayV2::", "AWS::Serverless::Api", "AWS::Serverless::HttpApi")


def check(template: Template) -> Iterator[tuple[Part, int, str]]:
    """Look for alarms on calls into a gateway that nobody here owns; without dimensions there is no such metric at all."""
    has_gateway = any(part.type.startswith(_OWN) for part in template.parts())
    for one in watched(template):
        if one.namespace == _NAMESPACE and not (has_gateway and one.dimensions):
            yield (
                one.part,
                one.line,
                (
                    f"{one.metric} in {_NAMESPACE} counts calls into an API Gateway of this account; calls to somebody else's "
                    "API write nothing there, so the alarm never fires. Alarm on a metric that the caller publishes."
                ),
            )
