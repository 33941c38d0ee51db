"""`sidecar.mode`: who ships for programs that are watched from inside, and when that ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from outwarden.config import Config
from outwarden.journal import SidecarLock, places
from outwarden.testing.cloudwatch import CloudWatchLogs
from outwarden.wiring.companion import LOCK

pytestmark = pytest.mark.integration

CALLS = """
import os, sys, outwarden.auto, requests
for _ in range(int(sys.argv[1])):
    requests.get(os.environ["SECTORS_URL"] + "/v2/subsectors/", timeout=5)
print(*sorted({"boto3", "botocore"} & set(sys.modules)))
"""


NO_CHILD = """
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    pass
"""


class Machine:
    """One journal, one configuration, and the programs on it."""

    def __init__(self, folder):
        self.folder = folder
        self.shipped = folder / "shipped.jsonl"
        self.started = []
        self.configure("process")

    def configure(self, mode, *, sinks="{file: {path: shipped.jsonl}}", **more):
        settings = {"mode": mode, "linger": "400ms", "poll": "50ms", "flush": "50ms", **more}
        (self.folder / "outwarden.yaml").write_text(f"sinks: {sinks}\nsidecar: {json.dumps(settings)}\n")

    def start(self, program=CALLS, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def run(self, program=CALLS, *arguments):
        """Run a program to its end; gives its standard output."""
        process = self.start(program, *arguments)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert err == ""
        return out

    def shipped_ids(self):
        return (
            [json.loads(line)["event_id"] for line in self.shipped.read_text().splitlines()]
            if self.shipped.exists()
            else []
        )

    def companion(self):
        """Give the process id of the companion; None when there is none."""
        return SidecarLock(places(Config()).history / LOCK).holder()

    def status(self):
        """Give what `outwarden status` prints."""
        command = [sys.executable, "-m", "outwarden", "status"]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def wait_for(self, what, timeout_s=20):
        deadline = time.monotonic() + timeout_s
        while not (found := what()):
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.02)
        return found


@pytest.fixture
def machine(tmp_path, sectors, monkeypatch):
    monkeypatch.setenv("SECTORS_URL", sectors.url)
    folder = tmp_path / "machine"
    folder.mkdir()
    found = Machine(folder)
    yield found
    for process in found.started:
        process.kill()
        process.communicate()
    if (companion := found.companion()) is not None:
        os.kill(companion, signal.SIGTERM)
        found.wait_for(lambda: found.companion() is None)


def test_process_delivers_after_the_program_and_ends(machine):
    """The program ends at once, loads no boto3, and has no child left; the companion delivers all, and goes."""
    assert machine.run(f"{CALLS}\n{NO_CHILD}", 3) == "\n"

    machine.wait_for(lambda: len(set(machine.shipped_ids())) == 3)
    machine.wait_for(lambda: machine.companion() is None)
    assert SidecarLock(places(Config()).lock).holder() is None


def test_a_companion_stays_until_its_page_is_told(machine, answering):
    """The program died in an outage that the channel shared: nobody else would tell anybody."""
    told, away = [], [503]

    def answer(path, headers, body):
        told.append(json.loads(body)["name"])
        return away[0], {}, b""

    machine.configure("process", linger="2s")
    with (machine.folder / "outwarden.yaml").open("a") as file:
        file.write(f"notify: {{hook: {{kind: webhook, url: '{answering(answer)}/'}}}}\nalarm_notify: []\n")
        file.write("alarms: [{name: High4XXErrors, metric: 4XXError, notify: [hook]}]\n")
    machine.run(CALLS.replace("/v2/subsectors/", "/v2/nowhere/"), 11)

    machine.wait_for(lambda: told)
    time.sleep(3.5)  # longer than it would linger
    assert machine.companion() is not None
    away[0] = 200
    machine.wait_for(lambda: machine.companion() is None)
    assert told == ["High4XXErrors"] * len(told)


def test_an_image_without_a_shell(machine):
    """The companion detaches itself, and the program has no child left."""
    program = "from outwarden.wiring import shipping; shipping.SHELL = '/no/such/shell'\n" + CALLS
    assert machine.run(f"{program}\n{NO_CHILD}", 3) == "\n"

    machine.wait_for(lambda: len(set(machine.shipped_ids())) == 3)
    machine.wait_for(lambda: machine.companion() is None)


def test_one_companion_for_many_programs(machine):
    """Programs that start at once find each other's, and while one of them lives it stays."""
    waits = CALLS + "\nsys.stdin.read()"
    programs = [machine.start(waits, 2) for _ in range(4)]
    machine.wait_for(lambda: len(set(machine.shipped_ids())) == 8)
    companion = machine.wait_for(machine.companion)
    time.sleep(1.0)  # more than twice as long as it would linger

    assert machine.companion() == companion == SidecarLock(places(Config()).lock).holder()
    shown = subprocess.run(
        [sys.executable, "-m", "outwarden", "status"], cwd=machine.folder, capture_output=True, text=True, check=True
    )
    assert f"companion, process {companion}" in shown.stdout
    for program in programs:
        program.communicate("", timeout=20)
    machine.wait_for(lambda: machine.companion() is None)
    assert len(machine.shipped_ids()) == 8


