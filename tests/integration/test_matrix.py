"""Delivered events: 100 %, for every client and outcome, on every way in, in every process model.

Each program makes all the calls of `matrix/calls.py` in each of its processes, and writes down each one that has
returned. The journal and the history must hold exactly these events, and exactly these must arrive: from `run`'s own
sidecar, or from the companion process of programs that watch themselves.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from outwarden.config import Config
from outwarden.event import CallEvent, decode
from outwarden.journal import SidecarLock, places
from outwarden.testing import Hang, Redirect, Refusal, Reset, SlowBody, Truncated
from outwarden.wiring.companion import LOCK
from outwarden.wiring.early import CLIENTS

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent / "matrix"
BIN = Path(sys.executable).parent
ASYNCHRONOUS = {"aiohttp"}


class Matrix:
    """What was expected, and what is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.expected_file = folder / "expected.jsonl"

    def run(self, way: str, *command: object, **environ: str) -> None:
        """Run a program to its end on one of the ways in."""
        with self.start(way, *command, **environ) as process:
            assert process.wait(timeout=60) == 0

    def start(self, way: str, *command: object, **environ: str) -> subprocess.Popen[bytes]:
        wrapper = (sys.executable, "-m", "outwarden", "run", "--") if way == "run" else ()
        return subprocess.Popen(
            [*wrapper, *map(str, command)],
            cwd=HERE,
            env={**os.environ, "MATRIX_WAY": way, "PYTHONPATH": str(HERE), **environ},
            stdin=subprocess.DEVNULL,
        )

    def expected(self) -> Counter[tuple[int, str, int | None]]:
        lines = self.expected_file.read_text().splitlines() if self.expected_file.exists() else []
        notes = map(json.loads, lines)
        return Counter((note["pid"], *event) for note in notes for event in note["events"])

    def delivered(self) -> Counter[tuple[int, str, int | None]]:
        """Read back all events, each once, wherever they lie."""
        found = places(Config())
        files = [path for folder in (found.journal, found.history) for path in folder.glob("*.jsonl")]
        lines = {line for path in files for line in path.read_bytes().splitlines()}
        events = [event for line in lines if isinstance(event := decode(line), CallEvent)]
        assert len({event.event_id for event in events}) == len(events)
        return Counter((event.pid, event.outcome, event.status) for event in events)

    def shipped(self) -> Counter[tuple[int, str, int | None]]:
        """Read what was shipped, once whoever ships has done its work."""
        companion = SidecarLock(places(Config()).history / LOCK)
        deadline = time.monotonic() + 60
        while companion.holder() is not None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        lines = set((self.folder / "shipped.jsonl").read_bytes().splitlines())
        return Counter((event.pid, event.outcome, event.status) for event in map(decode, lines))

    def check(self, *, processes: int, daemon: bool = False) -> None:
        expected = self.expected()
        assert len({pid for pid, _, _ in expected}) == processes
        assert self.delivered() == expected
        if not daemon:  # below `run` it is on its own: the next sidecar ships what it has written
            assert self.shipped() == expected


@pytest.fixture
def matrix(tmp_path, sectors, monkeypatch):
    for path, fault in {
        "/matrix/503": Refusal(503),
        "/matrix/hang": Hang(0.5),
        "/matrix/reset": Reset(),
        "/v2/subindustries/": Truncated(),
        "/matrix/redirect": Redirect("/v2/subsectors/"),
        "/v2/industries/": SlowBody(0.02, pieces=3),
    }.items():
        sectors.faults.add(fault, path=path, times=None)
    monkeypatch.setenv("SECTORS_URL", sectors.url)
    monkeypatch.setenv("SECTORS_API_KEY", sectors.key)
    monkeypatch.setenv("OUTWARDEN_APIS_SECTORS_HOSTS", sectors.netloc)
    monkeypatch.setenv("MATRIX_CLIENTS", ",".join(CLIENTS))
    folder = tmp_path / "matrix"
    folder.mkdir()
    found = Matrix(folder)
    monkeypatch.setenv("MATRIX_EXPECTED", str(found.expected_file))
    monkeypatch.setenv("OUTWARDEN_SINKS_FILE_PATH", str(folder / "shipped.jsonl"))
    monkeypatch.setenv("OUTWARDEN_SIDECAR_LINGER", "400ms")
    monkeypatch.setenv("OUTWARDEN_SIDECAR_FLUSH", "100ms")
    return found


