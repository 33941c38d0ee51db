"""What a month costs, and an alarm in plain words."""

from __future__ import annotations

import pytest

from outwarden.provision.cost import cost
from outwarden.provision.model import model
from outwarden.provision.model.specs import metric_specs
from outwarden.provision.prices import PRICES
from outwarden.provision.reading import reading


def bill(config):
    return {item.what: item for item in cost(model(config), config).items}


def test_the_bill_follows_the_model(configure):
    """A key of our own costs a dollar, none costs nothing; each alarm over one metric ten cents."""
    assert bill(configure())["keys"].dollars == PRICES["key"].dollars
    assert "keys" not in bill(configure(infra={"kms": "none"}))

    alarms = bill(configure())["metrics in alarms"]
    assert alarms.dollars == pytest.approx(0.10 * alarms.count)


def test_data_protection_is_paid_by_the_gigabyte(configure):
    """So it is told per GB, beside the logs themselves."""
    without = configure(infra={"data_protection": "disabled"})
    difference = cost(model(configure(infra={})), configure(infra={})).per_gb - cost(model(without), without).per_gb

    assert difference == pytest.approx(PRICES["data protection"].dollars)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Sum of 4XXError: more than 10 within 5 minutes; no data counts as fine"),
        ({"evaluation_periods": 3, "period_s": 60}, "in 3 periods of 1 minute on end"),
        ({"evaluation_periods": 5, "datapoints_to_alarm": 3, "period_s": 3600}, "in 3 of 5 periods of 1 hour"),
        (
            {"comparison": "LessThanThreshold", "treat_missing_data": "breaching"},
            "less than 10 within 5 minutes; no data counts as bad",
        ),
    ],
)
def test_an_alarm_reads_like_a_sentence(configure, fields, words):
    """Threshold, time and what silence means."""
    config = configure(alarms=[{"name": "High4XXErrors", "metric": "4XXError"} | fields])
    [spec] = [one for one in metric_specs(config) if one.name == "High4XXErrors"]

    assert words in reading(spec)
