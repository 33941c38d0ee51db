"""CloudWatch's statistics over the points of a period."""

from __future__ import annotations

import math
import statistics as plain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outwarden.config import AlarmSpec
from outwarden.meter import Point
from outwarden.meter.buckets import bucket, middle
from outwarden.watch import evaluate
from outwarden.watch.statistics import Minutes, enough

START = 1_700_000_040


def statistic(name: str, points: list[Point]) -> float | None:
    """Give the statistic of all points together."""
    return Minutes(points).statistic(name, -math.inf, math.inf)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sum", 12),
        ("SampleCount", 4),
        ("Average", 3),
        ("Minimum", 1),
        ("Maximum", 6),
        ("p50", 2),
        ("p75", 3),
        ("p100", 6),
    ],
)
def test_each_statistic_of_a_distribution(name, expected):
    """Of the values 1, 2, 3 and 6, in two minutes."""
    points = [Point(0, 5.0, {3.0: 1, 2.0: 1}), Point(60, 7.0, {1.0: 1, 6.0: 1})]

    assert statistic(name, points) == expected


@pytest.mark.parametrize("name", ["Sum", "SampleCount", "Average", "Minimum", "Maximum", "p95"])
def test_no_point_has_no_statistic(name):
    """Missing is not 0."""
    assert statistic(name, []) is None


def test_a_count_is_one_sample_a_minute():
    """That is how it is published."""
    assert statistic("SampleCount", [Point(0, 7.0), Point(60, 0.0)]) == 2


@given(
    st.lists(st.floats(0.02, 3_600_000), min_size=1, max_size=200), st.sampled_from([0, 10, 50, 90, 95, 99, 99.9, 100])
)
def test_a_percentile_is_within_the_width_of_a_bucket(values, percent):
    """Of the exact nearest rank."""
    exact = sorted(values)[max(1, math.ceil(percent * len(values) / 100 - 1e-9)) - 1]
    samples: dict[float, int] = {}
    for value in values:
        samples[middle(bucket(value))] = samples.get(middle(bucket(value)), 0) + 1

    assert statistic(f"p{percent:g}", [Point(0, 0.0, samples)]) == pytest.approx(exact, rel=0.026)


@given(st.lists(st.floats(0.02, 60_000), min_size=1, max_size=50))
def test_an_average_is_within_the_width_of_a_bucket(values):
    """Of the exact one."""
    points = [Point(60 * n, 0.0, {middle(bucket(value)): 1}) for n, value in enumerate(values)]

    assert statistic("Average", points) == pytest.approx(plain.fmean(values), rel=0.026)


@pytest.mark.parametrize(("name", "samples"), [("p95", 200), ("p99", 1000), ("p50", 20), ("p10", 100), ("Sum", 0)])
def test_a_percentile_needs_as_many_samples_as_the_user_guide_says(name, samples):
    """10/(1-p) from the middle upwards, 10/p below."""
    assert enough(name) == samples


@pytest.mark.parametrize(
    ("samples", "mode", "state"),
    [(199, "ignore", "OK"), (199, "evaluate", "ALARM"), (200, "ignore", "ALARM"), (200, "evaluate", "ALARM")],
)
def test_too_few_samples_leave_the_state_as_it_is_where_asked(samples, mode, state):
    """A p95 of 199 slow calls is ignored or evaluated; one of 200 is evaluated anyway."""
    alarm = AlarmSpec(name="a", metric="LatencyMs", statistic="p95", threshold=100, evaluate_low_samples=mode)
    data = {"LatencyMs": [Point(START, 0.0, {500.0: samples})]}

    assert evaluate(alarm, data, now=START, previous="OK").state == state
