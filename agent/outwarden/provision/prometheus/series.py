"""What a metric of ours is in PromQL: its value over one period, for each service and environment.

Not `increase()`: that function guesses what lies beyond its samples, so that 10 errors read as 10.2, and it takes a
counter that first appears at 11 for one that has not moved. These are plain differences of what was read.
"""

from __future__ import annotations

from typing import Final

from outwarden.config import exposed
from outwarden.config.catalogue import MetricName

BY: Final = "by (service, env)"
SELECTORS: Final[dict[MetricName, str]] = {
    "Calls": exposed.CALLS.name,
    "2XX": f'{exposed.CALLS.name}{{class="2xx"}}',
    "3XX": f'{exposed.CALLS.name}{{class="3xx"}}',
    "4XXError": f'{exposed.CALLS.name}{{class="4xx"}}',
    "5XXError": f'{exposed.CALLS.name}{{class="5xx"}}',
    "NetworkErrors": exposed.NETWORK.name,
    "Throttled": exposed.THROTTLED.name,
    "KeysInUrls": exposed.KEYS.name,
    "EventsLost": exposed.LOST.name,
    "LatencyMs": f"{exposed.DURATION.name}_bucket",
    "Heartbeat": exposed.UP.name,
}
"""Metric -> the series that hold it."""


def record(metric: MetricName, statistic: str, period_s: int) -> str:
    """Name the recorded value: `outwarden:4xxerror:sum300s`."""
    return f"outwarden:{metric.lower()}:{statistic.lower().replace('.', '_')}{period_s}s"


def value(metric: MetricName, statistic: str, period_s: int) -> str:
    """Give the value over the latest period in PromQL; a count has Sum and SampleCount (its minutes) only."""
    if metric == "Heartbeat":
        return f"max {BY} (max_over_time({exposed.UP.name}[{period_s}s]))"
    if metric == "LatencyMs":
        return _latency(statistic, period_s)
    if statistic == "SampleCount":
        return f"sum {BY} ({gain(exposed.CALLS.name, period_s)}) * 0 + {period_s // 60}"
    return f"sum {BY} ({gain(SELECTORS[metric], period_s)})"


def gain(selector: str, period_s: int) -> str:
    """Give what a counter has gained.

    Its value a period ago, unless that was higher (the counter began anew); where there was none: 0 when the counter
    was created within the period, else the least that was seen in it (Prometheus itself has just begun to look).
    """
    on = "service, env" if selector.startswith(exposed.LOST.name) else "service, env, api"
    young = f"and on ({on}) {exposed.CREATED.name} > time() - {period_s}"
    before = f"{selector} offset {period_s}s <= {selector} or {selector} * 0 {young}"
    return f"{selector} - ({before} or min_over_time({selector}[{period_s}s]))"


def _latency(statistic: str, period_s: int) -> str:
    name = exposed.DURATION.name
    if statistic == "SampleCount":
        return f"sum {BY} ({gain(f'{name}_count', period_s)})"
    if statistic == "Sum":
        return f"1000 * sum {BY} ({gain(f'{name}_sum', period_s)})"
    if statistic == "Average":
        return f"1000 * sum {BY} ({gain(f'{name}_sum', period_s)}) / sum {BY} ({gain(f'{name}_count', period_s)})"
    rank = {"Minimum": 0.0, "Maximum": 1.0}.get(statistic)
    if rank is None:
        rank = float(statistic[1:]) / 100
    return f"1000 * histogram_quantile({rank:g}, sum by (service, env, le) ({gain(f'{name}_bucket', period_s)}))"
