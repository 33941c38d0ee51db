"""CloudWatch's statistics over the minutes of one metric, laid out so that any period of them is known at a glance.

Each minute keeps the totals of all minutes before it, so a period is the difference of its two ends, however long it is.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import accumulate
from math import ceil
from operator import add, itemgetter

from outwarden.meter import Point


class Minutes:
    """The points of one metric. Nothing here changes, so what is known of a period stays true."""

    def __init__(self, points: Iterable[Point] = ()) -> None:
        """Lay points out; they may come in any order."""
        ordered = sorted(points, key=itemgetter(0))
        self._starts = [point.ts for point in ordered]
        self._values = [point.value for point in ordered]
        self._samples = [point.samples for point in ordered]
        self._are_counts = all(samples is None for samples in self._samples)
        if self._are_counts:  # whole numbers, so their totals are exact
            self._totals = [0.0, *accumulate(self._values)]

    def samples(self, start: float, end: float) -> int:
        """Give the number of samples of a span, Unix seconds."""
        return self._number(bisect_left(self._starts, start), bisect_left(self._starts, end))

    def reader(self, name: str, period_s: int) -> Callable[[int], float | None]:
        """Make what gives a statistic of the period that begins at a moment, Unix seconds."""
        if name != "Sum" or not self._are_counts:
            return lambda start: self.statistic(name, start, start + period_s)
        starts, totals = self._starts, self._totals  # by far the most frequent: at once

        def total(start: int) -> float | None:
            first = bisect_left(starts, start)
            after = bisect_left(starts, start + period_s, first)
            return None if first == after else totals[after] - totals[first]

        return total

    def statistic(self, name: str, start: float, end: float) -> float | None:
        """Give one of CloudWatch's statistics of a span, Unix seconds; None where it has no sample.

        A point of a count is one sample; a point of a distribution has many. A percentile is the nearest rank: the
        smallest sample that at least so many percent of all samples do not exceed.
        """
        first, after = bisect_left(self._starts, start), bisect_left(self._starts, end)
        if first == after:
            return None
        if name == "Sum":
            return self._totals[after] - self._totals[first] if self._are_counts else sum(self._values[first:after])
        if name == "SampleCount":
            return float(self._number(first, after))
        number = self._number(first, after)
        if number == 0:
            return None
        match name:
            case "Average":
                return sum(self._weights[first:after]) / number
            case "Minimum":
                return self._ranked(1, first, after)
            case "Maximum":
                return self._ranked(number, first, after)
            case _:
                return self._ranked(_rank(name, number), first, after)

    def _number(self, first: int, after: int) -> int:
        return after - first if self._are_counts else self._sizes[after] - self._sizes[first]

    def _ranked(self, rank: int, first: int, after: int) -> float:
        """Give the sample of a rank, from 1 on, by halving the values that there are."""
        before, upto = self._upto[first], self._upto[after]
        at = bisect_left(range(len(self._grid)), rank, key=lambda number: upto[number] - before[number])
        return self._grid[at]

    @cached_property
    def _distributions(self) -> list[Mapping[float, int]]:
        return [
            {value: 1} if samples is None else samples
            for value, samples in zip(self._values, self._samples, strict=True)
        ]

    @cached_property
    def _sizes(self) -> list[int]:
        """How many samples there are before each minute, and after the last."""
        return [0, *accumulate(sum(samples.values()) for samples in self._distributions)]

    @cached_property
    def _weights(self) -> list[float]:
        """The sum of the samples of each minute."""
        return [sum(value * count for value, count in samples.items()) for samples in self._distributions]

    @cached_property
    def _grid(self) -> list[float]:
        """Each value that occurs, in order: there are as many as a distribution has buckets."""
        return sorted({value for samples in self._distributions for value in samples})

    @cached_property
    def _upto(self) -> list[array[int]]:
        """For each minute, and after the last: how many samples before it do not exceed each value of the grid."""
        rows = [array("Q", bytes(8 * len(self._grid)))]
        for samples in self._distributions:
            mine = accumulate(samples.get(value, 0) for value in self._grid)
            rows.append(array("Q", map(add, rows[-1], mine)))
        return rows


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


@lru_cache(maxsize=64)
def _percent(name: str) -> float:
    return float(name.removeprefix("p"))


def _rank(name: str, number: int) -> int:
    return max(1, ceil(_percent(name) * number / 100 - 1e-9))