def test_a_companion_that_is_killed_is_replaced(machine):
    """With the next events; nothing is lost and nothing comes twice."""
    program = """
import os, sys, outwarden.auto, requests
for _ in sys.stdin:
    requests.get(os.environ["SECTORS_URL"] + "/v2/subsectors/", timeout=5)
"""
    process = machine.start(program)
    call = lambda: (process.stdin.write("go\n"), process.stdin.flush())  # noqa: E731
    call()
    machine.wait_for(lambda: len(machine.shipped_ids()) == 1)
    first = machine.companion()
    os.kill(first, signal.SIGKILL)
    machine.wait_for(lambda: machine.companion() is None)
    time.sleep(0.3)  # the program looks after its companion each half of `linger`
    call()

    machine.wait_for(lambda: len(set(machine.shipped_ids())) == 2)
    assert machine.companion() not in {first, None}


def test_forks_need_no_companion_of_their_own(machine):
    """Parent and children share one; what the last child writes is delivered, too."""
    program = """
import os, sys, outwarden.auto, requests
call = lambda: requests.get(os.environ["SECTORS_URL"] + "/v2/subsectors/", timeout=5)
call()
for _ in range(3):
    if os.fork() == 0:
        call()
        os._exit(0)
for _ in range(3):
    os.wait()
"""
    machine.run(program)

    machine.wait_for(lambda: len(set(machine.shipped_ids())) == 4)
    machine.wait_for(lambda: machine.companion() is None)


def test_a_sidecar_beside_goes_first(machine):
    """`outwarden sidecar` sends a companion away; the one that comes after it waits until the sidecar has gone."""
    process = machine.start(CALLS + "\nsys.stdin.read()", 1)
    machine.wait_for(machine.shipped_ids)
    machine.wait_for(machine.companion)
    sidecar = subprocess.Popen(
        [sys.executable, "-m", "outwarden", "sidecar"], cwd=machine.folder, stderr=subprocess.PIPE, text=True
    )
    machine.started.append(sidecar)

    assert "reading" in sidecar.stderr.readline()
    assert SidecarLock(places(Config()).lock).holder() == sidecar.pid
    process.communicate("", timeout=20)


@pytest.mark.parametrize("how", ["return", "sys.exit(3)", "1 / 0"])
def test_thread_delivers_before_the_end(machine, how):
    """All is shipped when the program has ended, however it ended."""
    machine.configure("thread")
    process = machine.start(CALLS.replace("print", "how = print") + ("" if how == "return" else f"\n{how}"), 3)
    process.communicate(timeout=60)

    assert len(set(machine.shipped_ids())) == 3
    assert machine.companion() is None
    assert process.returncode == {"return": 0, "sys.exit(3)": 3, "1 / 0": 1}[how]


def test_thread_gives_up_in_time(machine):
    """A destination that is away holds the end up for `drain`, and no longer; the events stay."""
    machine.configure("thread", sinks="{file: {path: /proc/no/such/place}}", drain="500ms")
    began = time.monotonic()
    machine.run(CALLS, 1)

    assert time.monotonic() - began < 8
    assert len(list(places(Config()).journal.glob("*.jsonl"))) == 1


def test_thread_and_forks(machine):
    """A child leaves the shipping to its parent; its events are delivered while the parent lives."""
    machine.configure("thread")
    program = """
import os, sys, warnings, outwarden.auto, requests
warnings.simplefilter("ignore")
call = lambda: requests.get(os.environ["SECTORS_URL"] + "/v2/subsectors/", timeout=5)
call()
for _ in range(3):
    if os.fork() == 0:
        call()
        os._exit(0)
for _ in range(3):
    os.wait()
call()
"""
    machine.run(program)
    machine.configure("thread")
    machine.run(CALLS, 1)

    assert len(set(machine.shipped_ids())) >= 3
    ids = set(machine.shipped_ids())
    waiting = [line for file in places(Config()).journal.glob("*.jsonl") for line in file.read_text().splitlines()]
    assert len(ids | {json.loads(line)["event_id"] for line in waiting}) == 6


def test_none_leaves_it_to_others(machine):
    """Nothing is started, everything waits."""
    machine.configure("none")
    assert machine.run(CALLS, 2) == "\n"

    assert machine.companion() is None
    assert not places(Config()).history.exists()
    assert machine.shipped_ids() == []


def test_without_destinations_nothing_is_started(machine):
    """Events that go nowhere need nobody."""
    machine.configure("process", sinks="{}")
    machine.run(CALLS, 2)

    assert not places(Config()).history.exists()


