"""A fault of ours changes nothing for the program: every function of ours that runs inside it raises, in turn."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from outwarden.testing import Hang, Redirect

pytestmark = pytest.mark.integration

HARNESS = Path(__file__).parent / "faults" / "harness.py"


IN_A_CLIENTS_PLACE = re.compile(
    r"_wrap_\w+\.<locals>\.\w+$"  # the wrappers: they call the client, and shield all else that they do
    r"|capture\.httpx:_(A?[Ss]ync)?Stream\.(__iter__|__aiter__|close|aclose|_ended)$"  # bodies on their way to the program
    r"|capture\.reading:_watched\.<locals>\."
)
"""What the program calls instead of its client cannot raise without being seen: each is tested by itself."""

SHIELDS = {
    # Called by the interpreter (a finalizer, a fork) or by the above: one `try` with everything in it, or a line or two.
    "capture.aiohttp:_ended",
    "capture.body:collected",
    "capture.reading:ended",
    "capture.recorder:_Process.forked",
    "event:EventIds.renew",
    "journal.writer:_after_fork_in_child",
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

    def start(what):
        return subprocess.Popen(
            [sys.executable, HARNESS, what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(process, told=()):
        out, err = process.communicate(json.dumps(list(told)), timeout=110)
        assert process.returncode == 0, err
        return json.loads(out)

    def outcomes(names):
        """Give what the program did with each of these raising; two processes share the work."""
        halves = [(start("all"), names[n::2]) for n in range(2)]
        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(lambda half: finish(*half), halves)
        assert one[""] == other[""]
        return one | other

    outcomes.names = lambda: finish(start("list"))
    return outcomes


def test_every_function_raises_in_turn(outcomes):
    """Responses, exceptions, output, exit status: all as without us."""
    names = [name for name in outcomes.names() if name not in SHIELDS and not IN_A_CLIENTS_PLACE.search(name)]
    found = outcomes([*names, *DISASTERS])
    expected = found.pop("")

    assert len(names) > 200
    assert expected["err"] == "the end\n"
    assert "ok (200" in expected["out"]
    assert {name: outcome for name, outcome in found.items() if outcome != expected} == {}
