"""The sample program does what the demonstration needs, on every run."""

import json
import os
import secrets
import subprocess
import sys
from collections import Counter
from pathlib import Path

from outwarden.testing import Latency, RateLimit

PROGRAM = Path(__file__).parents[2] / "examples" / "portfolio.py"


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, PROGRAM, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_makes_the_calls_that_it_promises(sectors, tmp_path):
    """30 calls, 16 of them 4XX, one timeout, one key in a URL; no key in its output; the rate limit is respected."""
    sectors.limits.rate = RateLimit()
    sectors.faults.add(Latency(3), path="/v2/free-float/")
    old_key = secrets.token_hex(32)

    done = run(
        "--count",
        str(tmp_path / "count.json"),
        SECTORS_URL=sectors.url,
        SECTORS_API_KEY=sectors.key,
        SECTORS_OLD_KEY=old_key,
    )

    assert done.returncode == 0
    assert json.loads((tmp_path / "count.json").read_text()) == {"calls": len(sectors.seen)} == {"calls": 30}
    assert Counter(seen.status for seen in sectors.seen) == {200: 14, 400: 12, 404: 2, 410: 1, 403: 1}
    assert [seen.path for seen in sectors.seen if old_key in seen.query] == ["/v2/subsectors/"]
    assert "/v2/free-float/: ReadTimeout" in done.stderr
    assert done.stdout.splitlines()[-1].startswith("total")
    assert not [key for key in (sectors.key, old_key) if key in done.stdout + done.stderr]


def test_survives_an_api_that_is_away(free_port, tmp_path):
    """With nobody listening it still ends well, with the same number of calls."""
    done = run(
        "--count",
        str(tmp_path / "count.json"),
        SECTORS_URL=f"https://127.0.0.1:{free_port}",
        SECTORS_API_KEY=secrets.token_hex(32),
    )

    assert done.returncode == 0
    assert json.loads((tmp_path / "count.json").read_text()) == {"calls": 30}


def test_needs_a_key():
    """Without a key there is one line and status 2."""
    done = run()

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "portfolio: SECTORS_API_KEY is not set\n"
