"""`outwarden dashboards`."""

from __future__ import annotations

import os
import subprocess
import sys

from click.testing import CliRunner

from outwarden.cli import outwarden


def test_it_writes_what_it_says(tmp_path):
    """How many files and where; the user's own alarms are in them."""
    file = tmp_path / "config.yaml"
    file.write_text("alarms: [{name: Busy, metric: Calls, threshold: 500}]")

    done = CliRunner().invoke(outwarden, ["dashboards", "--out", str(tmp_path / "out"), "--config", str(file)])

    assert done.exit_code == 0
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert f"{len(written)} files in {tmp_path / 'out'}" in done.stderr
    for name in ("overview-cloudwatch.json", "overview-prometheus.json", "prometheus/outwarden.rules.yml"):
        assert "Busy" in (tmp_path / "out" / name).read_text()


def test_without_the_extra_it_says_what_to_install(tmp_path):
    """In one line, with status 2."""
    (tmp_path / "grafana_foundation_sdk.py").write_text("raise ImportError")

    done = subprocess.run(
        [sys.executable, "-m", "outwarden", "dashboards", "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "pip install 'outwarden[provision]'" in line
