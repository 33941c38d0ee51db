"""Prometheus rules, judged by promtool."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from outwarden.config import Config
from outwarden.config.alarm_set import alarm_set
from outwarden.config.load import build as configuration
from outwarden.provision.boards.files import files
from outwarden.provision.prometheus.rules import rules

HERE = Path(__file__).parent
ROOT = HERE.parent.parent.parent

promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed: apt-get install prometheus"
)


def run(*command) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def written(config: Config, folder: Path) -> Path:
    for name, text in files(config).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / "prometheus"


@promtool
@pytest.mark.integration
def test_rules_and_their_tests_pass_promtool(tmp_path):
    """Also those of a user with metric math, percentiles, an SLO, M of N and text that looks like a template."""
    own = [
        {"name": "Slow", "metric": "LatencyMs", "statistic": "p99.9", "threshold": 900, "evaluation_periods": 3},
        {"name": "Mean", "metric": "LatencyMs", "statistic": "Average", "threshold": 100},
        {
            "name": "Busy",
            "metric": "Calls",
            "statistic": "SampleCount",
            "threshold": 2.5,
            "todo": "{{ nothing }} to do",
        },
        {"name": "Quiet", "metric": "Calls", "comparison": "LessThanThreshold", "treat_missing_data": "breaching"},
        {
            "name": "Odd",
            "expression": "IF(a > 5 AND b < 2 OR a == 0, -a / (b + 1), FILL(b, 3) * 2)",
            "metrics": {"a": {"metric": "Calls"}, "b": {"metric": "5XXError"}},
        },
    ]
    config = configuration(
        {
            "alarms": own,
            "composites": [
                {"name": "Both", "rule": "ALARM(Slow) AND NOT (OK(Busy) OR INSUFFICIENT_DATA(Mean)) AND TRUE"}
            ],
            "slos": [{"name": "api", "objective_percent": 99.5}],
            "notify": {"oncall": {"kind": "webhook", "url": "env:HOOK"}},
        },
        "test",
    )
    folder = written(config, tmp_path)

    run("promtool", "check", "rules", folder / "outwarden.rules.yml")
    run("promtool", "test", "rules", folder / "outwarden.test.yml")
    run("promtool", "check", "config", folder / "prometheus.example.yml")


@promtool
@pytest.mark.integration
@pytest.mark.parametrize(
    "changed",
    [
        (" > bool 10", " > bool 9"),
        (" > bool 10", " > bool 11"),
        ("> time() - 300", "> time() - 0"),
    ],
)
def test_the_tests_notice_a_broken_rule(tmp_path, changed):
    """A test that cannot fail proves nothing."""
    folder = written(Config(), tmp_path)
    file = folder / "outwarden.rules.yml"
    made = yaml.safe_load(file.read_text())
    assert any(changed[0] in rule["expr"] for rule in made["groups"][0]["rules"])
    for rule in made["groups"][0]["rules"]:
        rule["expr"] = rule["expr"].replace(*changed)
    file.write_text(yaml.safe_dump(made))
    shutil.copy(HERE / "cases.yml", folder / "cases.yml")
    both = (folder / "outwarden.test.yml", folder / "cases.yml")
    done = subprocess.run(["promtool", "test", "rules", *both], capture_output=True, text=True, check=False)

    assert "FAILED" in done.stdout + done.stderr


@promtool
def test_what_increase_gets_wrong_is_right_here(tmp_path):
    """The cases of cases.yml: unaligned moments, first sights, restarts, ratios, percentiles, composites, silence."""
    folder = written(Config(), tmp_path)
    shutil.copy(HERE / "cases.yml", folder / "cases.yml")

    run("promtool", "test", "rules", folder / "cases.yml")


@pytest.mark.skipif(
    shutil.which("amtool") is None, reason="amtool is not installed: apt-get install prometheus-alertmanager"
)
def test_amtool_takes_the_example(tmp_path):
    """With a receiver for each channel."""
    hooks = {name: {"kind": "webhook", "url": "env:HOOK"} for name in ("oncall", "chat")}
    folder = written(configuration({"notify": hooks}, "test"), tmp_path)

    run("amtool", "check-config", folder / "alertmanager.example.yml")
    to = run(
        "amtool",
        "config",
        "routes",
        "test",
        f"--config.file={folder / 'alertmanager.example.yml'}",
        "notify=chat,oncall",
    )
    assert to.strip() == "chat,oncall"


def test_every_alarm_becomes_a_rule_with_its_words():
    """Severity, who is told, what to do; nothing is told twice by a composite and its parts."""
    config = configuration({"notify": {"oncall": {"kind": "webhook", "url": "env:HOOK"}}}, "test")
    made = {rule["alert"]: rule for rule in rules(alarm_set(config))["groups"][0]["rules"] if "alert" in rule}

    alarms = alarm_set(config)
    assert set(made) == {one.name for one in (*alarms.alarms, *alarms.composites)}
    assert made["High4XXErrors"]["labels"] == {"severity": "page", "notify": "oncall"}
    assert made["High5XX"]["labels"]["notify"] == "nobody"
    assert made["Trouble"]["labels"]["notify"] == "oncall"
    assert "more than 10 4XXError in 5 minutes" in made["High4XXErrors"]["annotations"]["summary"]
    assert "outwarden tail --errors" in made["High4XXErrors"]["annotations"]["description"]