@pytest.mark.parametrize("way", ["run", "auto", "opentelemetry"])
def test_one_process(matrix, way):
    """Every client and every outcome, one after the other and, where that is its nature, at once."""
    quiet = dict.fromkeys(("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_LOGS_EXPORTER"), "none")
    wrapper = (BIN / "opentelemetry-instrument",) if way == "opentelemetry" else ()
    matrix.run(way, *wrapper, sys.executable, HERE / "program.py", "plain", **quiet)

    matrix.check(processes=1)


@pytest.mark.parametrize(
    ("way", "model", "processes"),
    [
        ("auto", "forks", 3),
        ("auto", "threads", 1),
        ("auto", "mp-fork", 3),
        ("auto", "mp-spawn", 3),
        ("run", "mp-spawn", 3),
        ("auto", "mp-forkserver", 3),
        ("auto", "pool", 2),
    ],
)
def test_children_and_threads(matrix, way, model, processes):
    """Forks that end by `os._exit` straight after their call, the three starts of multiprocessing, pools, threads."""
    matrix.run(way, sys.executable, HERE / "program.py", model)

    matrix.check(processes=processes)


@pytest.mark.parametrize("way", ["run", "auto"])
def test_a_daemon(matrix, way):
    """It takes our descriptors away, again and again: no event is lost, and not one byte of ours is in its files."""
    matrix.run(way, sys.executable, HERE / "program.py", "daemonised")
    done = matrix.folder / "daemon-is-done"
    deadline = time.monotonic() + 60
    while not done.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)

    assert done.read_text() == ""
    matrix.check(processes=2, daemon=way == "run")


@pytest.mark.parametrize(
    ("way", "options"),
    [
        ("auto", ()),
        ("run", ("--preload",)),
        ("auto", ("--worker-class", "gevent")),
        ("run", ("--worker-class", "gevent")),
    ],
    ids=["auto-prefork", "run-preload", "auto-gevent", "run-gevent"],
)
def test_gunicorn(matrix, free_port, way, options):
    """Workers that are forked before and after the program was imported, and greenlets."""
    clients = [client for client in CLIENTS if client not in ASYNCHRONOUS] if "gevent" in options else list(CLIENTS)
    command = (BIN / "gunicorn", "--workers", 2, "--bind", f"127.0.0.1:{free_port}", "--log-level", "error", *options)
    with matrix.start(way, *command, "service:app", MATRIX_CLIENTS=",".join(clients)) as process:
        try:
            served: set[int] = set()
            deadline = time.monotonic() + 60
            while len(served) < 2 and time.monotonic() < deadline:
                served |= ask(free_port)
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0

    matrix.check(processes=2)


def ask(port: int) -> set[int]:
    """Have one worker make all its calls; gives its process id, none when nobody is there yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Connection": "close"})
        return {int(connection.getresponse().read())}
    except (ConnectionError, http.client.HTTPException):
        time.sleep(0.05)
        return set()
    finally:
        connection.close()


@pytest.mark.parametrize("way", ["run", "auto"])
def test_celery(matrix, way):
    """A prefork worker whose children are replaced after each task: all of their events are there."""
    queue = matrix.folder / "queue"
    queue.mkdir()
    environ = {"MATRIX_QUEUE": str(queue)}
    matrix.run("none", sys.executable, HERE / "tasks.py", "send", 3, **environ)
    options = (
        "--concurrency",
        2,
        "--max-tasks-per-child",
        1,
        "--loglevel",
        "error",
        "--without-gossip",
        "--without-mingle",
    )
    with matrix.start(way, BIN / "celery", "--app", "tasks", "worker", *options, **environ) as process:
        try:
            deadline = time.monotonic() + 60
            while len(list(matrix.folder.glob("done-*"))) < 3:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0

    matrix.check(processes=3)
