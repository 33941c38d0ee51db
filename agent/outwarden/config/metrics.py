"""`metrics`: what is counted and published."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from outwarden.config.section import Section


class Metrics(Section, frozen=True, kw_only=True):
    """CloudWatch metrics; published when `sinks.cloudwatch` is set."""

    namespace: Annotated[
        str, Meta(description="CloudWatch namespace.", pattern=r"^(?!AWS/)[A-Za-z0-9._/#:-]{1,255}$")
    ] = "SectorsFinancialAPI"
    every_s: Annotated[
        int,
        Meta(
            description="Seconds between two publications. CloudWatch looks each minute: what comes later no alarm sees.",
            ge=1,
            le=60,
        ),
    ] = 60
    via: Annotated[
        Literal["emf", "put"], Meta(description="One aggregated EMF line a minute in the log group, or PutMetricData.")
    ] = "emf"
