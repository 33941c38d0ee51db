"""Makes every function of ours that runs inside a program raise, one after the other, each in a process of its own.

`harness.py list` prints what runs; `harness.py all` reads names and prints, for each function, what the program in
`uses.py` did without us, and what it did with the function raising: the same. A process that has everything imported is forked for each, so that this takes seconds.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path

import requests
from harness_parts import OURS, name_of, remember_functions, sabotage
from uses import GOOD, USES, program, uses_of


def watched(uses: tuple[str, ...]) -> None:
    """Run the program as `import outwarden.auto` would have it, and switch us off at its end."""
    from outwarden.wiring import inside

    inside.try_to_install()
    program(uses)
    gc.collect()
    inside.uninstall()


# What runs


def running() -> list[str]:
    """Name every function of ours that is called while the program runs, in it and in its threads."""
    seen = set()

    def profile(frame, event, _) -> None:
        if event == "call" and OURS in frame.f_code.co_filename:
            seen.add(frame.f_code)

    def names() -> set[str]:
        return {name_of(code) for code in seen if not code.co_name.startswith("<") or code.co_name == "<lambda>"}

    os.environ["OUTWARDEN_JOURNAL_DIR"] = str(Path(os.environ["FAULTS_FOLDER"], "listed"))  # nobody ships there yet
    threading.setprofile(profile)
    sys.setprofile(profile)
    from outwarden.wiring import inside

    inside.try_to_install()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        requests.get(GOOD)
        sys.setprofile(None)
        os.write(tell, json.dumps(sorted(names())).encode())
        os._exit(0)
    os.waitpid(child, 0)
    forked = json.loads(os.read(told, 1 << 16))
    program()
    inside.uninstall()
    sys.setprofile(None)
    threading.setprofile(None)
    return sorted(names() | set(forked))


# One process for each


def slow_disk() -> None:
    """Let each write to the journal take 50 ms."""
    from outwarden.journal import livefile

    write = livefile.write
    livefile.write = lambda *told: (time.sleep(0.05), write(*told))[1]  # the slow disk


def full_disk() -> None:
    """Let no file of the journal's take a byte: what it writes goes to a device that is always full."""
    from outwarden.journal import livefile

    full, write = os.open("/dev/full", os.O_WRONLY), livefile.write
    livefile.write = lambda _, data: write(full, data)


def no_directory() -> None:
    """Put a file where the journal's directory would have to be."""
    base = Path(os.environ["FAULTS_FOLDER"], "file")
    base.write_text("no directory")
    os.environ["OUTWARDEN_JOURNAL_DIR"] = str(base / "below")


DISASTERS = {"slow disk": slow_disk, "full disk": full_disk, "no directory": no_directory}


def outcome(name: str, uses: tuple[str, ...], folder: Path) -> dict[str, object]:
    """Run the program in a child with this function raising, or this disaster; an empty name: without us."""
    out, err = folder / f"out{os.getpid()}", folder / f"err{os.getpid()}"
    child = os.fork()
    if child == 0:
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        try:
            if name.startswith("wiring.shipping:"):  # a journal of its own has no companion yet
                os.environ["OUTWARDEN_JOURNAL_DIR"] = str(folder / name.replace(":", "."))
            if name:
                DISASTERS.get(name, lambda: sabotage(name))()
                watched(uses)
            else:
                program(uses)
            atexit._run_exitfuncs()
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(5)  # taking the interpreter apart would take longer than all the rest
    status = os.waitpid(child, 0)[1]
    return {"status": status, "out": out.read_text(), "err": err.read_text()}


def outcomes(names: list[str], folder: Path) -> dict[str, list[dict[str, object]]]:
    """Give for each function what the program does without us, and with it raising."""
    without: dict[tuple[str, ...], dict[str, object]] = {}
    found = {}
    for name in names:
        uses = tuple(USES) if name in DISASTERS else uses_of(name)
        if uses not in without:
            without[uses] = outcome("", uses, folder)
        found[name] = [without[uses], outcome(name, uses, folder)]
    return found


def load_everything() -> None:
    """Import what the program and we need, so that the children need not."""
    from outwarden.wiring import inside

    inside.try_to_install()
    program()
    inside.uninstall()
    remember_functions()


if __name__ == "__main__":
    folder = Path(os.environ["FAULTS_FOLDER"])
    quiet = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    load_everything()
    if sys.argv[1] == "list":
        found: object = running()
    else:
        found = outcomes(json.load(sys.stdin), folder)
    sys.stdout.flush()
    os.dup2(quiet, 1)
    json.dump(found, sys.stdout)
    sys.stdout.flush()
    os._exit(0)
