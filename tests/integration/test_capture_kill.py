"""Real programs, killed and exited in every way: each call that returned is in the journal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from outwarden import tally
from outwarden.apis import builtin
from outwarden.config import units
from outwarden.config.root import Config
from outwarden.event import CallEvent, decode
from outwarden.journal import places
from outwarden.wiring.launch import launch_environment
from outwarden.wiring.settings import Settings, dump

pytestmark = pytest.mark.integration

ROUTE = "/v2/subsectors/"

SWIFT = "from outwarden.journal import writer; writer.SLOW_S = 60.0\n"
"""Begins a program: events that wait for a slow disk would die with it."""


class Program:
    """A Python program below our settings."""

    def __init__(self, folder: Path, **journal) -> None:
        config = msgspec.convert({"journal": {"dir": str(folder / "state"), **journal}}, Config, dec_hook=units.decode)
        self.board = folder / "board"
        tally.create_board(self.board)
        file = folder / "settings.json"
        file.write_bytes(dump(Settings(config=config, profiles=builtin(), board=str(self.board))))
        self.environ = launch_environment(file, os.environ)
        self.journal = places(config).journal

    def start(self, source: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", SWIFT + source, *arguments],
            env=self.environ,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, source: str, *arguments: str) -> str:
        with self.start(source, *arguments) as child:
            try:
                output, _ = child.communicate(timeout=90)
            except BaseException:
                os.killpg(child.pid, signal.SIGKILL)  # with all that it has forked
                raise
        assert child.returncode == 0
        return output

    def events(self) -> list[CallEvent]:
        lines = [line for file in self.journal.glob("*.jsonl") for line in file.read_bytes().split(b"\n")[:-1]]
        return [event for line in lines if isinstance(event := decode(line), CallEvent)]


@pytest.fixture
def program(tmp_path, sectors):  # `sectors` first: it puts its authority into the environment
    return Program(tmp_path)


LOOP = """
import requests, sys, threading
def work(name):
    with requests.Session() as session:
        n = 0
        while True:
            session.get(sys.argv[1], params={"page": f"{name}{n:06d}"}, timeout=10)
            sys.stdout.write(f"{name}{n:06d}\\n"); sys.stdout.flush()
            n += 1
for name in sys.argv[2]:
    threading.Thread(target=work, args=(name,), daemon=True).start()
threading.Event().wait(30)
"""


@pytest.mark.parametrize("after_s", [0.6, 0.9, 1.3])
def test_kill_in_the_middle(program, sectors, after_s):
    """SIGKILL at any moment: what the program knew to have returned is on disk, whole, and once."""
    with program.start(LOOP, sectors.url + ROUTE, "123") as child:
        try:
            returned = [child.stdout.readline().strip() for _ in range(10)]
            time.sleep(after_s)
        finally:
            child.kill()
        returned += child.stdout.read().split("\n")[:-1]

    pages = [event.query.removeprefix("page=") for event in program.events()]
    assert len(returned) > 20
    assert set(returned) <= set(pages)
    assert len(pages) == len(set(pages))


@pytest.mark.parametrize(
    ("ending", "status"),
    [("os._exit(3)", 3), ("os.abort()", -6), ("sys.exit(4)", 4), ("raise KeyboardInterrupt", -2)],
)
def test_every_way_to_end(program, sectors, ending, status):
    """However a program ends, its last call is recorded and its status is its own."""
    source = f"import os, sys, requests; requests.get(sys.argv[1], timeout=10); {ending}"
    with subprocess.Popen(
        [sys.executable, "-c", source, sectors.url + ROUTE], env=program.environ, stderr=subprocess.DEVNULL
    ) as child:
        assert child.wait(60) == status

    assert len(program.events()) == 1


MULTIPROCESSING = """
import multiprocessing, requests, sys
def work(n):
    return requests.get(sys.argv[1], timeout=10).status_code
if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[2]).Pool(3) as pool:
        assert pool.map(work, range(12), chunksize=1) == [403] * 12
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(program, sectors, tmp_path, method):
    """Workers that leave by `os._exit` lose nothing, whichever way they were made."""
    script = tmp_path / "pool.py"
    script.write_text(SWIFT + MULTIPROCESSING)
    subprocess.run([sys.executable, script, sectors.url + ROUTE, method], env=program.environ, check=True, timeout=60)

    assert len(program.events()) == 12


