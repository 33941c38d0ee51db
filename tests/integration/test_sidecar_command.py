"""`outwarden sidecar` in the foreground: one at a time, ships, and ends when it is told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from outwarden.config import Config
from outwarden.event import SCHEMA, CallEvent, ids, timestamp
from outwarden.journal import Journal, places

pytestmark = pytest.mark.integration

OUTWARDEN = (sys.executable, "-m", "outwarden")


@pytest.fixture
def sidecar(tmp_path):
    """Start sidecars that ship to a file, and end them."""
    file = tmp_path / "config.yaml"
    file.write_text("sinks: {file: {path: shipped.jsonl}}\nsidecar: {flush: 100ms, listen: '127.0.0.1:0'}")
    started = []

    def _sidecar():
        process = subprocess.Popen(
            [*OUTWARDEN, "sidecar", "--config", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield _sidecar
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def journal():
    """A journal with one event."""
    opened = Journal(places(Config()).journal, "app")
    opened.append(
        CallEvent(
            ts=timestamp(time.time()),
            event_id=ids.new(),
            call_id=ids.new(),
            attempt=1,
            api="sectors",
            method="GET",
            host="api.sectors.app",
            outcome="ok",
            status=200,
            service="app",
            env="dev",
            pid=1,
            schema=SCHEMA,
        )
    )
    yield opened
    opened.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ships_until_it_is_told_to_end(sidecar, journal, tmp_path, number):
    """One line says what it does; the event arrives; the signal ends it with status 0."""
    process = sidecar()
    first = process.stderr.readline()
    shipped = tmp_path / "shipped.jsonl"
    deadline = time.monotonic() + 60
    while not (shipped.exists() and shipped.read_bytes().endswith(b"\n")) and time.monotonic() < deadline:
        time.sleep(0.05)

    process.send_signal(number)
    _, rest = process.communicate(timeout=60)

    assert first.startswith(f"outwarden sidecar: reading {places(Config()).journal}, history in ")
    assert f"shipping to {shipped}" in first
    assert rest == ""
    assert json.loads(shipped.read_text())["service"] == "app"
    assert process.returncode == 0


def test_a_second_one_is_refused_and_status_names_the_first(sidecar):
    """One line, status 2; what the first does goes on."""
    first = sidecar()
    first.stderr.readline()
    second = sidecar()
    _, text = second.communicate(timeout=60)
    seen = json.loads(subprocess.run([*OUTWARDEN, "status", "--json"], capture_output=True, check=True).stdout)

    assert second.returncode == 2
    assert text == (
        f"outwarden: sidecar: another sidecar ships {places(Config()).journal} already (process {first.pid}). "
        "Stop that one first.\n"
    )
    assert seen["sidecar_pid"] == first.pid


def test_a_run_leaves_the_shipping_to_it(sidecar, sectors, monkeypatch, tmp_path):
    """While a sidecar is at work, `run` waits until its events are handled there."""
    monkeypatch.setenv("OUTWARDEN_APIS_SECTORS_HOSTS", sectors.netloc)
    process = sidecar()
    process.stderr.readline()
    program = f"import requests; requests.get('{sectors.url}/v2/subsectors/')"
    summary = tmp_path / "summary.json"
    subprocess.run(
        [*OUTWARDEN, "run", "--json-summary", str(summary), "--", sys.executable, "-c", program],
        capture_output=True,
        check=True,
    )

    found = json.loads(summary.read_text())
    assert found["calls"]["calls"] == 1
    assert found["not_shipped"] == {}
    assert (tmp_path / "shipped.jsonl").read_bytes().count(b"\n") == 1
    assert process.poll() is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("journal: {to: stdout}", "outwarden: sidecar: journal.to is stdout, so there are no files to read."),
        ("sinks: {cloudwatch: {region: nowhere-1}}", "is not a region that this AWS SDK knows"),
        ("journal: {dir: /dev/null/journal}", "outwarden: /dev/null/journal: cannot be made"),
    ],
)
def test_what_cannot_work_is_told_in_one_line(tmp_path, text, message):
    """Status 2, no traceback."""
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    done = subprocess.run(
        [*OUTWARDEN, "sidecar", "--config", str(file)], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert message in line


def test_without_credentials_it_does_not_begin(tmp_path, monkeypatch):
    """A person has started it, and can mend them now: status 2 and one line."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    file = tmp_path / "config.yaml"
    file.write_text("sinks: {cloudwatch: {region: eu-west-1}}")
    done = subprocess.run(
        [*OUTWARDEN, "sidecar", "--config", str(file)], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("outwarden: No usable AWS credentials were found")
