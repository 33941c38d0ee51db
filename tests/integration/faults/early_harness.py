"""The same as `harness.py` for what happens before the program: the start of its interpreter, and its first import.

The parent has loaded what is ours and no HTTP client; each child begins with our `sitecustomize`.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import sys
import traceback
from pathlib import Path

from harness_parts import OURS, name_of, remember_functions, sabotage

from outwarden.wiring.launch import SITE

ROOMS = ("capture.late", "capture.first_opening", "wiring.", "tally", "polite")


def program() -> None:
    """Import clients late, and use them."""
    import urllib.request

    print(urllib.request.urlopen("data:,hello").read())
    import requests

    try:
        print(requests.__spec__.loader.__class__.__name__, requests.get(os.environ["SECTORS_URL"] + "/x").status_code)
    except Exception as error:
        print(type(error).__name__)
    try:
        importlib.import_module("no_such_module")
    except ImportError as error:
        print(error)
    print("the end", file=sys.stderr)


def watched() -> None:
    """Begin as an interpreter below `outwarden run` does."""
    runpy.run_path(str(SITE / "sitecustomize.py"), run_name="sitecustomize")
    program()


def running() -> list[str]:
    """Name every function of ours in these rooms that is called."""
    seen = set()

    def profile(frame, event, _) -> None:
        if event == "call" and OURS in frame.f_code.co_filename:
            seen.add(frame.f_code)

    sys.setprofile(profile)
    watched()
    sys.setprofile(None)
    names = {name_of(code) for code in seen if not code.co_name.startswith("<") or code.co_name == "<lambda>"}
    return sorted(name for name in names if name.startswith(ROOMS))


def in_a_child(folder: Path, do) -> dict[str, object]:
    """Do something in a child, and say how it ended and what it said."""
    out, err = folder / "out", folder / "err"
    child = os.fork()
    if child == 0:
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        try:
            do()
        except BaseException:
            traceback.print_exc()
            sys.exit(1)
        sys.exit(5)
    status = os.waitpid(child, 0)[1]
    return {"status": status, "out": out.read_text(), "err": err.read_text()}


def outcomes(folder: Path) -> dict[str, object]:
    """Run the program without us, and with each function raising."""

    def broken(name: str) -> None:
        sabotage(name)
        watched()

    listed = in_a_child(folder, lambda: print(json.dumps(running())))
    names = json.loads(listed["out"].splitlines()[-1])
    found = {name: in_a_child(folder, lambda name=name: broken(name)) for name in names}
    return {"": in_a_child(folder, program), **found}


if __name__ == "__main__":
    importlib.import_module("outwarden.wiring.settings")
    gc.collect()
    remember_functions()
    json.dump(outcomes(Path(os.environ["FAULTS_FOLDER"])), sys.stdout)
    sys.stdout.flush()
    os._exit(0)
