"""`notify`: who is told."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class SnsChannel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="sns"):
    """An SNS topic. In AWS the CloudWatch alarm itself publishes to it; the sidecar does not double its messages."""

    topic: Annotated[str, Meta(description="Name of the topic.", pattern=r"^[A-Za-z0-9_-]{1,256}$")] = "NotifyTeam"
    email: Annotated[
        tuple[str, ...], Meta(description="Addresses that `infra` subscribes, or references; each must confirm once.")
    ] = ()
    https: Annotated[
        tuple[str, ...],
        Meta(
            description="HTTPS addresses that `infra` subscribes, such as PagerDuty's for CloudWatch; as references, "
            "because they are secrets."
        ),
    ] = ()


class WebhookChannel(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="webhook"
):
    """A webhook that gets one JSON object per change of state."""

    url: Annotated[
        str,
        Meta(description="Address, or a reference such as env:ALERT_WEBHOOK_URL: many webhook addresses are secrets."),
    ]
    timeout_s: Annotated[float, Meta(description="Seconds until a delivery counts as failed.", gt=0, le=60)] = 5


class TerminalChannel(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="terminal"
):
    """Standard error of `outwarden run` or of the sidecar."""


Channel = SnsChannel | WebhookChannel | TerminalChannel
