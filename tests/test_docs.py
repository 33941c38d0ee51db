"""The documents say what is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from click.testing import CliRunner

from outwarden import tally
from outwarden.cli import outwarden
from outwarden.config import default_alarms, exposed
from outwarden.config.catalogue import BY_NAME
from outwarden.config.load import build, load
from outwarden.config.notify import Channel
from outwarden.event import CallEvent, Notice

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    """Every relative link names a file that is there."""
    missing = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]

    assert missing == []


@pytest.mark.parametrize("kind", [CallEvent, Notice])
def test_every_field_of_an_event_is_described(kind):
    """docs/events.md has a line for each."""
    described = set(re.findall(r"`(\w+)`", text("docs/events.md")))

    assert set(kind.__struct_fields__) <= described


def test_every_counter_is_described():
    """docs/events.md tells each reason, and whether an event is lost by it."""
    rows = dict(re.findall(r"^\| `(\w+)` \| .+ \| ([\w ]+) \|$", text("docs/events.md"), re.MULTILINE))

    assert set(tally.REASONS) <= set(rows)
    lost = {reason for reason in tally.REASONS if rows[reason] in {"yes", "successes only"}}
    assert lost == set(tally.LOSSES)


def test_every_metric_is_described():
    """docs/alarms.md names each."""
    assert all(f"`{metric}`" in text("docs/alarms.md") for metric in BY_NAME)


def test_every_kind_of_channel_has_its_part():
    """docs/notifications.md has a heading for each, named as in the configuration."""
    headings = re.findall(r"^## (\w+)$", text("docs/notifications.md"), re.MULTILINE)

    assert {str(kind.__struct_config__.tag) for kind in get_args(Channel)} <= set(headings)


def test_every_default_alarm_has_its_runbook():
    """A page of its name, with what to do, and a line in the list."""
    for alarm in (*default_alarms.ALARMS, *default_alarms.COMPOSITES):
        page = text(f"docs/runbooks/{alarm.name}.md")
        assert page.startswith(f"# {alarm.name}\n")
        assert "## What to do" in page
        assert f"({alarm.name}.md)" in text("docs/runbooks/README.md")


def test_the_configuration_of_the_notifications_page_loads():
    """What a reader copies is taken as it stands."""
    for block in re.findall(r"```yaml\n(.*?)```", text("docs/notifications.md"), re.DOTALL):
        assert build(yaml.safe_load(block), "docs").notify


def test_every_series_is_described():
    """docs/prometheus.md names each with its labels."""
    for family in exposed.FAMILIES:
        (row,) = [line for line in text("docs/prometheus.md").splitlines() if f"`{family.name}`" in line]
        assert f"`{' '.join(family.labels)}`" in row


def test_the_readme_names_both_commands():
    """Two commands do all set-up."""
    blocks = re.findall(r"```sh\n(.*?)```", text("README.md"), re.DOTALL)

    assert "make demo\n" in blocks
    assert "make test\n" in blocks


def test_the_readmes_configuration_loads(tmp_path):
    """What a reader copies is taken as it stands."""
    (block,) = re.findall(r"```yaml\n(.*?)```", text("README.md"), re.DOTALL)
    path = tmp_path / "outwarden.yaml"
    path.write_text(block, encoding="utf-8")

    assert load(path, {}).alarms[0].name == "High4XXErrors"


def test_the_readmes_commands_are_there():
    """Each `outwarden …` line of the README is a command with these options."""
    lines = re.findall(
        r"^outwarden (.+)$", "\n".join(re.findall(r"```sh\n(.*?)```", text("README.md"), re.DOTALL)), re.MULTILINE
    )
    assert lines
    for line in lines:
        words = line.split(" -- ")[0].split()
        asked = [word for word in words if word.startswith("-")]
        names = [word for word in words if not word.startswith("-")]
        shown = CliRunner().invoke(outwarden, [*names, "--help"])
        assert shown.exit_code == 0, line
        assert all(option in shown.output for option in asked), line
