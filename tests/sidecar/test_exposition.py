"""What Prometheus reads."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from outwarden.config import exposed
from outwarden.meter.totals import SUM_US, Key, Snapshot
from outwarden.sidecar.exposition import exposition
from outwarden.sidecar.health import Row

WHO = ("portfolio", "prod", "sectors")


def shown(counts=None, created=None, rows=(), *, alive=True) -> str:
    return exposition(Snapshot(counts or {}, created or {WHO: 7.5}), rows, alive=alive, version="1.2.3")


def value(text: str, series: str) -> float:
    (found,) = re.findall(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found)


def test_every_class_is_there_with_zero_from_the_start():
    """What is missing cannot be compared with a threshold."""
    text = shown()

    for class_ in exposed.CLASSES:
        labels = f'service="portfolio",env="prod",api="sectors",class="{class_}"'
        assert value(text, f"outwarden_calls_total{{{labels}}}") == 0
    for reason in exposed.LOST_REASONS:
        assert value(text, f'outwarden_events_lost_total{{service="portfolio",env="prod",reason="{reason}"}}') == 0


def test_the_buckets_of_the_histogram_add_up():
    """Each bucket holds those below it; the sum is in seconds."""
    family = exposed.DURATION.name
    counts = {
        Key(family, *WHO, "0"): 2,
        Key(family, *WHO, "3"): 1,
        Key(family, *WHO, str(len(exposed.BOUNDS_S))): 1,
        Key(family, *WHO, SUM_US): 70_500_000,
    }

    text = shown(counts)

    labels = 'service="portfolio",env="prod",api="sectors"'
    found = {
        le: value(text, f'{family}_bucket{{{labels},le="{le}"}}') for le in ("0.01", "0.05", "0.1", "60.0", "+Inf")
    }
    assert found == {"0.01": 2, "0.05": 2, "0.1": 3, "60.0": 3, "+Inf": 4}
    assert value(text, f"{family}_sum{{{labels}}}") == 70.5
    assert value(text, f"{family}_count{{{labels}}}") == 4


def test_names_cannot_break_out_of_their_label():
    """A route is what somebody else has written."""
    text = shown({Key(exposed.ROUTES.name, *WHO, 'a"b\\c\nd', "2xx"): 1})

    assert 'route="a\\"b\\\\c\\nd"' in text


def test_consumers_say_what_waits():
    """Backlog, health, and what was shipped and refused."""
    row = Row(consumer="cloudwatch", state="degraded", since=0, shipped=5, rejected=2, backlog_bytes=70)

    text = shown(rows=[row])

    names = ("backlog_bytes", "consumer_healthy", "events_shipped_total", "events_rejected_total")
    assert [value(text, f'outwarden_{name}{{consumer="cloudwatch"}}') for name in names] == [70, 0, 5, 2]


@pytest.mark.parametrize("alive", [True, False])
def test_up_says_whether_alarms_are_evaluated(alive):
    """Also for a service that has not called any API yet."""
    text = shown(created={("new", "dev", ""): 1.0}, alive=alive)

    assert value(text, 'outwarden_up{service="new",env="dev"}') == alive
    assert 'api=""' not in text


def test_all_that_is_shown_is_in_the_table():
    """Rules and dashboards are made of the same table."""
    text = shown({Key(exposed.ROUTES.name, *WHO, "/r/", "2xx"): 1}, rows=[Row(consumer="c", state="ok", since=0)])

    for family in exposed.FAMILIES:
        assert f"# HELP {family.name} {family.text}\n# TYPE {family.name} {family.kind}\n" in text
        lines = re.findall(rf"^{family.name}{{(.*)}}", text, re.MULTILINE)
        assert all(re.findall(r'(\w+)="', line) == list(family.labels) for line in lines)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed: apt-get install prometheus")
def test_promtool_takes_it():
    """The format, names and units are as Prometheus wants them."""
    text = shown(
        {Key(exposed.ROUTES.name, *WHO, "/r/", "2xx"): 1, Key(exposed.ERRORS.name, *WHO, "x"): 1},
        rows=[Row(consumer="c", state="ok", since=0)],
    )

    said = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)

    assert (said.returncode, said.stdout + said.stderr) == (0, "")
