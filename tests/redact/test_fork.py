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


REGISTERED = """
import os, secrets, threading, time
from outwarden.redact import Redactor
known = [secrets.token_hex(20) for _ in range(1500)]
redactor = Redactor(secrets=known)
thread = threading.Thread(target=redactor.registry.hits, args=(b"GET /x",))
thread.start()
time.sleep(0.005)
child = os.fork()
if child == 0:
    os._exit(not redactor.registry.hits(known[0].encode()))
deadline = time.monotonic() + 50
while not (ended := os.waitpid(child, os.WNOHANG))[0]:
    if time.monotonic() > deadline:
        os.kill(child, 9)
        ended = os.waitpid(child, 0)
        break
    time.sleep(0.01)
thread.join()
print(ended[1])
"""


def test_a_fork_while_the_known_secrets_are_compiled_does_not_hang_the_child():
    """Whatever a thread was making, the child makes by itself."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", REGISTERED], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout == "0\n"
