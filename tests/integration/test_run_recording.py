"""`outwarden run` says what it saw, and what it could not record; the program runs on whatever happens to us."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from outwarden.cli.own import is_alive
from outwarden.config import Config
from outwarden.event import decode
from outwarden.journal import SidecarLock, places

pytestmark = pytest.mark.integration

OUTWARDEN = (sys.executable, "-m", "outwarden")

CALLS = """
import os, sys, requests
key = os.environ["SECTORS_API_KEY"]
statuses = []
for n in range(int(sys.argv[1])):
    answer = requests.get(f"{os.environ['SECTORS_URL']}/v2/company/report/{'BBCA' if n % 2 == 0 else 'NOPE'}/", headers={"Authorization": key})
    statuses.append(answer.status_code)
print(len(statuses), flush=True)
sys.exit(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
"""


@pytest.fixture
def run(sectors, tmp_path, monkeypatch):
    """Run a program under watch against the local API; gives the process and the JSON summary."""
    monkeypatch.setenv("SECTORS_API_KEY", sectors.key)
    monkeypatch.setenv("SECTORS_URL", sectors.url)
    monkeypatch.setenv("OUTWARDEN_APIS_SECTORS_HOSTS", sectors.netloc)
    summary = tmp_path / "summary.json"

    def _run(*command, options=(), around=(), **more):
        done = subprocess.run(
            [*around, *OUTWARDEN, "run", "--json-summary", str(summary), *options, "--", *command],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
            **more,
        )
        text = summary.read_text() if summary.exists() else ""
        return done, json.loads(text) if text else None

    return _run


def python(program, *arguments):
    return (sys.executable, "-c", program, *map(str, arguments))


def recorded():
    """Read back everything that lies in history and journal, each event once."""
    found = places(Config())
    lines = [
        line
        for folder in (found.journal, found.history)
        for path in folder.glob("*.jsonl")
        for line in path.read_bytes().splitlines()
    ]
    return {event.event_id: event for event in map(decode, lines)}


def test_the_summary_counts_what_the_program_did(run, sectors):
    """Calls, outcomes, routes with their durations; the history holds the same events, and no key is anywhere."""
    swift = "from outwarden.journal import writer; writer.SLOW_S = 60.0"  # a slow disk is counted, too
    done, summary = run(*python(f"{swift}\n{CALLS}", 6))

    assert done.stdout == "6\n"
    assert done.returncode == 0
    assert summary["calls"]["outcomes"] == {"ok": 3, "client_error": 3}
    (route,) = summary["calls"]["routes"]
    assert (route["name"], route["calls"], route["errors"]) == ("GET /v2/company/report/{symbol}/", 6, 3)
    assert 0 < route["p50_ms"] <= route["p95_ms"]
    assert summary["not_shipped"] == {}
    assert summary["notes"] == []
    assert summary["counted"] == {}
    assert len(recorded()) == 6
    assert done.stderr.startswith("outwarden: 6 calls in ")
    everything = done.stderr + json.dumps(summary) + repr(recorded())
    assert sectors.key not in everything


def test_a_key_in_a_url_is_reported(run, sectors):
    """The summary says so, and does not show it."""
    program = "import os, requests; requests.get(os.environ['SECTORS_URL'] + '/v2/subsectors/', params={'apikey': os.environ['SECTORS_API_KEY']})"
    done, summary = run(*python(program))

    assert summary["calls"]["keys_in_urls"] == 1
    assert "1 call had a key in the URL" in done.stderr
    assert sectors.key not in done.stderr


def test_processes_below_the_program_count_too(run):
    """A program that starts and forks others: all their calls, and nobody else's."""
    program = f"""
import os, subprocess, sys
subprocess.run([sys.executable, "-c", {CALLS!r}, "2"], check=True)
import requests
if os.fork() == 0:
    requests.get(os.environ["SECTORS_URL"] + "/v2/subsectors/", headers={{"Authorization": os.environ["SECTORS_API_KEY"]}})
    os._exit(0)
os.wait()
requests.get(os.environ["SECTORS_URL"] + "/v2/subsectors/", headers={{"Authorization": os.environ["SECTORS_API_KEY"]}})
"""
    run(*python(CALLS, 5))
    _, summary = run(*python(program))

    assert summary["processes"] == 3
    assert summary["calls"]["calls"] == 4


def test_several_runs_at_once_each_count_their_own(run, sectors, tmp_path):
    """One of them ships; each waits for its own events, and all are recorded once."""
    outputs = [tmp_path / f"{n}.json" for n in range(3)]
    processes = [
        subprocess.Popen(
            [*OUTWARDEN, "run", "--json-summary", str(output), "--", *python(CALLS, 4 + n)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for n, output in enumerate(outputs)
    ]
    assert [process.wait(timeout=90) for process in processes] == [0, 0, 0]

    assert [json.loads(output.read_text())["calls"]["calls"] for output in outputs] == [4, 5, 6]
    assert [json.loads(output.read_text())["not_shipped"] for output in outputs] == [{}, {}, {}]
    assert len(recorded()) == 15


def test_a_sidecar_that_does_nothing_holds_nobody_up_for_ever(run):
    """Somebody holds the lock and hangs: the run waits for `sidecar.drain`, counts its calls, and says what waits."""
    lock = SidecarLock(places(Config()).lock)
    assert lock.acquire()
    started = time.monotonic()
    done, summary = run(*python(CALLS, 2), env=os.environ | {"OUTWARDEN_SIDECAR_DRAIN": "1"})
    lock.release()

    assert time.monotonic() - started < 20
    assert summary["calls"]["calls"] == 2
    assert "history: 2 events; the next run or sidecar goes on there" in done.stderr


def test_ctrl_c_ends_the_waiting_at_the_end(run, sectors, tmp_path):
    """Whoever does not want to wait for the shipping says so, and gets the summary at once."""
    lock = SidecarLock(places(Config()).lock)
    assert lock.acquire()
    with subprocess.Popen(
        [*OUTWARDEN, "run", "--", *python(CALLS, 2)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OUTWARDEN_SIDECAR_DRAIN": "60"},
    ) as process:
        assert process.stdout.readline() == "2\n"
        time.sleep(1)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, text = process.communicate(timeout=70)
    lock.release()

    assert time.monotonic() - started < 30
    assert process.returncode == 0
    assert text.startswith("outwarden: 2 calls")


@pytest.mark.parametrize("option", ["-I", "-S", "-E"])
def test_a_python_that_switches_us_off_is_told(run, option):
    """The program runs; the summary says that it was not watched, and why."""
    program = "print('ran')"
    done, summary = run(sys.executable, option, "-c", program)

    assert done.stdout == "ran\n"
    assert summary["processes"] == 0
    assert done.stderr.startswith("outwarden: was not watched: the program's Python cannot import outwarden")


def test_an_unwritable_journal(run, tmp_path):
    """The journal cannot be made: the program runs on, and the summary says what is missing."""
    (tmp_path / "file").write_text("")
    done, summary = run(
        *python(CALLS, 3, 6), env=os.environ | {"OUTWARDEN_JOURNAL_DIR": str(tmp_path / "file" / "journal")}
    )

    assert (done.returncode, done.stdout) == (6, "3\n")
    assert summary["counted"]["journal_unwritable"] == 3
    assert "  not recorded: 3 events (journal_unwritable 3)" in done.stderr.splitlines()
    (note,) = summary["notes"]
    assert note.startswith(f"{tmp_path / 'file'}")
    assert note.endswith("Set journal.dir to a directory of yours.")
    assert done.stderr.count(str(tmp_path / "file")) == 1


def test_a_full_disk(run, small_disk, tmp_path):
    """There is no room for the journal any more: the program runs on, and the summary says how many events were not recorded."""
    environ = os.environ | {
        "OUTWARDEN_JOURNAL_DIR": str(tmp_path / "disk"),
        "OUTWARDEN_HISTORY_DIR": str(tmp_path / "history"),
    }
    done, summary = run(*python(CALLS, 400), around=small_disk(tmp_path / "disk", 160), env=environ)

    assert (done.returncode, done.stdout) == (0, "400\n")
    lost = summary["counted"].get("disk_full", 0)
    assert lost > 0
    assert summary["calls"]["calls"] + lost == 400
    assert f"disk_full {lost}" in done.stderr


def test_no_temporary_folder(run):
    """Nothing can be handed over: the program runs unwatched, and the summary says so."""

    def fill_up():
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    done, _ = run(*python("raise SystemExit(9)"), preexec_fn=fill_up)

    assert done.returncode == 9
    assert done.stderr.startswith("outwarden: was not watched")
    assert "no temporary folder can be used" in done.stderr


def test_the_hand_over_is_private_and_gone_afterwards(run, tmp_path):
    """0700, and nothing of it is left."""
    program = "import os; path = os.environ['OUTWARDEN_SETTINGS']; print(oct(os.stat(os.path.dirname(path)).st_mode)[-3:], path)"
    temp = tmp_path / "temp"
    temp.mkdir()
    done, _ = run(*python(program), env=os.environ | {"TMPDIR": str(temp)})

    mode, path = done.stdout.split()
    assert mode == "700"
    assert path.startswith(str(temp))
    assert list(temp.iterdir()) == []


def test_what_a_killed_run_has_left_is_cleared_by_the_next(run, tmp_path):
    """As soon as its program has ended, too."""
    temp = tmp_path / "temp"
    temp.mkdir()
    environ = os.environ | {"TMPDIR": str(temp)}
    program = python("import os; print(os.getpid(), flush=True); input()")
    killed = subprocess.Popen(
        [*OUTWARDEN, "run", "--", *program], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    pid = int(killed.stdout.readline())
    killed.kill()
    killed.wait()
    (left,) = temp.iterdir()
    run(*python("pass"), env=environ)
    assert list(temp.iterdir()) == [left]  # its program lives on
    killed.communicate("\n")
    while is_alive(pid):
        time.sleep(0.05)  # until the orphan has ended
    run(*python("pass"), env=environ)

    assert list(temp.iterdir()) == []


def test_events_on_standard_output(run):
    """`journal.to: stdout`: the lines are the program's output, and nothing is written to this machine."""
    done, summary = run(*python(CALLS, 2), env=os.environ | {"OUTWARDEN_JOURNAL_TO": "stdout"})

    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert sum(line.startswith("{") for line in lines) == 2
    assert summary["history"] is None
    assert not places(Config()).journal.exists()


def test_the_service_is_named_after_the_program(run, tmp_path):
    """The script's name, unless --service or the configuration says another."""
    script = tmp_path / "portfolio.py"
    script.write_text(CALLS)
    run(sys.executable, str(script), "1")
    run(sys.executable, str(script), "1", options=["--service", "mine"])

    assert {event.service for event in recorded().values()} == {"portfolio", "mine"}


def test_an_alarm_that_went_off_is_in_the_summary(run):
    """More than ten 4XX within five minutes: the summary says so, with the numbers."""
    done, summary = run(*python(CALLS, 24))

    (alarm,) = summary["alarms"]
    assert alarm.startswith("High4XXErrors: ")
    assert f"  alarm: {alarm}" in done.stderr.splitlines()


def test_an_outage_is_told_and_loses_nothing(run, tmp_path, free_port):
    """CloudWatch cannot be reached: the program's status stays, the summary says what waits and why."""
    file = tmp_path / "cloud.yaml"
    file.write_text(
        f"sinks: {{cloudwatch: {{region: ap-southeast-3, endpoint_url: 'http://127.0.0.1:{free_port}'}}}}\nsidecar: {{drain: 1s}}"
    )
    done, summary = run(*python(CALLS, 2, 4), options=["--config", str(file)])

    assert done.returncode == 4
    assert summary["not_shipped"] == {"cloudwatch": 2}
    assert any(note.startswith("cloudwatch: AWS cannot be reached") for note in summary["notes"])
    assert len(recorded()) == 2


def test_a_summary_file_that_cannot_be_written_is_told(run, tmp_path):
    """In one line after the summary; the exit status stays the program's."""
    done, _ = run(*python(CALLS, 1, 3), options=("--json-summary", str(tmp_path / "nowhere" / "summary.json")))

    assert done.returncode == 3
    assert done.stderr.splitlines()[-1] == (
        "outwarden: --json-summary: the file cannot be written (No such file or directory). Name another one."
    )


def test_a_summary_file_is_written_where_nobody_listens(tmp_path):
    """Standard error is full; the file is there all the same."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*OUTWARDEN, "run", "--json-summary", str(tmp_path / "s.json"), "--", *python("pass")],
            stderr=full,
            timeout=90,
            check=False,
        )

    assert done.returncode == 0
    assert json.loads((tmp_path / "s.json").read_text())["status"] == 0
