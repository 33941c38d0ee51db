"""Mute windows in Alertmanager: the same minutes as here, and no alarm but those that are meant."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import yaml

from outwarden.config.alarm_set import alarm_set
from outwarden.config.load import build
from outwarden.provision.boards.files import files
from outwarden.provision.prometheus.windows import intervals
from outwarden.watch.mutes import is_muted

FORTNIGHT_MIN = 14 * 1440
BEGIN = datetime(2026, 11, 23, tzinfo=ZoneInfo("UTC")).timestamp()


def made(*mutes):
    """Give the example that `outwarden dashboards` writes, and the alarms that it is for."""
    raw = {"notify": {"oncall": {"kind": "webhook", "url": "env:HOOK"}}, "mutes": list(mutes)}
    config = build(raw, "test")
    return files(config)["prometheus/alertmanager.example.yml"], alarm_set(config)


def covers(interval, now):
    """Say what Alertmanager's documentation says: all that is given must hold, the end of a time is not in it."""
    moment = datetime.fromtimestamp(now, ZoneInfo(interval["location"]))
    [times] = interval["times"]
    return (
        times["start_time"] <= moment.strftime("%H:%M") < times["end_time"]
        and moment.strftime("%A").lower() in interval.get("weekdays", [moment.strftime("%A").lower()])
        and str(moment.day) in interval.get("days_of_month", [str(moment.day)])
        and str(moment.month) in interval.get("months", [str(moment.month)])
        and str(moment.year) in interval.get("years", [str(moment.year)])
    )


@pytest.mark.parametrize(
    "mute",
    [
        {"start": "02:00", "duration_min": 45, "timezone": "Asia/Jakarta"},
        {"start": "23:30", "duration_min": 60, "days": ["sun"], "timezone": "Asia/Jakarta"},
        {"start": "22:00", "duration_min": 3 * 1440 + 150, "days": ["fri", "sat"]},
        {"start": "00:00", "duration_min": 1440},
        {"once": "2026-11-30T23:15", "duration_min": 90, "timezone": "America/New_York"},
    ],
)
def test_the_same_minutes_are_muted(mute):
    """Each five minutes of a fortnight, also over midnight, over the end of a week and of a month."""
    _, alarms = made({"name": "window", **mute})
    [window] = intervals(alarms)
    moments = [BEGIN + 60 * minute for minute in range(0, FORTNIGHT_MIN, 5)]
    here = [is_muted(alarms.mutes, "High5XX", now) for now in moments]

    assert any(here)
    assert [any(covers(one, now) for one in window["time_intervals"]) for now in moments] == here


def test_each_alarm_has_the_windows_that_are_meant_for_it():
    """Those of its own, and those for all."""
    text, _ = made({"name": "night", "start": "02:00"}, {"name": "import", "start": "05:00", "alarms": ["Throttled"]})
    example = yaml.safe_load(text)
    [route] = example["route"]["routes"]
    by_alarm = {
        name: below["mute_time_intervals"]
        for below in route["routes"]
        for name in below["matchers"][0].removeprefix('alertname=~"').removesuffix('"').split("|")
    }

    assert by_alarm["Throttled"] == ["night", "import"]
    assert by_alarm["High4XXErrors"] == by_alarm["Trouble"] == ["night"]
    assert [one["name"] for one in example["time_intervals"]] == ["night", "import"]


@pytest.mark.skipif(
    shutil.which("amtool") is None, reason="amtool is not installed: apt-get install prometheus-alertmanager"
)
def test_amtool_takes_the_windows(tmp_path):
    """And an alert that a window may mute still has its receiver."""
    file = tmp_path / "alertmanager.yml"
    file.write_text(made({"name": "import", "start": "23:30", "alarms": ["Throttled"]})[0])
    asked = ("amtool", "config", "routes", "test", f"--config.file={file}", "notify=oncall", "alertname=Throttled")

    subprocess.run(["amtool", "check-config", file], check=True, capture_output=True)
    assert subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip() == "oncall"
