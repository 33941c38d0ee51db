"""`alarms`: written once, evaluated here by CloudWatch's rules and provisioned in AWS."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from outwarden.config.section import Section

MetricName = Literal["Calls", "2XX", "4XXError", "5XXError", "NetworkErrors", "Throttled"]
"""The metrics that `meter` publishes."""


class AlarmSpec(Section, frozen=True, kw_only=True):
    """One alarm, in CloudWatch's words."""

    name: Annotated[str, Meta(description="Name of the alarm.", min_length=1, max_length=255)]
    metric: Annotated[MetricName, Meta(description="Metric that is watched.")]
    statistic: Annotated[Literal["Sum"], Meta(description="Statistic of the metric over one period.")] = "Sum"
    period_s: Annotated[
        int, Meta(description="Length of one period in seconds: a multiple of 60.", ge=60, le=86400, multiple_of=60)
    ] = 300
    threshold: Annotated[float, Meta(description="Threshold that the statistic is compared with.")] = 10
    comparison: Annotated[
        Literal[
            "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"
        ],
        Meta(description="How the statistic is compared with the threshold."),
    ] = "GreaterThanThreshold"
    evaluation_periods: Annotated[
        int, Meta(description="How many of the latest periods are looked at.", ge=1, le=100)
    ] = 1
    datapoints_to_alarm: Annotated[
        Annotated[int, Meta(ge=1, le=100)] | None,
        Meta(description="How many of them must be breaching; default: all."),
    ] = None
    treat_missing_data: Annotated[
        Literal["missing", "ignore", "breaching", "notBreaching"],
        Meta(description="What a period without data counts as."),
    ] = "notBreaching"
    notify: Annotated[tuple[str, ...], Meta(description="Names under `notify` that are told.")] = ()
    todo: Annotated[str | None, Meta(description="What to do about it: told with the alarm.")] = None


HIGH_4XX = AlarmSpec(
    name="High4XXErrors",
    metric="4XXError",
    todo="Look at the routes below: `outwarden tail --errors` shows the latest failed calls with their status.",
)
"""More than 10 calls answered with 4XX within 5 minutes."""
