"""docs/alarms.md stays true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec
import yaml

from outwarden.config import Config
from outwarden.config.alarms import MetricName
from outwarden.provision import apply, destroy

PAGE = (Path(__file__).parents[2] / "docs" / "alarms.md").read_text(encoding="utf-8")


def block(language):
    return re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[1]


def test_the_configuration_makes_what_the_page_says(moto_aws):
    """apply, apply and destroy with the page's own configuration print the page's own lines."""
    config = msgspec.convert(yaml.safe_load(block("yaml")), Config)
    printed = ["$ outwarden infra apply", *map(str, apply(config)), "$ outwarden infra apply"]
    printed += [str(change) for change in apply(config)] or ["Nothing to change."]
    printed += ["$ outwarden infra destroy", *map(str, destroy(config))]

    assert printed == block("text").splitlines()


def test_the_example_runs_as_written():
    """The Python block of the page runs and its assertion holds."""
    exec(compile(block("python"), "docs/alarms.md", "exec"), {})


def test_every_metric_and_choice_has_its_place():
    """Each metric and each treatment of missing data is named."""
    choices = (*get_args(MetricName), "missing", "ignore", "breaching", "notBreaching")

    assert [name for name in choices if f"`{name}`" not in PAGE.replace("`treat_missing_data: ", "`")] == []
