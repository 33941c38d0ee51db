"""`outwarden run` leaves its program alone: input, output, exit status and signals stay its own."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

RUN = (sys.executable, "-m", "outwarden", "run", "--")
MACOS_WAY = (
    sys.executable,
    "-c",
    "import signal; del signal.sigwaitinfo; from outwarden.cli import main; main()",
    "run",
    "--",
)
"""The same without sigwaitinfo, as on macOS."""

COUNT_SIGNALS = """
import signal, sys, time
seen = []
for name in sys.argv[1:]:
    signal.signal(getattr(signal, name), lambda number, _: seen.append(signal.Signals(number).name))
print("ready", flush=True)
deadline = time.monotonic() + 40
while len(seen) < len(sys.argv) - 1 and time.monotonic() < deadline:
    time.sleep(0.02)
time.sleep(0.3)
print(*sorted(seen), flush=True)
sys.exit(7)
"""


def run(*command, **options):
    """Run a command under watch."""
    return subprocess.run([*RUN, *command], capture_output=True, timeout=60, check=False, **options)


def python(program, *arguments):
    """Give the command for a Python program."""
    return (sys.executable, "-c", program, *arguments)


@pytest.mark.parametrize("status", [0, 1, 3, 255])
def test_the_exit_status_is_the_programs(status):
    """Whatever the program returns, `run` returns."""
    assert run(*python(f"raise SystemExit({status})")).returncode == status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGPIPE])
def test_a_program_that_dies_of_a_signal_gives_128_and_its_number(number):
    """As a shell says it; a broken pipe kills as it does without us."""
    done = run(
        *python(
            f"import os, signal; signal.signal({int(number)}, signal.SIG_DFL) if {int(number)} not in (9,) else 0; os.kill(os.getpid(), {int(number)})"
        )
    )

    assert done.returncode == 128 + number


def test_a_command_that_is_not_there_or_no_program(tmp_path):
    """127 and 126, with one line, as in a shell."""
    text = tmp_path / "notes.txt"
    text.write_text("no program")
    orphan = tmp_path / "orphan"
    orphan.write_text("#!/no/such/interpreter\n")
    orphan.chmod(0o755)

    for command, status in (
        ("no-such-command", 127),
        ("/no/such/file", 127),
        (str(text), 126),
        (str(tmp_path), 126),
        (str(orphan), 127),
    ):
        done = run(command)
        assert done.returncode == status, command
        assert done.stdout == b""
        (line,) = done.stderr.decode().splitlines()
        assert line.startswith(f"outwarden: run: {command}")


def test_a_script_without_an_interpreter_line_runs_as_in_a_shell(tmp_path):
    """Shells run such a script themselves."""
    script = tmp_path / "script"
    script.write_text('echo "$0 $1"\n')
    script.chmod(0o755)

    assert run(str(script), "x").stdout.decode() == f"{script} x\n"


def test_options_behind_the_command_are_its_own():
    """With and without `--`, nothing behind the command's name is read by us."""
    program = python("import sys; print(sys.argv[1:])", "--config", "x", "--", "-h", "--service")

    assert run(*program).stdout == b"['--config', 'x', '--', '-h', '--service']\n"
    without = subprocess.run([*RUN[:-1], *program], capture_output=True, check=True)
    assert without.stdout == b"['--config', 'x', '--', '-h', '--service']\n"


def test_standard_input_and_output_pass_through_whole():
    """10 MB of any bytes in, the same out; the summary goes to standard error alone."""
    data = random.Random(7).randbytes(10_000_000)

    done = run(*python("import shutil, sys; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)"), input=data)

    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(data).digest()
    assert done.stderr.startswith(b"outwarden: 0 calls")


def test_more_descriptors_pass_through():
    """A descriptor that the shell opened for the program reaches it, and none of ours do."""
    read, write = os.pipe()
    program = (
        "import os; os.write(int(os.environ['FD']), ' '.join(sorted(os.listdir('/proc/self/fd'), key=int)).encode())"
    )
    bare = subprocess.run(python(program), env=os.environ | {"FD": str(write)}, pass_fds=[write], check=True)
    without = os.read(read, 1000)
    run(*python(program), env=os.environ | {"FD": str(write)}, pass_fds=[write])
    with_us = os.read(read, 1000)
    os.close(read)
    os.close(write)

    assert bare.returncode == 0
    assert with_us == without


