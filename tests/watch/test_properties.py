"""What holds for every alarm and all data."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from outwarden import event
from outwarden.config import AlarmSpec
from outwarden.config.default_alarms import ALARMS, HIGH_4XX
from outwarden.event import CallEvent
from outwarden.meter import Meter, Point
from outwarden.watch import evaluate
from outwarden.watch.evaluate import span

START = 1_700_000_040
MINUTES = st.integers(-6, 0)

alarms = st.builds(
    AlarmSpec,
    name=st.just("a"),
    metric=st.just("4XXError"),
    statistic=st.sampled_from(["Sum", "SampleCount"]),
    period_s=st.sampled_from([60, 300]),
    threshold=st.integers(0, 12),
    comparison=st.sampled_from(["GreaterThanThreshold", "LessThanThreshold"]),
    evaluation_periods=st.just(3),
    datapoints_to_alarm=st.sampled_from([None, 1, 2, 3]),
    treat_missing_data=st.sampled_from(["missing", "ignore", "breaching", "notBreaching"]),
    window=st.sampled_from(["sliding", "wall_clock"]),
)
points = st.dictionaries(st.integers(-30, 5), st.integers(0, 20), max_size=30).map(
    lambda counts: [Point(START + 60 * minute, float(count)) for minute, count in counts.items()]
)
states = st.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA"])


def not_found(at: float) -> CallEvent:
    """A call that was answered with 404."""
    return CallEvent(
        ts=event.timestamp(at),
        event_id=event.ids.new(),
        call_id="c",
        attempt=1,
        api="sectors",
        method="GET",
        host="h",
        outcome="client_error",
        status=404,
        service="portfolio",
        env="prod",
        pid=1,
        schema=1,
    )


def errors_at(seconds: list[int]) -> list[Point]:
    """Count 4XX answers that began so many seconds after the minute of START."""
    tallies = Meter().count(not_found(START + second) for second in seconds)
    return [
        Point(minute, float(count)) for (series, minute), count in tallies.counts.items() if series.metric == "4XXError"
    ]


@given(st.lists(st.integers(-20 * 60, 59), max_size=10), st.integers(0, 59))
def test_ten_errors_never_go_off(seconds, second):
    """Wherever they fall within the last minutes, at whatever second somebody looks."""
    assert evaluate(HIGH_4XX, {"4XXError": errors_at(seconds)}, now=START + second).state == "OK"


@given(st.lists(st.integers(-4 * 60, 59), min_size=11, max_size=40), st.integers(0, 59))
def test_eleven_errors_within_five_minutes_always_go_off(seconds, second):
    """However they are spread over the five minutes."""
    assert evaluate(HIGH_4XX, {"4XXError": errors_at(seconds)}, now=START + second).state == "ALARM"


@given(st.lists(st.integers(-600, 600), max_size=30), st.randoms(), st.integers(1, 10))
def test_the_order_of_events_does_not_matter(seconds, random, size):
    """In whatever order and in whatever batches they come, an alarm sees the same."""
    events = [not_found(START + second) for second in seconds]
    shuffled = list(events)
    random.shuffle(shuffled)
    meter = Meter()
    parts = [meter.count(shuffled[start : start + size]) for start in range(0, len(shuffled), size)]

    together: Counter = sum((part.counts for part in parts), Counter())
    assert together == Meter().count(events).counts


@given(alarms, points, states, st.randoms())
def test_the_order_of_points_does_not_matter(alarm, data, previous, random):
    """Late events find their minute."""
    shuffled = list(data)
    random.shuffle(shuffled)

    one, other = (evaluate(alarm, {"4XXError": order}, now=START, previous=previous) for order in (data, shuffled))
    assert one == other


@given(alarms, points, states, st.integers(-10_000, 10_000))
def test_a_shift_of_time_does_not_matter(alarm, data, previous, days):
    """Everything may as well happen on another day."""
    shift = days * 86400
    moved = [Point(point.ts + shift, point.value) for point in data]

    here = evaluate(alarm, {"4XXError": data}, now=START, previous=previous)
    there = evaluate(alarm, {"4XXError": moved}, now=START + shift, previous=previous)
    assert here == there


@given(alarms, points, states)
def test_what_lies_outside_the_span_does_not_matter(alarm, data, previous):
    """So only the span need be read."""
    start, end = span(alarm, START)
    inside = [point for point in data if start <= point.ts < end]

    assert evaluate(alarm, {"4XXError": data}, now=START, previous=previous) == evaluate(
        alarm, {"4XXError": inside}, now=START, previous=previous
    )


@given(st.sampled_from(ALARMS), states)
def test_without_any_data_missing_data_decides(alarm, previous):
    """For each alarm of the default set."""
    expected = {"notBreaching": "OK", "breaching": "ALARM", "ignore": previous}[alarm.treat_missing_data]

    verdict = evaluate(alarm, {}, now=START, previous=previous)
    assert (verdict.state, verdict.value) == (expected, None)
