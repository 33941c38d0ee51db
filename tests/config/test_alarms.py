"""Alarms in config.yaml: the default set, one's own, and one clear line for each mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from outwarden.config import Config
from outwarden.config.alarm_set import alarm_set
from outwarden.config.alarm_text import length, reading
from outwarden.config.load import load
from outwarden.errors import ConfigError

BLOCKS = re.findall(
    r"^```yaml\n(.*?)^```",
    (Path(__file__).parents[2] / "docs" / "alarms.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)
SLOW = (
    "p95 of LatencyMs is more than 5000 in 5 minutes, 3 times in a row; "
    "stays as it was when there is no data; not judged by too few samples"
)


@pytest.fixture
def write(tmp_path):
    """Write a config file and give its path."""

    def _write(text):
        path = tmp_path / "config.yaml"
        path.write_text(text)
        return path

    return _write


def named(config: Config) -> dict:
    """Everything that holds, by name."""
    known = alarm_set(config)
    return {spec.name: spec for spec in (*known.alarms, *known.composites)}


def test_the_default_set_is_there_without_being_written():
    """Ten alarms and one page."""
    assert list(named(Config())) == [
        "High4XXErrors",
        "High5XX",
        "NetworkErrors",
        "ErrorRatio",
        "MostlyFailing",
        "Throttled",
        "LatencyP95",
        "KeyInUrl",
        "SidecarSilent",
        "PipelineBroken",
        "Trouble",
    ]


def test_high_4xx_errors_is_exactly_what_was_asked_for():
    """More than 10 within 5 minutes, quiet without data."""
    alarm = named(Config())["High4XXErrors"]

    assert (alarm.metric, alarm.statistic, alarm.period_s, alarm.threshold) == ("4XXError", "Sum", 300, 10)
    assert (alarm.comparison, alarm.evaluation_periods, alarm.datapoints_to_alarm) == ("GreaterThanThreshold", 1, None)
    assert alarm.treat_missing_data == "notBreaching"


def test_an_own_alarm_takes_the_place_of_the_default_of_its_name(write):
    """Others are added."""
    path = write(
        "alarms:\n"
        "- {name: High5XX, metric: 5XXError, threshold: 3}\n"
        "- {name: Slow, metric: LatencyMs, statistic: p99, threshold: 900}\n"
    )
    known = named(load(path, {}))

    assert known["High5XX"].threshold == 3
    assert list(known)[1] == "High5XX"
    assert known["Slow"].statistic == "p99"
    assert len(known) == 12


def test_the_default_set_can_be_left_out(write):
    """Then only one's own alarms are there."""
    path = write("default_alarms: false\nalarms:\n- {name: Mine, metric: Calls}\n")

    assert list(named(load(path, {}))) == ["Mine"]


def test_children_of_the_page_tell_nobody_by_themselves(write):
    """And everybody under notify is told of the others, unless alarm_notify says who."""
    path = write("notify:\n  desk: {kind: terminal}\n  night: {kind: terminal}\n")
    known = named(load(path, {}))
    assert all(known[name].notify == () for name in ("High5XX", "NetworkErrors", "ErrorRatio", "MostlyFailing"))
    assert (
        known["Trouble"].notify == known["High4XXErrors"].notify == known["SidecarSilent"].notify == ("desk", "night")
    )

    path = write("notify:\n  desk: {kind: terminal}\n  night: {kind: terminal}\nalarm_notify: [night]\n")
    assert named(load(path, {}))["High4XXErrors"].notify == ("night",)


