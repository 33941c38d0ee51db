"""`alarms`, `composites`, `slos`, `mutes`: written once, evaluated here by CloudWatch's rules and provisioned in AWS."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from outwarden.config.catalogue import MetricName
from outwarden.config.section import Section

Severity = Literal["page", "warn", "info"]
"""page: somebody must act now; warn: somebody should look today; info: good to know."""

Comparison = Literal[
    "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"
]

_STATISTIC = r"^(Sum|SampleCount|Average|Minimum|Maximum|p(100|[0-9]{1,2}(\.[0-9]{1,2})?))$"
_ALARM_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=_ALARM_NAME)]


class MetricStat(Section, frozen=True, kw_only=True):
    """One metric of an expression."""

    metric: Annotated[MetricName, Meta(description="Metric.")]
    statistic: Annotated[
        str, Meta(description="Statistic: Sum, SampleCount, Average, Minimum, Maximum or pNN.", pattern=_STATISTIC)
    ] = "Sum"


class AlarmSpec(Section, frozen=True, kw_only=True):
    """One alarm over a metric or an expression, in CloudWatch's words."""

    name: Annotated[Name, Meta(description="Name of the alarm.")]
    metric: Annotated[
        MetricName | None, Meta(description="Metric that is watched; or give `expression` and `metrics`.")
    ] = None
    statistic: Annotated[
        str,
        Meta(
            description="Statistic over one period: Sum, SampleCount, Average, Minimum, Maximum or pNN.",
            pattern=_STATISTIC,
        ),
    ] = "Sum"
    expression: Annotated[
        str | None, Meta(description="Metric math over `metrics`, such as IF(calls >= 20, 100 * errors / calls, 0).")
    ] = None
    metrics: Annotated[dict[str, MetricStat], Meta(description="The metrics that `expression` names, by id.")] = {}
    period_s: Annotated[
        int, Meta(description="Length of one period in seconds: a multiple of 60.", ge=60, le=86400, multiple_of=60)
    ] = 300
    threshold: Annotated[float, Meta(description="Threshold that the statistic is compared with.")] = 10
    comparison: Annotated[Comparison, Meta(description="How the statistic is compared with the threshold.")] = (
        "GreaterThanThreshold"
    )
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
    evaluate_low_samples: Annotated[
        Literal["evaluate", "ignore"],
        Meta(description="Whether a percentile of too few samples counts, or leaves the state as it is."),
    ] = "evaluate"
    window: Annotated[
        Literal["sliding", "wall_clock"],
        Meta(description="Periods that end now, or that begin at multiples of their length."),
    ] = "sliding"
    severity: Annotated[Severity, Meta(description="How much it matters: page, warn or info.")] = "page"
    notify: Annotated[
        tuple[str, ...] | None,
        Meta(description="Names under `notify` that are told; default: `alarm_notify`. [] tells nobody."),
    ] = None
    tell_ok: Annotated[bool, Meta(description="Tell also that it is over.")] = True
    todo: Annotated[str | None, Meta(description="What to do about it: told with the alarm.")] = None


class CompositeSpec(Section, frozen=True, kw_only=True):
    """One alarm over other alarms."""

    name: Annotated[Name, Meta(description="Name of the composite alarm.")]
    rule: Annotated[str, Meta(description="CloudWatch's rule, such as ALARM(High5XX) OR ALARM(NetworkErrors).")]
    severity: Annotated[Severity, Meta(description="How much it matters: page, warn or info.")] = "page"
    notify: Annotated[
        tuple[str, ...] | None,
        Meta(description="Names under `notify` that are told; default: `alarm_notify`. [] tells nobody."),
    ] = None
    tell_ok: Annotated[bool, Meta(description="Tell also that it is over.")] = True
    todo: Annotated[str | None, Meta(description="What to do about it: told with the alarm.")] = None


class SloSpec(Section, frozen=True, kw_only=True):
    """A service level objective: how many of the calls should go well; alarms when its error budget burns too fast."""

    name: Annotated[Name, Meta(description="Name; its alarms begin with it.")]
    objective_percent: Annotated[
        float, Meta(description="Calls that should end without 5XX and network errors, in percent.", gt=50, lt=100)
    ]
    minimum_calls: Annotated[
        int, Meta(description="Below so many calls in the short window nothing goes off.", ge=1)
    ] = 100
    count_4xx: Annotated[bool, Meta(description="Count answers with 4XX as failures, too.")] = False
    notify: Annotated[
        tuple[str, ...] | None, Meta(description="Names under `notify` that are told; default: `alarm_notify`.")
    ] = None


class MuteSpec(Section, frozen=True, kw_only=True):
    """A window in which alarms change their state but tell nobody."""

    name: Annotated[Name, Meta(description="Name of the window.")]
    alarms: Annotated[tuple[str, ...], Meta(description="Names of the alarms; default: all.")] = ()
    days: Annotated[
        tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...],
        Meta(description="Days on which it begins; default: every day."),
    ] = ()
    start: Annotated[
        Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None,
        Meta(description="Time of day at which it begins, HH:MM."),
    ] = None
    duration_min: Annotated[int, Meta(description="Length in minutes.", ge=1, le=10080)] = 60
    timezone: Annotated[str, Meta(description="IANA time zone of `start`.")] = "UTC"
    once: Annotated[
        Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$")] | None,
        Meta(description="Instead of days and start: one moment, YYYY-MM-DDTHH:MM in that time zone."),
    ] = None


class AlarmSet(msgspec.Struct, frozen=True, kw_only=True):
    """All alarms of a configuration with everything resolved; `alarm_set` makes it."""

    alarms: tuple[AlarmSpec, ...]
    composites: tuple[CompositeSpec, ...]
    mutes: tuple[MuteSpec, ...]