def test_a_call_made_while_threads_fork(program, sectors):
    """Forking in one thread while others call: every process has its own file, and no event is lost or doubled.

    The first call comes before the threads: requests imports `netrc` within it, and a fork during an import hangs the
    child in any Python program (tried without us: 13 of 40).
    """
    source = """
import os, sys, threading, requests
requests.get(sys.argv[1], timeout=10)
def work():
    for _ in range(20):
        requests.get(sys.argv[1], timeout=10)
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
for _ in range(10):
    child = os.fork()
    if child == 0:
        requests.get(sys.argv[1], timeout=10)
        os._exit(0)
    os.waitpid(child, 0)
for thread in threads: thread.join()
"""
    program.run(source, sectors.url + ROUTE)

    events = program.events()
    assert len(events) == len({event.event_id for event in events}) == 71
    assert len({event.call_id for event in events}) == 71


def test_children_that_are_forked_behind_pythons_back(program, sectors):
    """As a server written in C does it: none of Python's handlers runs in them. All events are there, each with an id of its own."""
    source = """
import ctypes, os, sys, requests
for _ in range(5):
    requests.get(sys.argv[1], timeout=10)
children = []
for _ in range(3):
    child = ctypes.PyDLL(None).fork()
    if child == 0:
        break
    children.append(child)
for _ in range(10):
    requests.get(sys.argv[1], timeout=10)
if child == 0:
    os._exit(0)
for child in children:
    os.waitpid(child, 0)
"""
    program.run(source, sectors.url + ROUTE)

    events = program.events()
    assert len(events) == len({event.event_id for event in events}) == 45
    assert len({event.pid for event in events}) == 4


def test_a_signal_handler_that_calls(program, sectors):
    """A handler that makes calls of its own, at any moment of another call, neither hangs nor loses one."""
    source = """
import requests, signal, sys, os
made = []  # a counter could lose a step to the handler
running, over = [], False
def arm():  # not by itself: where a call takes longer than the timer, handlers would nest without end
    if not over:
        signal.setitimer(signal.ITIMER_REAL, 0.021)
def handler(*_):
    running.append(1)
    if len(running) == 1:
        arm()  # it may be interrupted itself, once
    requests.get(sys.argv[1], timeout=10)
    made.append(1)
    running.pop()
    arm()
signal.signal(signal.SIGALRM, handler)
arm()
for _ in range(60):
    requests.get(sys.argv[1], timeout=10)
    made.append(1)
over = True
signal.setitimer(signal.ITIMER_REAL, 0)
print(len(made))
"""
    made = int(program.run(source, sectors.url + ROUTE))

    events = program.events()
    assert len(events) == made > 60
    assert len({event.call_id for event in events}) == made


def test_streams_left_open_are_recorded_at_exit(program, sectors):
    """Bodies that were never read end with the program."""
    source = """
import requests, sys
keep = [requests.get(sys.argv[1], stream=True, timeout=10) for _ in range(5)]
"""
    program.run(source, sectors.url + ROUTE)

    assert [event.status for event in program.events()] == [403] * 5


def test_many_garbage_streams_at_once(program, sectors):
    """Answers in reference cycles are recorded when the collector finds them, from wherever it runs."""
    source = """
import requests, sys, gc
gc.set_threshold(50, 2, 2)
for _ in range(100):
    answer = requests.get(sys.argv[1], stream=True, timeout=10)
    answer.cycle = answer
    del answer
"""
    program.run(source, sectors.url + ROUTE)

    assert len(program.events()) == 100


def test_the_start_costs_little(program):
    """A Python that never calls pays a few milliseconds (a generous bound: the bench has the figures)."""
    took = []
    for environ in (program.environ, os.environ):
        best = float("inf")
        for _ in range(7):
            before = os.times()
            subprocess.run([sys.executable, "-c", "pass"], env=environ, check=True)
            after = os.times()
            best = min(
                best, after.children_user + after.children_system - before.children_user - before.children_system
            )
        took.append(best)

    assert took[0] - took[1] < 0.05


def test_a_timeout_by_signal_reaches_the_program_wherever_it_strikes(program):
    """A handler that raises, at random moments in the middle of our work: the program sees each of its timeouts."""
    told = program.run("""
import random, signal
import requests
from requests.adapters import BaseAdapter
from requests.models import Response

class Instant(BaseAdapter):
    def send(self, request, **_):
        response = Response()
        response.status_code, response.url, response.request, response._content = 200, request.url, request, b"x"
        return response
    def close(self):
        pass

class Timeout(Exception):
    pass

raised = seen = 0
def handler(*_):
    global raised
    raised += 1
    raise Timeout

signal.signal(signal.SIGALRM, handler)
session = requests.Session()
session.mount("http://instant/", Instant())
for _ in range(200):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0008 + random.random() * 0.002)
        for _ in range(400):
            session.get("http://instant/x")
        signal.setitimer(signal.ITIMER_REAL, 0)
    except Timeout:
        seen += 1
print(raised, seen)
""")
    raised, seen = map(int, told.split())

    assert raised == seen > 0
