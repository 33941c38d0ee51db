"""The alarms that are there without being written."""

from __future__ import annotations

from typing import Final

from outwarden.config.alarms import AlarmSpec, CompositeSpec, MetricStat

HIGH_4XX: Final = AlarmSpec(
    name="High4XXErrors",
    metric="4XXError",
    todo="Look at the routes below: `outwarden tail --errors` shows the latest failed calls with their status.",
)
"""More than 10 calls answered with 4XX within 5 minutes."""

_FAILED: Final = {
    "calls": MetricStat(metric="Calls"),
    "e4": MetricStat(metric="4XXError"),
    "e5": MetricStat(metric="5XXError"),
    "net": MetricStat(metric="NetworkErrors"),
}
ALARMS: Final[tuple[AlarmSpec, ...]] = (
    HIGH_4XX,
    AlarmSpec(
        name="High5XX",
        metric="5XXError",
        todo="The other side has trouble: look at its status page, and let retries wait longer.",
    ),
    AlarmSpec(
        name="NetworkErrors",
        metric="NetworkErrors",
        todo="Calls do not get through: look at DNS, the proxy, certificates and timeouts (`outwarden tail --errors`).",
    ),
    AlarmSpec(
        name="ErrorRatio",
        expression="IF(calls >= 20, 100 * (FILL(e4, 0) + FILL(e5, 0) + FILL(net, 0)) / calls, 0)",
        metrics=_FAILED,
        period_s=60,
        threshold=25,
        evaluation_periods=5,
        datapoints_to_alarm=3,
        todo="More than a quarter of the calls fail: see which routes and why with `outwarden tail --errors`.",
    ),
    # Few calls that fail for an hour: the counts of five minutes stay small for ever, and so do those of a minute.
    AlarmSpec(
        name="MostlyFailing",
        expression="IF(calls >= 2, 100 * (FILL(e4, 0) + FILL(e5, 0) + FILL(net, 0)) / calls, 0)",
        metrics=_FAILED,
        period_s=600,
        threshold=50,
        evaluation_periods=6,
        datapoints_to_alarm=5,
        todo="Most of the few calls have failed for an hour: see which routes and why with `outwarden tail --errors`.",
    ),
    AlarmSpec(
        name="Throttled",
        metric="Throttled",
        period_s=60,
        threshold=0,
        evaluation_periods=5,
        datapoints_to_alarm=2,
        severity="warn",
        todo="Calls come too fast or the quota is used up: slow down, and wait quietly rather than ask again.",
    ),
    AlarmSpec(
        name="LatencyP95",
        metric="LatencyMs",
        statistic="p95",
        threshold=5000,
        evaluation_periods=3,
        treat_missing_data="ignore",
        evaluate_low_samples="ignore",
        severity="warn",
        todo="Answers are slow: see the slowest routes with `outwarden status`, and whether timeouts fit.",
    ),
    AlarmSpec(
        name="KeyInUrl",
        metric="KeysInUrls",
        threshold=0,
        severity="warn",
        todo="A key is sent in the URL, where proxies and servers log it: send it as a header, and change the key.",
    ),
    AlarmSpec(
        name="SidecarSilent",
        metric="Heartbeat",
        statistic="SampleCount",
        comparison="LessThanThreshold",
        period_s=60,
        threshold=1,
        evaluation_periods=5,
        treat_missing_data="breaching",
        todo="Nobody counts or ships: start `outwarden sidecar`, or see why it cannot reach CloudWatch.",
    ),
    AlarmSpec(
        name="PipelineBroken",
        metric="EventsLost",
        threshold=0,
        severity="warn",
        todo="Events could not be recorded or delivered: `outwarden status` says which, where and why.",
    ),
)
"""In the order in which they are shown."""

COMPOSITES: Final[tuple[CompositeSpec, ...]] = (
    CompositeSpec(
        name="Trouble",
        rule="(ALARM(High5XX) OR ALARM(NetworkErrors) OR ALARM(ErrorRatio) OR ALARM(MostlyFailing)) AND NOT ALARM(SidecarSilent)",
        todo="Calls fail on the way or over there: the alarms below it say how.",
    ),
)
"""One page for what usually comes together. Its children tell nobody by themselves."""
