"""Our evaluator beside another implementation of CloudWatch's alarms, where both do the same.

MiniStack looks at one span of `EvaluationPeriods` periods, at neither dimensions nor missing data, and leaves composite
alarms and metric math alone. So the overlap is: alarms of one period that has data; every statistic and comparison.
"""

from __future__ import annotations

import random
import time

import boto3
import pytest

from outwarden.config import AlarmSpec
from outwarden.meter import Point
from outwarden.meter.buckets import bucket, middle
from outwarden.sinks.increments import Added, Slot
from outwarden.sinks.put import data
from outwarden.testing import LocalAws
from outwarden.watch import evaluate

pytestmark = pytest.mark.integration

COMPARISONS = (
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
CASES = 48


def some_alarm(number: int, dice: random.Random) -> AlarmSpec:
    """Make an alarm of one period, by turns on a count and on latencies."""
    if number % 2:
        about = {"metric": "4XXError", "statistic": "Sum", "threshold": dice.randint(8, 12)}
    else:
        statistic = dice.choice(["Sum", "SampleCount", "Average", "Minimum", "Maximum"])
        limits = {"Sum": 2000, "SampleCount": 10, "Average": 200, "Minimum": 60, "Maximum": 400}
        about = {"metric": "LatencyMs", "statistic": statistic, "threshold": limits[statistic]}
    return AlarmSpec(name=f"Case{number}", comparison=dice.choice(COMPARISONS), **about)


def some_minutes(now: float, dice: random.Random) -> list[tuple[Slot, Added]]:
    """Count something in each of the latest four minutes: both see all of them as one period."""
    begun = int(now // 60 * 60)
    return [
        (
            Slot("portfolio", "prod", begun - 60 * back),
            Added(
                {"4XXError": dice.randint(0, 5)},
                {bucket(value): dice.randint(1, 3) for value in dice.sample([50.0, 90.0, 150.0, 300.0, 600.0], 2)},
            ),
        )
        for back in range(4)
    ]


def test_one_period_with_data_is_judged_alike():
    """Every statistic and comparison, over data that our own publisher has rendered; each case in a namespace of its own."""
    dice = random.Random(20261126)
    ours, its = {}, {}
    with LocalAws() as aws:
        cloudwatch = boto3.client("cloudwatch", region_name="ap-southeast-3", endpoint_url=aws.endpoint_url)
        while time.time() % 60 > 40:
            time.sleep(0.5)  # so that no minute ends between the two
        now = time.time()
        for number in range(CASES):
            alarm, minutes = some_alarm(number, dice), some_minutes(now, dice)
            cloudwatch.put_metric_alarm(
                AlarmName=alarm.name,
                Namespace=alarm.name,
                MetricName=alarm.metric,
                Statistic=alarm.statistic,
                Period=alarm.period_s,
                EvaluationPeriods=1,
                Threshold=alarm.threshold,
                ComparisonOperator=alarm.comparison,
            )
            cloudwatch.put_metric_data(
                Namespace=alarm.name, MetricData=[datum for slot, added in minutes for datum in data(slot, added)]
            )
            # Both see the same five minutes: for an alarm on too little we leave out the minute that has just begun.
            seen = now + 60 if alarm.comparison.startswith("LessThan") else now
            ours[alarm.name] = evaluate(alarm, {alarm.metric: points(alarm, minutes)}, now=seen).state
        for page in cloudwatch.get_paginator("describe_alarms").paginate():
            its |= {found["AlarmName"]: found["StateValue"] for found in page["MetricAlarms"]}

    assert ours == its
    assert {"OK", "ALARM"} == set(ours.values())


def points(alarm: AlarmSpec, minutes: list[tuple[Slot, Added]]) -> list[Point]:
    """Give what our own windows would give."""
    if alarm.metric == "4XXError":
        return [Point(slot.minute, float(added.counts["4XXError"])) for slot, added in minutes]
    samples = [
        (slot.minute, {middle(number): count for number, count in added.latencies.items()}) for slot, added in minutes
    ]
    return [Point(minute, sum(value * count for value, count in one.items()), one) for minute, one in samples]
