"""`outwarden run` at a terminal: Ctrl-C, Ctrl-Z and fg, window size, hang-up."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

import pytest

pytestmark = pytest.mark.integration

LINUX_WAY = [sys.executable, "-m", "outwarden", "run", "--"]
MACOS_WAY = [
    sys.executable,
    "-c",
    "import signal; del signal.sigwaitinfo; from outwarden.cli import main; main()",
    "run",
    "--",
]
"""The same without sigwaitinfo, as on macOS."""

SHELL = """
import os, signal, sys, time
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    _, status = os.waitpid(job, os.WUNTRACED)
    os.tcsetpgrp(0, os.getpgrp())
    if not os.WIFSTOPPED(status):
        break
    print("SHELL stopped by", signal.Signals(os.WSTOPSIG(status)).name, flush=True)
    sys.stdin.readline()
    os.tcsetpgrp(0, job)
    os.killpg(job, signal.SIGCONT)
print("SHELL status", os.waitstatus_to_exitcode(status), flush=True)
"""
"""A shell with job control, as far as one job needs it: Enter is `fg`."""

COUNT = """
import signal, sys, time
seen = []
for name in sys.argv[1:]:
    signal.signal(getattr(signal, name), lambda number, _: seen.append(signal.Signals(number).name))
print("ready", flush=True)
deadline = time.monotonic() + 40
while not seen and time.monotonic() < deadline:
    time.sleep(0.02)
time.sleep(0.4)
print("seen", *seen, flush=True)
sys.exit(7)
"""


class Terminal:
    """A pseudo-terminal with a program in front of it."""

    def __init__(self, *command):
        self.fd, child_end = pty.openpty()
        self.process = subprocess.Popen(
            command,
            stdin=child_end,
            stdout=child_end,
            stderr=child_end,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - the only way to give a child its terminal
        )
        os.close(child_end)
        self.text = ""

    def type(self, text):
        """Press keys."""
        os.write(self.fd, text.encode())

    def expect(self, text, timeout_s=60.0):
        """Read on until this text comes; gives what came before it, too."""
        deadline = time.monotonic() + timeout_s
        while text not in self.text:
            ready, _, _ = select.select([self.fd], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"{text!r} did not come: {self.text!r}"
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # the other end is closed
                data = b""
            assert data, f"the terminal ended before {text!r}: {self.text!r}"
            self.text += data.decode(errors="replace").replace("\r\n", "\n")
        before, _, self.text = self.text.partition(text)
        return before + text

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.fd)


@pytest.fixture
def terminal():
    """Open terminals, and close them at the end."""
    opened = []

    def _open(*command):
        opened.append(Terminal(*command))
        return opened[-1]

    yield _open
    for one in opened:
        one.close()


@pytest.fixture(params=[LINUX_WAY, MACOS_WAY], ids=["linux", "macos"])
def way(request):
    """Both ways of waiting for signals."""
    return request.param


def python(program, *arguments):
    return [sys.executable, "-c", program, *arguments]


def test_the_program_has_the_terminal(terminal):
    """It is a terminal for the program, in the foreground, and reads what is typed."""
    screen = terminal(
        *LINUX_WAY,
        *python(
            "import os; print(all(map(os.isatty, range(3))), os.tcgetpgrp(0) == os.getpgrp(), flush=True); print(input()[::-1])"
        ),
    )
    screen.expect("True True")
    screen.type("abc\n")

    screen.expect("cba")
    screen.expect("outwarden: 0 calls")


def test_ctrl_c_reaches_the_program_once(terminal, way):
    """The terminal tells the whole group: we do not tell the program a second time, and its status counts."""
    screen = terminal(sys.executable, "-c", SHELL, *way, *python(COUNT, "SIGINT"))
    screen.expect("ready")
    screen.type("\x03")

    assert screen.expect("outwarden: 0 calls").count("SIGINT") == 1
    screen.expect("SHELL status 7")


def test_ctrl_backslash_and_ctrl_c_kill_a_program_that_does_not_mind_them(terminal, way):
    """130 after Ctrl-C, 131 after the quit key, and the summary comes all the same."""
    program = (
        "import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); print('ready', flush=True); time.sleep(20)"
    )
    for key, status in (("\x03", 130), ("\x1c", 131)):
        screen = terminal(sys.executable, "-c", SHELL, *way, *python(program))
        screen.expect("ready")
        screen.type(key)
        screen.expect("outwarden: 0 calls")
        screen.expect(f"SHELL status {status}")


def test_ctrl_z_and_fg_twice(terminal, way):
    """Ctrl-Z stops program and `run`, so that the shell comes back; fg brings both back. And again."""
    program = """
