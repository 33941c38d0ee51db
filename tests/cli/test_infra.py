"""`outwarden infra`: what is printed, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest
import yaml
from click.testing import CliRunner
from moto import mock_aws

from outwarden.cli import outwarden
from outwarden.errors import CloudError, UsageError

REGION = "ap-southeast-3"


@pytest.fixture
def infra(tmp_path):
    """Run `outwarden infra …` in an AWS of this process."""
    raw = {
        "service": "portfolio-api",
        "env": "prod",
        "sinks": {"cloudwatch": {"region": REGION}},
        "infra": {"data_protection": "disabled"},  # moto has none
        "notify": {"oncall": {"kind": "sns", "email": ["team@example.org"]}},
        "default_alarms": False,  # moto has no composites either
        "alarms": [{"name": "High4XXErrors", "metric": "4XXError", "notify": ["oncall"]}],
    }

    def run(*words, **changes):
        file = tmp_path / "outwarden.yaml"
        file.write_text(yaml.safe_dump(raw | changes))
        return CliRunner().invoke(outwarden, ["infra", *words, "--config", str(file)])

    with mock_aws():
        yield run


def test_the_exit_status_says_whether_there_is_anything_to_do(infra):
    """1 before apply, 0 after it, 1 again after a change by hand; apply itself is 0 both times."""
    assert infra("plan").exit_code == 1
    assert infra("drift").exit_code == 1
    assert infra("apply").exit_code == 0
    again = infra("apply")
    assert (again.exit_code, again.stdout) == (0, "Nothing to change.\n")
    assert infra("plan").exit_code == 0
    quiet = infra("drift")
    assert (quiet.exit_code, quiet.stdout) == (0, "No drift.\n")

    boto3.client("logs", REGION).put_retention_policy(logGroupName="SectorsFinancialAPI", retentionInDays=3)
    drifted = infra("drift")
    assert (drifted.exit_code, drifted.stdout) == (
        1,
        "update  log group SectorsFinancialAPI: RetentionInDays 3 -> 14\n",
    )


def test_a_plan_reads_every_alarm_out_and_adds_up_the_bill(infra):
    """In words, with the price list that it is from."""
    printed = infra("plan").stdout

    assert "create  alarm High4XXErrors" in printed
    assert "    Threshold: nothing -> 10" in printed.splitlines()
    assert "    KmsMasterKeyId: nothing -> (known after apply)" in printed.splitlines()
    assert "4XXError" in next(line for line in printed.splitlines() if line.strip().startswith("High4XXErrors:"))
    assert "list prices of us-east-1" in printed
    assert "KMS keys" in printed


def test_a_plan_as_json_has_everything(infra):
    """Changes, refusals, readings and cost in one object."""
    plan = json.loads(infra("plan", "--json").stdout)

    assert set(plan) == {"changes", "refused", "alarms", "cost"}
    [alarm] = [one for one in plan["changes"] if one["name"] == "High4XXErrors"]
    assert (alarm["action"], alarm["kind"]) == ("create", "alarm")
    assert {"field": "Threshold", "old": None, "new": 10.0} in alarm["differences"]
    assert plan["cost"]["monthly"] == pytest.approx(sum(item["dollars"] for item in plan["cost"]["items"]))


def test_what_is_somebody_elses_is_refused_with_status_2(infra):
    """Plan shows every refusal, apply says the first and how many more."""
    infra("apply", service="other")

    plan = infra("plan")
    assert plan.exit_code == 2
    assert "refused  alarm High4XXErrors belongs to other/prod" in plan.stdout
    applied = infra("apply").exception  # the command's own frame makes one line and status 2 of it
    assert isinstance(applied, CloudError)
    assert "Nothing was changed. (and" in str(applied)


def test_a_key_is_not_thrown_away_alone(infra):
    """The log group that stays would be unreadable."""
    refused = infra("destroy", "--with-key").exception

    assert isinstance(refused, UsageError)
    assert "--with-key needs --with-log-group" in str(refused)


@pytest.mark.parametrize("form", ["cloudformation", "awscli", "sidecar-policy", "provisioner-policy"])
def test_a_template_needs_neither_aws_nor_a_service(infra, form, monkeypatch):
    """It is printed without credentials; service and region are said at deployment."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    result = infra("template", "--format", form, service=None, sinks={"cloudwatch": {}})

    assert result.exit_code == 0
    assert "SectorsFinancialAPI" in result.stdout


def test_lint_finds_nothing_in_our_own_template(infra):
    """Neither in the one that is checked in nor in the one of a configuration."""
    ours = Path(__file__).parents[2] / "infra" / "cloudformation" / "outwarden.yaml"

    assert CliRunner().invoke(outwarden, ["infra", "lint", str(ours)]).output == "Nothing found.\n"


def test_lint_names_file_line_rule_and_resource(tmp_path):
    """One line for each finding, and exit status 1."""
    file = tmp_path / "alarm.yaml"
    file.write_text("Resources:\n  Mine:\n    Type: AWS::CloudWatch::Alarm\n    Properties: {ActionsEnabled: true}\n")
    told = CliRunner().invoke(outwarden, ["infra", "lint", str(file)])

    assert told.exit_code == 1
    assert told.stdout.startswith(f"{file}:2: no-actions: Mine: ")
    assert CliRunner().invoke(outwarden, ["infra", "lint", str(file), "--ignore", "no-actions"]).exit_code == 0
    as_json = CliRunner().invoke(outwarden, ["infra", "lint", str(file), "--json"])
    assert json.loads(as_json.stdout)["rule"] == "no-actions"


def test_lint_knows_its_rules(tmp_path):
    """A rule that is not there is a mistake of the caller's."""
    with pytest.raises(UsageError, match=r"no-action is no rule\. The rules are: gateway-metric"):
        CliRunner().invoke(outwarden, ["infra", "lint", "x.yaml", "--ignore", "no-action"], catch_exceptions=False)
