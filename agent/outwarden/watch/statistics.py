"""Points of a period -> one value, by CloudWatch's statistics."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil

from outwarden.meter import Point


def statistic(name: str, points: Sequence[Point]) -> float | None:
    """Compute a statistic over the points of one period; None where there is no sample.

    A point of a count is one sample; a point of a distribution has many. A percentile is the nearest rank: the smallest
    sample that at least so many percent of all samples do not exceed.
    """
    if not points:
        return None
    if name == "Sum":
        return sum(point.value for point in points)
    if name == "SampleCount":
        return float(sum(size(point) for point in points))
    samples = _gathered(points)
    if not samples:
        return None
    match name:
        case "Average":
            return sum(value * count for value, count in samples.items()) / sum(samples.values())
        case "Minimum":
            return min(samples)
        case "Maximum":
            return max(samples)
        case _:
            return _percentile(samples, float(name.removeprefix("p")))


def size(point: Point) -> int:
    """Give the number of samples of a point."""
    return 1 if point.samples is None else sum(point.samples.values())


@lru_cache(maxsize=64)
def enough(name: str) -> int:
    """Give the number of samples from which on a percentile means something; 0 for other statistics.

    From the CloudWatch user guide, "Percentile-based alarms and low data samples": 10/(1-p) from the middle upwards, 10/p
    below, with p between 0 and 1.
    """
    if not name.startswith("p"):
        return 0
    share = float(name.removeprefix("p")) / 100
    rare = 1 - share if share >= 0.5 else share
    return round(10 / rare) if rare > 1e-9 else 0


def _gathered(points: Sequence[Point]) -> dict[float, int]:
    samples: dict[float, int] = {}
    for point in points:
        for value, count in ((point.value, 1),) if point.samples is None else point.samples.items():
            samples[value] = samples.get(value, 0) + count
    return samples


def _percentile(samples: dict[float, int], percentile: float) -> float:
    wanted = max(1, ceil(percentile * sum(samples.values()) / 100 - 1e-9))
    for value in sorted(samples):
        wanted -= samples[value]
        if wanted <= 0:
            return value
    return max(samples)
