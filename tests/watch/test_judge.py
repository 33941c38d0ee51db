"""The evaluator against the same rules written plainly: same states, same values, at every moment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.watch import plainly

from outwarden.config import AlarmSpec
from outwarden.config.alarms import MetricStat
from outwarden.config.default_alarms import ALARMS
from outwarden.meter import Point
from outwarden.meter.buckets import bucket, middle
from outwarden.watch.evaluate import LOOK_BACK, Judge, metrics
from outwarden.watch.statistics import Minutes

START = 1_700_000_040
COUNTS = ("Calls", "4XXError", "5XXError", "NetworkErrors", "Throttled", "KeysInUrls", "EventsLost", "Heartbeat")
EXPRESSIONS = (
    "IF(a >= 20, 100 * (FILL(b, 0) + 3) / a, 0)",
    "FILL(a / b, 7)",
    "a - b == 0 OR b > 12",
    "-a + b * 2",
    "IF(a != b AND FILL(b, 1), a, b)",
    "100 * b / (a - 5)",
)

minute = st.integers(-40, 5).map(lambda number: START + 60 * number)
samples = st.dictionaries(st.floats(0.02, 60_000).map(lambda ms: middle(bucket(ms))), st.integers(1, 90), max_size=6)
common = {
    "name": st.just("a"),
    "period_s": st.sampled_from([60, 120, 300]),
    "comparison": st.sampled_from(sorted(plainly.COMPARE)),
    "evaluation_periods": st.sampled_from([3, 5]),
    "datapoints_to_alarm": st.sampled_from([None, 1, 2, 3]),
    "treat_missing_data": st.sampled_from(["missing", "ignore", "breaching", "notBreaching"]),
    "window": st.sampled_from(["sliding", "wall_clock"]),
}
of_counts = st.builds(
    AlarmSpec,
    **common,
    metric=st.just("4XXError"),
    statistic=st.sampled_from(["Sum", "SampleCount"]),
    threshold=st.integers(0, 40),
)
of_latencies = st.builds(
    AlarmSpec,
    **common,
    metric=st.just("LatencyMs"),
    statistic=st.sampled_from(["Sum", "SampleCount", "Minimum", "Maximum", "p0", "p10", "p50", "p95", "p99.9", "p100"]),
    threshold=st.sampled_from([1, 100, 5000]),
    evaluate_low_samples=st.sampled_from(["evaluate", "ignore"]),
)
of_math = st.builds(
    AlarmSpec,
    **common,
    expression=st.sampled_from(EXPRESSIONS),
    metrics=st.just({"a": MetricStat(metric="Calls"), "b": MetricStat(metric="4XXError")}),
    threshold=st.sampled_from([0, 1, 25]),
)


@st.composite
def recorded(draw):
    """Minutes of each metric, with gaps, in any order."""
    data = {
        name: [Point(ts, float(count)) for ts, count in draw(st.dictionaries(minute, st.integers(0, 60))).items()]
        for name in COUNTS
    }
    latencies = draw(st.dictionaries(minute, samples)).items()
    data["LatencyMs"] = [Point(ts, sum(value * n for value, n in one.items()), one) for ts, one in latencies]
    return data


@given(
    of_counts | of_latencies | of_math | st.sampled_from(ALARMS),
    recorded(),
    st.lists(st.integers(-30 * 60, 10 * 60), min_size=1, max_size=8),
    st.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA"]),
)
def test_it_says_what_the_plain_rules_say(alarm, data, moments, state):
    """One judge for all moments, also those that go back, against rules that begin anew each time."""
    judge = Judge(alarm, {stat.metric: Minutes(data[stat.metric]) for stat in metrics(alarm).values()})

    for moment in moments:
        expected, values = plainly.evaluate(alarm, data, START + moment, state)
        verdict = judge(START + moment, state)
        assert (verdict.state, list(verdict.values)) == (expected, values[LOOK_BACK:])
        state = verdict.state


@given(recorded())
def test_an_average_is_that_of_the_samples(data):
    """Added up minute by minute, so the last digit may differ."""
    found = Minutes(data["LatencyMs"]).statistic("Average", START - 3600, START + 3600)

    expected = plainly.statistic("Average", data["LatencyMs"])
    assert found == (expected if expected is None else pytest.approx(expected, rel=1e-12))
