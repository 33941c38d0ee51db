"""Grafana's own TypeScript types, as a judge of our dashboards."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NODE = ROOT / ".node-judges"
JUDGE = ROOT / "tests" / "judges" / "dashboards" / "judge.py"

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        shutil.which("node") is None or not (NODE / "judges.done").exists(),
        reason="Grafana's types are not installed: make judge-dashboards (needs node and npm)",
    ),
]


@pytest.mark.parametrize(
    ("source", "where", "found"),
    [
        ("cloudwatch", ("targets", 0, "metricNme"), "metricNme"),
        ("cloudwatch", ("fieldConfig", "defaults", "unitt"), "unitt"),
        ("prometheus", ("options", "colorMod"), "colorMod"),
        ("prometheus", ("gridPos", "width"), "width"),
    ],
)
def test_a_typo_is_noticed(tmp_path, source, where, found):
    """The judge is worth asking."""
    board = json.loads((ROOT / "dashboards" / f"overview-{source}.json").read_text())
    *path, last = where
    place = board["panels"][1]
    for step in path:
        place = place[step]
    place[last] = "x"
    file = tmp_path / f"typo-{last}.json"
    file.write_text(json.dumps(board))

    said = subprocess.run([sys.executable, JUDGE, NODE, file], capture_output=True, text=True, check=False)
    (NODE / f"{file.stem}.check.ts").unlink()

    assert said.returncode != 0
    assert found in said.stdout
