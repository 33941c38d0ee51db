"""Alarms, as CloudWatch would see them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outwarden.config import AlarmSpec
from outwarden.config.default_alarms import HIGH_4XX
from outwarden.meter import Point
from outwarden.watch import evaluate

NOON = 1_700_000_040.0 + 30  # half a minute past a full minute
START = 1_700_000_040


def minutes(*counts: float | None, end: int = START) -> list[Point]:
    """Counts of consecutive minutes, the last one at `end`; None is missing."""
    first = end - 60 * (len(counts) - 1)
    return [Point(first + 60 * index, count) for index, count in enumerate(counts) if count is not None]


@pytest.mark.parametrize(("errors", "state"), [(10, "OK"), (11, "ALARM"), (0, "OK")])
def test_ten_errors_are_quiet_and_eleven_are_not(errors, state):
    """More than 10 within 5 minutes, exactly."""
    assert evaluate(HIGH_4XX, {HIGH_4XX.metric: minutes(errors)}, now=NOON).state == state


@given(st.lists(st.integers(0, 4), min_size=5, max_size=5))
def test_the_errors_may_be_spread_over_the_period(counts):
    """It is the sum of five minutes that counts."""
    verdict = evaluate(HIGH_4XX, {HIGH_4XX.metric: minutes(*counts)}, now=NOON)

    assert verdict.state == ("ALARM" if sum(counts) > 10 else "OK")
    assert verdict.value == sum(counts)


def test_the_period_slides_minute_by_minute():
    """An alarm does not wait for five-minute marks, and is over five minutes after the last error."""
    points = minutes(11)
    states = [
        evaluate(HIGH_4XX, {"4XXError": [*points, *minutes(*[0] * m, end=START + 60 * m)]}, now=NOON + 60 * m).state
        for m in range(7)
    ]

    assert states == ["ALARM"] * 5 + ["OK"] * 2


def test_where_too_little_is_the_trouble_the_minute_at_hand_does_not_count():
    """A minute begins with nothing: that is no outage."""
    alarm = AlarmSpec(name="Silent", metric="Calls", period_s=60, threshold=1, comparison="LessThanThreshold")

    assert evaluate(alarm, {alarm.metric: minutes(5, 0)}, now=NOON).state == "OK"
    assert evaluate(alarm, {alarm.metric: minutes(5, 0)}, now=NOON + 60).state == "ALARM"


@pytest.mark.parametrize(
    ("comparison", "at_threshold"),
    [
        ("GreaterThanThreshold", "OK"),
        ("GreaterThanOrEqualToThreshold", "ALARM"),
        ("LessThanThreshold", "OK"),
        ("LessThanOrEqualToThreshold", "ALARM"),
    ],
)
def test_each_comparison_at_the_threshold(comparison, at_threshold):
    """Exactly the threshold."""
    alarm = AlarmSpec(name="a", metric="Calls", period_s=60, threshold=10, comparison=comparison)

    assert evaluate(alarm, {alarm.metric: minutes(10, 10)}, now=NOON).state == at_threshold


# The two tables of the CloudWatch user guide, "How alarm state is evaluated when data is missing": `0` is fine, `X` is
# breaching, `-` is missing; the alarm looks at five periods and evaluates three. KEEP: the state stays as it was.
KEEP = "keep"
THREE_OF_THREE = [
    ("0-X-X", "OK", "OK", "OK", "OK"),
    ("0----", "OK", "OK", "OK", "OK"),
    ("-----", "INSUFFICIENT_DATA", KEEP, "ALARM", "OK"),
    ("0XX-X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("--X--", "ALARM", KEEP, "ALARM", "OK"),
]
TWO_OF_THREE = [
    ("0-X-X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("00X0X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0-X--", "OK", "OK", "ALARM", "OK"),
    ("----0", "OK", "OK", "ALARM", "OK"),
    ("---X-", "ALARM", KEEP, "ALARM", "OK"),
]
MODES = ("missing", "ignore", "breaching", "notBreaching")


@pytest.mark.parametrize(
    ("needed", "row", "mode", "expected"),
    [
        (needed, row, mode, expected)
        for needed, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
        for row, *states in table
        for mode, expected in zip(MODES, states, strict=True)
    ],
)
@pytest.mark.parametrize("previous", ["OK", "ALARM", "INSUFFICIENT_DATA"])
def test_missing_data_is_treated_as_in_the_user_guide(needed, row, mode, expected, previous):
    """Every cell of both tables, from every state."""
    alarm = AlarmSpec(
        name="a",
        metric="Calls",
        period_s=60,
        threshold=0,
        evaluation_periods=3,
        datapoints_to_alarm=needed,
        treat_missing_data=mode,
    )
    points = minutes(*[{"0": 0.0, "X": 1.0, "-": None}[sign] for sign in row])

    verdict = evaluate(alarm, {alarm.metric: points}, now=NOON, previous=previous)

    assert verdict.state == (previous if expected == KEEP else expected)


def test_the_reason_has_the_numbers():
    """What was counted, in how long, and what the alarm is for."""
    assert (
        evaluate(HIGH_4XX, {HIGH_4XX.metric: minutes(14)}, now=NOON).reason
        == "4XXError was 14 in 5 minutes; the alarm is for more than 10"
    )


def test_a_wall_clock_window_sees_whole_periods_only():
    """An hour counts when it is over, and until the next one is: 11 errors across the hour's border are none of either."""
    alarm = AlarmSpec(name="a", metric="4XXError", period_s=3600, window="wall_clock")
    hour = START // 3600 * 3600
    spread = [Point(hour - 60, 6.0), Point(hour, 5.0)]
    whole = [Point(hour, 6.0), Point(hour + 3540, 5.0)]

    def states(points: list[Point]) -> list[str]:
        moments = (hour + 3599, hour + 3600, hour + 7199, hour + 7200)
        return [evaluate(alarm, {"4XXError": [*points, *zeros(hour)]}, now=moment).state for moment in moments]

    assert states(spread) == ["OK", "OK", "OK", "OK"]
    assert states(whole) == ["OK", "ALARM", "ALARM", "OK"]


def zeros(hour: int) -> list[Point]:
    """Whoever counts is there."""
    return [Point(hour + 60 * minute, 0.0) for minute in range(-60, 180)]
