"""A fork in the middle of a late import."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, threading, time
from outwarden.redact import Redactor
redactor = Redactor()
thread = threading.Thread(target=redactor.text, args=("key=abc",))
thread.start()
stuck = 0
for _ in range(20):
    child = os.fork()
    if child == 0:
        Redactor().text("another key=abc")
        os._exit(0)
    deadline = time.monotonic() + 50
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > deadline:
            stuck += 1
            os.kill(child, 9)
            os.waitpid(child, 0)
            break
        time.sleep(0.001)
thread.join()
print(stuck)
"""


def test_a_fork_during_the_first_text_does_not_hang_the_child():
    """Python's import locks do not survive a fork: it waits until our late import is done."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout == "0\n"