def test_the_programs_standard_error_is_untouched():
    """What the program says there comes first and whole, the summary after it."""
    done = run(*python("import sys; sys.stderr.write('mine\\n'); sys.stderr.flush()"))

    assert done.stderr.startswith(b"mine\noutwarden: ")


def test_a_closed_standard_error_changes_nothing():
    """Where nobody listens to the summary, the status still counts."""
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" 2>&-', "sh", *RUN, *python("raise SystemExit(5)")],
        stdout=subprocess.PIPE,
        check=False,
    )
    with Path("/dev/full").open("w") as nowhere:
        full = subprocess.run([*RUN, *python("raise SystemExit(5)")], stderr=nowhere, check=False)

    assert (done.returncode, full.returncode) == (5, 5)


@pytest.mark.parametrize("way", [RUN, MACOS_WAY], ids=["linux", "macos"])
def test_signals_reach_the_program_once(way):
    """What somebody sends to `run`, the program gets: once each, and it decides what to do."""
    names = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGALRM"]
    with subprocess.Popen(
        [*way, *python(COUNT_SIGNALS, *names)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        for name in names:
            process.send_signal(getattr(signal, name))
            time.sleep(0.05)
        seen = process.stdout.readline().decode().split()
        process.communicate(timeout=30)

    assert seen == sorted(names)
    assert process.returncode == 7


def test_the_program_starts_with_the_signals_of_its_caller():
    """Blocked and ignored signals are what they would be without us (32 and 33 are the C library's own)."""
    program = """
lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
print([f"{int(lines[name], 16) & ~(3 << 31):x}" for name in ("SigBlk", "SigIgn", "SigCgt")])
"""
    bare = subprocess.run(python(program), capture_output=True, check=True)

    assert run(*python(program)).stdout == bare.stdout


def test_a_program_that_was_stopped_and_continued_ends_well():
    """SIGSTOP to the program alone stops nobody else, and SIGCONT brings it back."""
    program = "import os, time; print(os.getpid(), flush=True); time.sleep(1); print('end', flush=True)"
    with subprocess.Popen([*RUN, *python(program)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        pid = int(process.stdout.readline())
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.3)
        os.kill(pid, signal.SIGCONT)
        out, _ = process.communicate(timeout=30)

    assert out == b"end\n"
    assert process.returncode == 0


def test_a_program_that_daemonises_is_not_waited_for():
    """When the program has left a process behind, `run` ends with the program and says that it lives on."""
    program = """
import os, requests, sys, time
if os.fork():
    sys.exit(4)
os.setsid()
null = os.open(os.devnull, os.O_RDWR)
for fd in range(3):
    os.dup2(null, fd)
time.sleep(30)
"""
    started = time.monotonic()
    done = run(*python(program))

    assert done.returncode == 4
    assert time.monotonic() - started < 30
    assert b"still running: 1 watched process" in done.stderr


def test_switched_off_there_is_no_trace_of_us(tmp_path):
    """OUTWARDEN_DISABLED=1: no summary, no file, the status as ever."""
    done = run(*python("raise SystemExit(3)"), env=os.environ | {"OUTWARDEN_DISABLED": "1"})

    assert (done.returncode, done.stderr) == (3, b"")
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--config", "no.yaml"],
            "outwarden: no.yaml: there is no such file. Name another with --config, or leave it out.",
        ),
        (["--service", "a b"], "outwarden: --service: service: expected text of the form"),
        (["--servce", "x"], "outwarden: No such option"),
        ([], None),
    ],
)
def test_what_is_wrong_on_the_command_line_starts_nothing(tmp_path, arguments, message):
    """One line, status 2, and the program was not started."""
    witness = tmp_path / "started"
    command = ["--", "touch", str(witness)] if arguments else []

    done = subprocess.run([*RUN[:-1], *arguments, *command], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(message or "outwarden: Missing argument 'COMMAND...'.")
    assert not witness.exists()
