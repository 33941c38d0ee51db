"""Alarms over alarms."""

from __future__ import annotations

import pytest

from outwarden.config.alarms import CompositeSpec
from outwarden.watch import composite

STATES = {"Bad": "ALARM", "Good": "OK", "Unknown": "INSUFFICIENT_DATA"}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("ALARM(Bad)", True),
        ("ALARM(Good)", False),
        ("OK(Good)", True),
        ("INSUFFICIENT_DATA(Unknown)", True),
        ("INSUFFICIENT_DATA(NeverSeen)", True),
        ('ALARM("Bad") AND OK("Good")', True),
        ("ALARM(Bad) AND ALARM(Good)", False),
        ("ALARM(Good) OR ALARM(Bad)", True),
        ("NOT ALARM(Good)", True),
        ("NOT (ALARM(Bad) OR OK(Good))", False),
        ("ALARM(Bad) OR ALARM(Good) AND ALARM(Good)", True),
        ("(ALARM(Bad) OR ALARM(Good)) AND ALARM(Good)", False),
        ("TRUE AND NOT FALSE", True),
    ],
)
def test_each_rule(rule, holds):
    """AND binds tighter than OR, NOT tightest."""
    assert composite.holds(composite.parse(rule), STATES) == holds


def test_composites_come_after_those_that_they_look_at():
    """Whatever the order in which they are written."""
    written = [
        CompositeSpec(name="Top", rule="ALARM(Middle) OR ALARM(Bottom)"),
        CompositeSpec(name="Middle", rule="ALARM(Bottom)"),
        CompositeSpec(name="Bottom", rule="ALARM(Bad)"),
    ]

    assert [one.name for one in composite.in_order(written)] == ["Bottom", "Middle", "Top"]
