"""What a month costs."""

from __future__ import annotations

import pytest

from outwarden.provision.cost import cost
from outwarden.provision.model import model
from outwarden.provision.prices import PRICES


def bill(config):
    return {item.what: item for item in cost(model(config), config).items}


def test_the_bill_follows_the_model(configure):
    """A key of our own costs a dollar, none costs nothing; each alarm over one metric ten cents."""
    assert bill(configure())["KMS keys"].dollars == PRICES["key"].dollars
    assert "KMS keys" not in bill(configure(infra={"kms": "none"}))

    alarms = bill(configure())["metrics in alarms"]
    assert alarms.dollars == pytest.approx(0.10 * alarms.count)


def test_data_protection_is_paid_by_the_gigabyte(configure):
    """So it is told per GB, beside the logs themselves."""
    without = configure(infra={"data_protection": "disabled"})
    difference = cost(model(configure(infra={})), configure(infra={})).per_gb - cost(model(without), without).per_gb

    assert difference == pytest.approx(PRICES["data protection"].dollars)


def test_an_expression_costs_by_the_metrics_in_it(configure):
    """Four metrics in the ratio are forty cents."""
    ratio = {
        "name": "Ratio",
        "expression": "IF(calls >= 20, 100 * (a + b + c) / calls, 0)",
        "metrics": {name: {"metric": "Calls"} for name in ("calls", "a", "b", "c")},
    }
    more = (
        bill(configure(alarms=[ratio]))["metrics in alarms"].count
        - bill(configure(alarms=[]))["metrics in alarms"].count
    )

    assert more == 4
