"""`infra`: what `outwarden infra` makes in AWS beside log group, topics and alarms."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from outwarden.config.section import Section

Switch = Literal["enabled", "disabled"]


class Infra(Section, frozen=True, kw_only=True):
    """What is made in AWS; see docs/infra.md for what each costs."""

    kms: Annotated[
        str,
        Meta(
            description="Encryption: own (a key of our own, about $1 a month), none (what AWS does by itself), or the "
            "ARN of a key that is there.",
            pattern=r"^(own|none|arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)$",
        ),
    ] = "own"
    data_protection: Annotated[
        Switch,
        Meta(description="A second net under our own redaction: CloudWatch masks mail addresses, cards and keys."),
    ] = "enabled"
    dead_letters: Annotated[
        Switch, Meta(description="A queue that keeps what a subscriber did not take, with an alarm on it.")
    ] = "enabled"
    metric_filters: Annotated[
        Switch,
        Meta(description="Metrics made from the log events, as a second source in the namespace <namespace>/FromLogs."),
    ] = "disabled"
    mute_rules: Annotated[
        Switch, Meta(description="The windows under `mutes` as CloudWatch's alarm mute rules; no local AWS has them.")
    ] = "enabled"
    dashboard: Annotated[Switch, Meta(description="A CloudWatch dashboard, about $3 a month.")] = "enabled"
    sidecar_policy: Annotated[Switch, Meta(description="A managed IAM policy with exactly what the sidecar needs.")] = (
        "enabled"
    )
