"""docs/alarms.md and docs/infra.md stay true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec
import yaml

from outwarden.cli.infra import FORMATS
from outwarden.config import Config
from outwarden.config.alarms import MetricName
from outwarden.config.infra import Infra
from outwarden.provision import apply, destroy
from outwarden.provision.kinds import KINDS

DOCS = Path(__file__).parents[2] / "docs"
ALARMS = (DOCS / "alarms.md").read_text(encoding="utf-8")
INFRA = (DOCS / "infra.md").read_text(encoding="utf-8")


def block(page, language):
    return re.search(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[1]


def test_the_configuration_makes_what_the_page_says(moto_aws):
    """apply, apply and destroy with the page's own configuration print the page's own lines."""
    raw = yaml.safe_load(block(INFRA, "yaml")) | {"infra": {"data_protection": "disabled"}}  # moto has none
    config = msgspec.convert(raw, Config)
    printed = ["$ outwarden infra apply", *map(str, apply(config)), "$ outwarden infra apply"]
    printed += [str(change) for change in apply(config)] or ["Nothing to change."]
    printed += ["$ outwarden infra destroy", *map(str, destroy(config))]

    assert printed == block(INFRA, "text").splitlines()


def test_the_example_runs_as_written():
    """The Python block of the page runs and its assertion holds."""
    exec(compile(block(ALARMS, "python"), "docs/alarms.md", "exec"), {})


def test_every_metric_and_choice_has_its_place():
    """Each metric and each treatment of missing data is named."""
    choices = (*get_args(MetricName), "missing", "ignore", "breaching", "notBreaching")

    assert [name for name in choices if f"`{name}`" not in ALARMS.replace("`treat_missing_data: ", "`")] == []


def test_every_switch_and_format_has_its_place():
    """docs/infra.md names each key of the section and each form of the template."""
    keys = [f"infra.{name}" for name in Infra.__struct_fields__]

    assert [key for key in keys if key not in INFRA] == []
    assert [form for form in FORMATS[1:] if form not in INFRA] == []
    assert len(KINDS) == 15  # a new kind of thing gets its line in the table of docs/infra.md