def test_an_slo_becomes_burn_rates_with_a_minimum_of_traffic(write):
    """Two pairs of windows, each a page of its own."""
    path = write("slos:\n- {name: Reports, objective_percent: 99.5, minimum_calls: 50}\n")
    known = named(load(path, {}))

    fast = known["Reports-FastLong"]
    assert (fast.period_s, fast.threshold, fast.notify) == (3600, 7.2, ())
    assert fast.expression == "IF(calls >= 50, 100 * (FILL(e5, 0) + FILL(net, 0)) / calls, 0)"
    assert known["Reports-Fast"].rule == "ALARM(Reports-FastLong) AND ALARM(Reports-FastShort)"
    assert [known[f"Reports-{name}"].period_s for name in ("FastShort", "SlowLong", "SlowShort")] == [300, 21600, 1800]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "alarms: [{name: A, expression: 'errors / calls', metrics: {error: {metric: 5XXError}, calls: {metric: Calls}}}]",
            "alarms[0].expression names errors, which is not under metrics. Did you mean error?",
        ),
        (
            "alarms: [{name: A, expression: 'calls +', metrics: {calls: {metric: Calls}}}]",
            "alarms[0].expression ends where a value was expected",
        ),
        (
            "alarms: [{name: A, expression: 'calls', metrics: {calls: {metric: Calls}, e: {metric: 2XX}}}]",
            "alarms[0].metrics.e is not named in the expression",
        ),
        ("alarms: [{name: A, metric: 4XXErrors}]", "4XXError"),
        ("alarms: [{name: A}]", "alarms[0]: give either metric, or expression with metrics"),
        ("alarms: [{name: A, metric: Calls, statistic: p95}]", "alarms[0].statistic: Calls is counted"),
        ("alarms: [{name: A, metric: Calls, evaluation_periods: 2, datapoints_to_alarm: 3}]", "datapoints_to_alarm"),
        ("alarms: [{name: A, metric: Calls, period_s: 1800, evaluation_periods: 100}]", "more than 86400 seconds"),
        ("alarms: [{name: A, metric: Calls, period_s: 10}]", "alarms[0].period_s"),
        (
            "alarms: [{name: A, metric: Calls, period_s: 600, window: wall_clock}]",
            "alarms[0].period_s: with window wall_clock CloudWatch takes 60, 300, 3600 or 86400",
        ),
        ("alarms: [{name: A, metric: Calls}, {name: A, metric: 2XX}]", "alarms[1].name"),
        ("composites: [{name: C, rule: 'ALARM(High5X)'}]", "Did you mean High5XX?"),
        ("composites: [{name: C, rule: 'ALARM(High5XX) OR'}]", "composites[0].rule"),
        (
            "composites: [{name: C, rule: ALARM(D)}, {name: D, rule: NOT ALARM(C)}]",
            "looks at itself, so it can never settle",
        ),
        ("alarms: [{name: Trouble, metric: Calls}]", "two alarms are called Trouble"),
        ("mutes: [{name: m, alarms: [High5X], start: '10:00'}]", "Did you mean High5XX?"),
        ("mutes: [{name: m, start: '10:00', timezone: Asia/Jakata}]", "mutes[0].timezone"),
        (
            "slos: [{name: S, objective_percent: 90}]",
            "so the alarm could never go off. Take at least 93.1, or an alarm on the share of errors.",
        ),
        ("mutes: [{name: m}]", "mutes[0]: give either start (with days), or once"),
        ("notify: {desk: {kind: terminal}}\nalarm_notify: [dsk]", "Did you mean desk?"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_key(write, text, told):
    """And with the nearest right name, where there is one."""
    with pytest.raises(ConfigError) as caught:
        load(write(text), {})

    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("High4XXErrors", "more than 10 4XXError in 5 minutes; quiet when there is no data"),
        ("Throttled", "more than 0 Throttled in a minute, 2 of 5 times; quiet when there is no data"),
        (
            "LatencyP95",
            SLOW,
        ),
        (
            "SidecarSilent",
            "SampleCount of Heartbeat is less than 1 in a minute, 5 times in a row; goes off when there is no data",
        ),
    ],
)
def test_an_alarm_reads_as_a_sentence(name, text):
    """For `alarms list` and the plan."""
    assert reading(named(Config())[name]) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(60, "a minute"), (300, "5 minutes"), (3600, "an hour"), (21600, "6 hours"), (86400, "a day")]
)
def test_a_length_is_told_in_its_largest_unit(seconds, text):
    """As people say it."""
    assert length(seconds) == text


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split()[0])
def test_each_example_of_the_page_loads(write, block):
    """docs/alarms.md shows what works, and every alarm of the default set."""
    assert alarm_set(load(write(block), {})).alarms


def test_the_page_tells_of_each_default_alarm():
    """By its name, in the table of the default set."""
    page = (Path(__file__).parents[2] / "docs" / "alarms.md").read_text(encoding="utf-8")

    assert all(f"| `{name}` |" in page for name in named(Config()))
