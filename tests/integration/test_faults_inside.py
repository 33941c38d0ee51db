"""A fault of ours changes nothing for the program: every function of ours that runs inside it raises, in turn."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from outwarden import tally
from outwarden.apis import builtin
from outwarden.config import Config
from outwarden.testing import Hang, Redirect
from outwarden.wiring.launch import launch_environment
from outwarden.wiring.settings import Settings, dump

pytestmark = pytest.mark.integration

HARNESS = Path(__file__).parent / "faults" / "harness.py"


IN_A_CLIENTS_PLACE = re.compile(
    r"_wrap_\w+\.<locals>\.\w+$"  # the wrappers: they call the client, and shield all else that they do
    r"|capture\.httpx:_(A?[Ss]ync)?Stream\.(__iter__|__aiter__|close|aclose|_ended)$"  # bodies on their way to the program
    r"|capture\.reading:_watched\.<locals>\."
    r"|capture\.late:_(Finder\.find_spec|Loader\.)"  # stand in for the import system's own
    r"|capture\.first_opening:when_opened\.<locals>\.open$"
)
"""What the program calls instead of its client, or Python instead of its importer, cannot raise without being seen: each is tested by itself."""

SHIELDS = {
    # Called by the interpreter (a finalizer, a fork) or by the above: one `try` with everything in it, or a line or two.
    "capture.aiohttp_body:AiohttpBody.__call__",
    "capture.body:collected",
    "capture.reading:ended",
    "capture.urllib3:Urllib3Hook.begins_anew",
    "capture.wire:_left",
    "capture.wire:_left_raising",
    "journal.writer:_after_fork_in_child",
    "process:_after_fork_in_child",
    "tally:_after_fork_in_child",
    "wiring.inside:_after_fork_in_child",
    # What the program calls by name.
    "wiring.inside:install",
    "wiring.inside:try_to_install",
    "wiring.inside:uninstall",
}

DISASTERS = ["slow disk", "full disk", "no directory"]


@pytest.fixture
def outcomes(tmp_path, sectors, monkeypatch):
    """Run the harness, and give what the program did."""
    sectors.faults.add(Redirect("/v2/subsectors/"), path="/faults/redirect", times=None)
    sectors.faults.add(Hang(0.5), path="/faults/hang", times=None)
    monkeypatch.setenv("SECTORS_URL", sectors.url)
    monkeypatch.setenv("SECTORS_API_KEY", sectors.key)
    monkeypatch.setenv("OUTWARDEN_APIS_SECTORS_HOSTS", sectors.netloc)
    monkeypatch.setenv("FAULTS_FOLDER", str(tmp_path))
    monkeypatch.setenv("OUTWARDEN_SINKS_FILE_PATH", str(tmp_path / "shipped.jsonl"))
    monkeypatch.setenv("OUTWARDEN_SIDECAR_LINGER", "1s")

    def start(what):
        return subprocess.Popen(
            [sys.executable, HARNESS, what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(process, told=()):
        out, err = process.communicate(json.dumps(list(told)), timeout=280)
        assert process.returncode == 0, err
        return json.loads(out)

    def outcomes(names):
        """Give what the program did with each of these raising; two processes share the work."""
        halves = [(start("all"), names[n::2]) for n in range(2)]
        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(lambda half: finish(*half), halves)
        return one | other

    outcomes.names = lambda: finish(start("list"))
    return outcomes


@pytest.fixture
def watched_environment(outcomes, tmp_path):
    """Give the environment of a program below `outwarden run`, but for the path to our start file."""
    board, file = tmp_path / "board", tmp_path / "settings.json"
    tally.create_board(board)
    file.write_bytes(dump(Settings(config=Config(), profiles=builtin(), board=str(board))))
    return launch_environment(file, os.environ) | {"PYTHONPATH": ""}


def test_every_function_raises_in_turn(outcomes):
    """Responses, exceptions, output, exit status: all as without us."""
    names = [name for name in outcomes.names() if name not in SHIELDS and not IN_A_CLIENTS_PLACE.search(name)]
    found = outcomes([*names, *DISASTERS])

    assert len(names) > 200
    assert {
        "wiring.shipping:_launch",
        "redact.calls:Calls.line",
        "redact.calls:Calls.whole_line",
        "journal.livefile:LiveFile.write",
    } <= set(names)
    assert found["full disk"][0]["err"] == "the end\n"
    assert found["full disk"][0]["out"].count("(200, ") >= 8
    assert {name: (without, broken) for name, (without, broken) in found.items() if without != broken} == {}


def test_every_function_of_the_start_raises_in_turn(outcomes, watched_environment):
    """A start file, a late import: the client works, and Python prints nothing of ours."""
    done = subprocess.run(
        [sys.executable, HARNESS.with_name("early_harness.py")],
        env=watched_environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    expected = found.pop("")

    assert "wiring.early:begin" in found
    assert "capture.first_opening:when_opened" in found
    assert "SourceFileLoader 4" in expected["out"]
    assert {n: o for n, o in found.items() if o != expected and not IN_A_CLIENTS_PLACE.search(n)} == {}