def test_a_region_that_is_not_known_is_told(machine):
    """CloudWatch waits for it to be mended; the history goes on."""
    machine.configure("process", sinks="{cloudwatch: {region: nowhere-1}}")
    process = machine.start(CALLS + "\nsys.stdin.read()", 1)

    machine.wait_for(
        lambda: re.search(r"cloudwatch +degraded, 0 events.*'nowhere-1' is not a region", machine.status())
    )
    machine.wait_for(lambda: re.search(r"history +ok, 1 event,", machine.status()))
    process.communicate("", timeout=60)


def test_a_companion_that_cannot_ship_says_why(machine):
    """Its log names what a person must mend, and it does not come back again and again."""
    machine.configure("process", linger="2s")
    with (machine.folder / "outwarden.yaml").open("a") as file:
        file.write("notify: {chat: {kind: webhook, url: 'env:CHAT_ADDRESS'}}\n")  # which is not set
    process = machine.start(CALLS + "\nsys.stdin.read()", 1)
    log = places(Config()).history / "companion.log"
    text = machine.wait_for(lambda: log.exists() and log.read_text())

    machine.wait_for(lambda: f"cannot ship, see {log}" in machine.status())
    assert "notify.chat" in text
    assert "Traceback" not in text
    process.communicate("", timeout=20)
    machine.wait_for(lambda: machine.companion() is None)


@pytest.fixture
def no_credentials(monkeypatch, tmp_path):
    """Take the dummy credentials away; gives the file where they are looked for at each attempt."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    file = tmp_path / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    return file


def log_in(file):
    file.write_text("[default]\naws_access_key_id = testing\naws_secret_access_key = testing\n")


def to_cloudwatch(logs):
    return json.dumps(
        {"cloudwatch": {"region": "eu-west-1", "endpoint_url": logs.url}, "file": {"path": "shipped.jsonl"}}
    )


@pytest.mark.parametrize("mode", ["process", "thread"])
def test_without_credentials_only_cloudwatch_waits(machine, no_credentials, mode):
    """The file and the history get all; with credentials the next program's companion delivers what has waited."""
    with CloudWatchLogs() as logs:
        machine.configure(mode, sinks=to_cloudwatch(logs))
        program = machine.start(CALLS + "\nsys.stdin.read()", 3)
        machine.wait_for(lambda: len(set(machine.shipped_ids())) == 3)
        shown = machine.wait_for(lambda: why_cloudwatch_waits(machine))
        assert shown.startswith("No usable AWS credentials were found")
        program.communicate("", timeout=60)
        assert program.returncode == 0
        if (companion := machine.companion()) is not None:
            os.kill(companion, signal.SIGTERM)
            machine.wait_for(lambda: machine.companion() is None)
            log = (places(Config()).history / "companion.log").read_text()
            assert log.count("Handing events on fails") == log.count("No usable AWS credentials were found") == 1
        assert events(logs) == []
        log_in(no_credentials)
        program = machine.start(CALLS + "\nsys.stdin.read()", 1)
        machine.wait_for(lambda: len(events(logs)) == 4)
        program.communicate("", timeout=60)

        assert sorted(json.loads(line)["event_id"] for line in events(logs)) == sorted(machine.shipped_ids())


def events(logs):
    """Give what the stream of events holds; metrics have one of their own."""
    return [one.message for one in logs.events("SectorsFinancialAPI", "APIUsageLogs")]


def why_cloudwatch_waits(machine):
    done = subprocess.run(
        [sys.executable, "-m", "outwarden", "status", "--json"], cwd=machine.folder, capture_output=True, check=False
    )
    rows = {row["consumer"]: row for row in json.loads(done.stdout)["health"]}
    return rows.get("cloudwatch", {}).get("last_error")


def test_a_run_without_credentials_says_so_and_keeps_the_rest(machine, no_credentials):
    """History, alarms and the file work; the reason stands in the summary once; the next run delivers all."""
    with CloudWatchLogs() as logs:
        machine.configure("none", sinks=to_cloudwatch(logs))
        first = run_below_outwarden(machine, "/v2/no/such/route/", 11)
        assert events(logs) == []
        log_in(no_credentials)
        second = run_below_outwarden(machine, "/v2/subsectors/", 1)

        assert sorted(json.loads(line)["event_id"] for line in events(logs)) == sorted(machine.shipped_ids())
        assert len(events(logs)) == 12
    assert "11 calls in " in first
    assert "  alarm: High4XXErrors" in first
    assert "  not yet handled by cloudwatch: 11 events" in first
    assert first.count("No usable AWS credentials were found") == 1
    assert "No usable AWS" not in second
    assert "not yet handled" not in second


def run_below_outwarden(machine, path, calls):
    """Give what the command says at the end."""
    program = (
        f"import os, requests\nfor _ in range({calls}): requests.get(os.environ['SECTORS_URL'] + '{path}', timeout=5)"
    )
    done = subprocess.run(
        [sys.executable, "-m", "outwarden", "run", "--", sys.executable, "-c", program],
        cwd=machine.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stderr