import signal, sys, time
continued = []
signal.signal(signal.SIGCONT, lambda *_: continued.append(1))
print("ready", flush=True)
n = 0
while n < 2:
    time.sleep(0.02)
    if len(continued) > n:
        n = len(continued)
        print("continued", n, flush=True)
time.sleep(0.3)
print("total", len(continued), flush=True)
sys.exit(5)
"""
    screen = terminal(sys.executable, "-c", SHELL, *way, *python(program))
    screen.expect("ready")
    for n in (1, 2):
        screen.type("\x1a")
        screen.expect("SHELL stopped by SIGTSTP")
        screen.type("\n")
        screen.expect(f"continued {n}")

    screen.expect("total 2")
    screen.expect("SHELL status 5")


def test_a_program_that_refuses_ctrl_z_is_not_stopped(terminal):
    """Where the program ignores Ctrl-Z, as an editor may, `run` goes on as well."""
    program = (
        "import signal, time; signal.signal(signal.SIGTSTP, signal.SIG_IGN); print('ready', flush=True); time.sleep(1)"
    )
    screen = terminal(sys.executable, "-c", SHELL, *LINUX_WAY, *python(program))
    screen.expect("ready")
    screen.type("\x1a")

    assert "stopped" not in screen.expect("SHELL status 0")


def test_only_run_is_continued(terminal):
    """`kill -CONT` on `run` alone brings the program back, too."""
    screen = terminal(
        sys.executable,
        "-c",
        SHELL,
        *LINUX_WAY,
        *python("import os, time; print(f'pids {os.getppid()} .', flush=True); time.sleep(1); print('end')"),
    )
    run = int(screen.expect(" .").split()[-2])
    screen.type("\x1a")
    screen.expect("stopped by SIGTSTP")
    os.kill(run, signal.SIGCONT)

    screen.expect("end")
    screen.type("\n")
    screen.expect("SHELL status 0")


def test_a_new_window_size_is_told_once(terminal):
    """SIGWINCH comes from the terminal, and only from there."""
    screen = terminal(sys.executable, "-c", SHELL, *LINUX_WAY, *python(COUNT, "SIGWINCH"))
    screen.expect("ready")
    fcntl.ioctl(screen.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 132, 0, 0))

    assert screen.expect("SHELL status 7").count("SIGWINCH") == 1


@pytest.mark.parametrize("leader", [True, False])
def test_a_hang_up_reaches_the_program(terminal, tmp_path, leader):
    """When the terminal goes away the program is told, also where `run` leads the session (`ssh -t`, containers)."""
    seen = tmp_path / "seen"
    program = f"""
import pathlib, signal, sys, time
def hung_up(*_):
    pathlib.Path({str(seen)!r}).write_text("SIGHUP")
    sys.exit(0)
signal.signal(signal.SIGHUP, hung_up)
print("ready", flush=True)
time.sleep(10)
"""
    shell = [] if leader else [sys.executable, "-c", SHELL]
    screen = terminal(*shell, *LINUX_WAY, *python(program))
    screen.expect("ready")
    time.sleep(0.3)  # its print is done: writing to a terminal that goes away is an error of its own
    os.close(screen.fd)
    screen.fd = os.open(os.devnull, os.O_RDONLY)

    deadline = time.monotonic() + 40
    while not seen.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert seen.read_text() == "SIGHUP"


def test_a_program_in_the_background_that_reads_is_stopped_and_so_are_we(terminal):
    """SIGTTIN stops the job as a whole; in the foreground again it reads."""
    background = SHELL.replace("    os.tcsetpgrp(0, os.getpgrp())\n    signal.signal", "    signal.signal")
    screen = terminal(sys.executable, "-c", background, *LINUX_WAY, *python("print(input()[::-1])"))
    screen.expect("SHELL stopped by SIGTTIN")
    screen.type("\n")
    time.sleep(0.3)
    screen.type("abc\n")

    screen.expect("cba")
    screen.expect("SHELL status 0")


def test_the_summary_is_coloured_at_a_terminal_only(terminal):
    """Bold at a terminal, plain in a pipe."""
    screen = terminal(*LINUX_WAY, *python(""))
    assert "\x1b[1m" in screen.expect("outwarden: 0 calls")

    done = subprocess.run([*LINUX_WAY, *python("")], capture_output=True, check=True)
    assert b"\x1b" not in done.stderr
