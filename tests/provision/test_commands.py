"""Model -> AWS CLI commands, run by a real shell; tests/integration runs them with the real AWS CLI."""

from __future__ import annotations

import json
import subprocess

import pytest

from outwarden.provision.commands import awscli
from outwarden.provision.model import model

AWS = """#!/usr/bin/env python3
import json, os, sys
with open(os.environ["SEEN"], "a") as seen:
    print(json.dumps(sys.argv[1:]), file=seen)
if "get-caller-identity" in sys.argv:
    print("123456789012" if "Account" in sys.argv else "arn:aws:sts::123456789012:user/x")
elif "create-key" in sys.argv:
    print("arn:aws:kms:ap-southeast-3:123456789012:key/1234")
elif "create-queue" in sys.argv:
    print("https://sqs.example.com/q")
"""


@pytest.fixture
def run(configure, tmp_path):
    """Run the commands with an `aws` that writes down what it is told; give that, by command."""

    def go(environment=(), aws=AWS, **changes):
        config = configure(**changes)
        (tmp_path / "aws").write_text(aws)
        (tmp_path / "aws").chmod(0o700)
        script = tmp_path / "commands.sh"
        script.write_text(awscli(model(config), config))
        seen = tmp_path / "seen"
        path = {"PATH": f"{tmp_path}:/usr/local/bin:/usr/bin:/bin", "SEEN": str(seen)}
        done = subprocess.run(["sh", script], env=path | dict(environment), capture_output=True, text=True, check=False)
        calls = [json.loads(line) for line in seen.read_text().splitlines()] if seen.exists() else []
        return {call[1]: options(call[2:]) for call in calls}, done

    return go


def options(words):
    """Give the values of each option."""
    found = {}
    for word in words:
        if word.startswith("--"):
            last = found.setdefault(word.removeprefix("--"), [])
        else:
            last.append(word)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def test_the_alarm_arrives_whole(run):
    """Every value as in the model, with the account and the names of this deployment in it."""
    calls, _ = run(
        alarms=[{"name": "High4XXErrors", "metric": "4XXError", "notify": ["oncall"]}],
        infra={"dead_letters": "disabled"},
    )
    alarm = calls["put-metric-alarm"]

    assert alarm["alarm-name"] == "High4XXErrors"
    assert json.loads(alarm["dimensions"]) == [
        {"Name": "Environment", "Value": "prod"},
        {"Name": "Service", "Value": "portfolio-api"},
    ]
    assert alarm["alarm-actions"] == "arn:aws:sns:ap-southeast-3:123456789012:NotifyTeam"
    assert (alarm["threshold"], alarm["period"], alarm["no-actions-enabled"]) == ("10", "300", [])
    assert calls["enable-alarm-actions"]["alarm-names"] == "High4XXErrors"
    assert json.loads(calls["create-key"]["policy"])["Statement"][0]["Principal"] == {
        "AWS": "arn:aws:iam::123456789012:root"
    }
    assert calls["create-log-group"]["kms-key-id"] == "arn:aws:kms:ap-southeast-3:123456789012:key/1234"


@pytest.mark.parametrize("text", ['it\'s "$HOME" `id` $(id) \\ ${HOME} !', "a\nb; rm -rf x"])
def test_nothing_that_somebody_wrote_is_read_by_the_shell(run, text):
    """Quotes, variables and commands in a text are just that text."""
    calls, done = run(alarms=[{"name": "A", "metric": "4XXError", "todo": text}], infra={"dead_letters": "disabled"})

    assert done.returncode == 0, done.stderr
    assert calls["put-metric-alarm"]["alarm-description"].endswith(" ".join(text.split()))


def test_a_secret_address_comes_from_the_environment(run):
    """Without it nothing is done; with it, it stands in the one call that needs it, and not in the script."""
    notify = {"oncall": {"kind": "sns", "https": ["env:PAGERDUTY_URL"]}}
    calls, done = run(notify=notify)
    assert done.returncode != 0
    assert "PAGERDUTY_URL" in done.stderr
    assert not {name for name in calls if name.startswith(("create", "put"))}

    calls, done = run({"PAGERDUTY_URL": "https://events.example.com/made-up"}.items(), notify=notify)
    assert done.returncode == 0, done.stderr
    assert calls["subscribe"]["notification-endpoint"] == "https://events.example.com/made-up"


def test_it_stops_at_the_first_command_that_fails(run):
    """What comes after needs what came before."""
    calls, done = run(aws=f"{AWS}elif 'create-log-group' in sys.argv:\n    sys.exit(1)\n")

    assert done.returncode == 1
    assert "create-log-group" in calls
    assert "create-topic" not in calls
