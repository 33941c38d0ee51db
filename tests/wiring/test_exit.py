"""The end of a program, in its several kinds: nothing is lost, nothing is held up."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from outwarden.event import decode

REPORT = "/v2/company/report/BBCA/"
ENDS = ["os._exit(3)", "os.kill(os.getpid(), 9)", "sys.exit(3)", "os.abort()"]


@pytest.mark.parametrize("end", ENDS)
def test_the_line_on_standard_output_is_out_before_the_call_returns(watched, sectors, end):
    """Whatever ends the program right after: Lambda and Fargate freeze it, others kill it."""
    watched.raw["journal"]["to"] = "stdout"
    program = f"import os, sys, requests; requests.get(sys.argv[1], timeout=5); {end}"
    done = watched.run("-c", program, sectors.url + REPORT)

    assert [decode(line.encode()).status for line in done.stdout.splitlines()] == [403]


def test_calls_at_the_very_end(watched, sectors):
    """Calls in exit handlers that ran before and after ours, in a thread that outlives the main one, and a stream that nobody closed."""
    program = """
import atexit, sys, threading, time, requests
url = sys.argv[1]
atexit.register(requests.get, url, timeout=5)
kept = requests.get(url, timeout=5, stream=True)
atexit.register(requests.get, url, timeout=5)
main = threading.main_thread()
def late():
    main.join()
    requests.get(url, timeout=5)
threading.Thread(target=late).start()
"""
    done = watched.run("-c", program, sectors.url + REPORT)

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    assert [event.status for event in watched.events] == [403] * 4


@pytest.mark.parametrize("where", ["work()", "child(work)"])
def test_what_waits_for_a_slow_disk_is_written_at_the_end(watched, sectors, where):
    """Events that a slow disk made wait in memory are on it when the interpreter, or a child of multiprocessing, has ended."""
    program = f"""
import multiprocessing, sys, time, requests
from outwarden.journal import livefile
write = livefile.write
livefile.write = lambda *told: (time.sleep(0.02), write(*told))[1]
def work():
    session = requests.Session()
    for _ in range(30):
        session.get(sys.argv[1], timeout=5)
def child(work):
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
{where}
"""
    done = watched.run("-c", program, sectors.url + REPORT)

    assert done.stderr == ""
    assert len(watched.events) == 30


@pytest.mark.alone
def test_the_end_is_not_held_up(watched, sectors):
    """From a program's last line to its end it takes no 200 ms more with us than without us."""
    program = "import sys, time, requests; requests.get(sys.argv[1], timeout=5); print(time.monotonic())"

    def time_of_end(**environ):
        done = watched.run("-c", program, sectors.url + REPORT, **environ)
        return time.monotonic() - float(done.stdout)

    with_us, without_us = [], []
    for _ in range(12):  # what the machine does besides only ever adds to a time: one quiet moment of each is enough
        with_us.append(time_of_end())
        without_us.append(time_of_end(OUTWARDEN_DISABLED="1"))
        if len(with_us) >= 3 and min(with_us) - min(without_us) < 0.2:
            break

    assert min(with_us) - min(without_us) < 0.2


def test_a_subinterpreter_runs_on(watched, sectors):
    """It may load what it likes; what cannot be loaded there is not watched, and nothing is printed."""
    inner = f"import requests; print(requests.get({sectors.url + REPORT!r}, timeout=5).status_code)"
    program = f"""
import sys
import requests
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
one = interpreters.create()
found = interpreters.run_string(one, {inner!r})
assert not found, found
interpreters.destroy(one)
print(requests.get({sectors.url + REPORT!r}, timeout=5).status_code)
"""
    bare = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    done = watched.run("-c", program)

    assert (done.stdout, done.returncode) == (bare.stdout, bare.returncode)
    assert done.stderr == bare.stderr
    assert len(watched.events) >= 1
