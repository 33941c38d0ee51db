"""Metric math, period by period."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outwarden.config.default_alarms import ALARMS
from outwarden.meter import Point
from outwarden.watch import evaluate
from outwarden.watch.expression import formula

START = 1_700_000_040
[RATIO] = [alarm for alarm in ALARMS if alarm.name == "ErrorRatio"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * 2", 13),
        ("(a + b) * 2", 16),
        ("a - b - 1", -3),
        ("a / b / 2", 0.3),
        ("-a + 4", 1),
        ("a < b", 1),
        ("a >= b", 0),
        ("a == 3", 1),
        ("a != 3", 0),
        ("a < b AND b > 4", 1),
        ("a > b || b > 4", 1),
        ("a > b && b > 4", 0),
        ("a > b OR b > 4 AND a > 9", 0),
        ("IF(a > b, 1, b)", 5),
        ("IF(a, a, b)", 3),
        ("FILL(gone, 7) + a", 10),
        ("FILL(a, 7)", 3),
        ("gone + a", None),
        ("IF(gone, 1, 2)", None),
        ("IF(a, gone, 2)", None),
        ("IF(a, 2, gone)", 2),
        ("a / 0", None),
        ("gone OR a", None),
        (".5 * a", 1.5),
    ],
)
def test_each_part_of_the_language(text, expected):
    """With a = 3, b = 5, and gone missing."""
    assert formula(text)({"a": 3.0, "b": 5.0, "gone": None}) == pytest.approx(expected)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_error_ratio_asks_for_traffic(calls, errors):
    """One error of two calls is no half of anything: below 20 calls a minute it is 0."""
    errors = min(errors, calls)
    data = {
        metric: [Point(START - 60 * back, float(count)) for back in range(5)]
        for metric, count in {"Calls": calls, "4XXError": errors, "5XXError": 0, "NetworkErrors": 0}.items()
    }

    loud = calls >= 20 and errors * 100 / calls > 25
    assert evaluate(RATIO, data, now=START).state == ("ALARM" if loud else "OK")


def test_the_error_ratio_wants_three_minutes_of_five():
    """Two bad minutes are not told, and the errors of all kinds add up."""
    kinds = ("4XXError", "5XXError", "NetworkErrors")

    def state(bad_minutes: int) -> str:
        errors = [Point(START - 60 * back, 10.0 if back < bad_minutes else 0.0) for back in range(5)]
        calls = {"Calls": [Point(START - 60 * back, 100.0) for back in range(5)]}
        return evaluate(RATIO, calls | dict.fromkeys(kinds, errors), now=START).state

    assert [state(minutes) for minutes in range(5)] == ["OK", "OK", "OK", "ALARM", "ALARM"]


def test_the_reason_of_an_expression_names_the_alarm():
    """Its value has no other name."""
    data = {stat.metric: [Point(START, 40.0)] for stat in RATIO.metrics.values()}

    assert (
        evaluate(RATIO, data, now=START).reason
        == "ErrorRatio was no data, no data, no data, no data, 300 in a minute each; "
        "the alarm is for more than 25, 3 of 5 times"
    )
