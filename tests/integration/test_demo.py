"""`outwarden demo`, as a new user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]


def demo(*arguments, **environ) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "outwarden", "demo", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environ, check=False, timeout=280)


def test_the_whole_road_holds(tmp_path):
    """Every call is in CloudWatch once, no planted key is anywhere, the alarm fired and its message arrived."""
    ran = demo("--json", "--keep", str(tmp_path / "kept"))
    report = json.loads(ran.stdout)

    assert ran.returncode == 0
    assert report == {
        "calls": 30,
        "events_in_journal": 30,
        "events_in_cloudwatch": 30,
        "secrets_planted": 2,
        "secrets_found": 0,
        "alarm": {"name": "High4XXErrors", "state": "ALARM", "source": "cloudwatch"},
        "notifications": 1,
        "log_group": "SectorsFinancialAPI",
        "log_stream": "APIUsageLogs",
    }


def test_nothing_of_the_users_is_touched(tmp_path):
    """Neither the state directory nor the AWS profile of whoever runs it."""
    ran = demo("--json", AWS_PROFILE="mine", OUTWARDEN_ENV="prod", XDG_STATE_HOME=str(tmp_path / "state"))

    assert ran.returncode == 0
    assert not (tmp_path / "state").exists()


def test_the_steps_are_shown():
    """On standard error, with the summary of the run."""
    ran = demo()

    assert ran.returncode == 0
    assert ran.stdout == ""
    assert "30 of 30 are there, each once" in ran.stderr
    assert "state: ALARM" in ran.stderr
    assert "2 planted, 0 found" in ran.stderr
    assert "All of it held" in ran.stderr


def test_a_folder_that_is_there_is_refused(tmp_path):
    """One line, exit status 2."""
    ran = demo("--keep", str(tmp_path))

    assert ran.returncode == 2
    assert ran.stderr == f"outwarden: demo: cannot make {tmp_path}: File exists. Name a folder that is not there yet.\n"
