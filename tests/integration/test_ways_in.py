"""Every way in watches an unmodified program in a real interpreter; the off switch leaves nothing patched in any of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipapp
from pathlib import Path

import pytest

from outwarden.config import Config
from outwarden.event import decode
from outwarden.journal import places

pytestmark = pytest.mark.integration

BIN = Path(sys.executable).parent

PROGRAM = """
import json, os, sys, types
import aiohttp, http.client, httpx, requests, urllib.request, urllib3

def is_ours(value):
    value = getattr(value, "__func__", getattr(value, "fget", value))
    file = getattr(getattr(value, "__code__", None), "co_filename", "")
    return f"{os.sep}outwarden{os.sep}" in str(file) or str(type(value).__module__).startswith("outwarden")

patched = []
for module in list(sys.modules.values()):
    name = getattr(module, "__name__", "")
    if name.split(".")[0] in {"outwarden", "__main__", ""} or not isinstance(module, types.ModuleType):
        continue
    for owner in [module, *(v for v in list(vars(module).values()) if isinstance(v, type) and v.__module__ == name)]:
        patched += [f"{name}.{owner.__name__}.{key}" for key, value in list(vars(owner).items()) if is_ours(value)]
finders = [type(finder).__name__ for finder in sys.meta_path if type(finder).__module__.startswith("outwarden")]
status = requests.get(os.environ["SECTORS_URL"] + "/v2/subsectors/", timeout=5).status_code
print(json.dumps({"status": status, "patched": patched, "finders": finders}))
"""
"""Makes a call, and counts what of ours sits in anybody else's modules and classes."""

OTEL = {"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}


class Ways:
    """The program, and how each way starts it."""

    def __init__(self, folder: Path, sectors) -> None:
        self.folder = folder
        self.app = folder / "app.py"
        self.app.write_text(PROGRAM)
        self.notebook = folder / "notebook.ipy"
        self.notebook.write_text(f"%load_ext outwarden\n{PROGRAM}")
        self._environ = {**os.environ, **OTEL, "SECTORS_URL": sectors.url}
        self._python: str | None = None

    def run(self, *command, **environ):
        return subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            env=self._environ | environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def environment(self) -> str:
        """Give the Python of an environment of its own with the start file in it."""
        if self._python is None:
            home = self.folder / "environment"
            venv.create(home, symlinks=True)
            self._python = str(home / "bin" / "python")
            packages = self.run(self._python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout
            here = sysconfig.get_path("purelib")
            root = Path(__import__("outwarden").__file__).parent.parent
            (Path(packages.strip()) / "_installed.pth").write_text(f"{here}\n{root}\n")
            done = self.run(self._python, "-m", "outwarden", "autostart", "add")
            assert done.returncode == 0, done.stderr
        return self._python

    def go(self, way: str, *, options: tuple[str, ...] = (), **environ):
        """Run the program to its end, and give what it found; a summary of `run` is on standard error."""
        installs = {
            "auto": "import outwarden.auto",
            "install": "import outwarden; outwarden.install()",
        }
        match way:
            case "run":
                command = (sys.executable, "-m", "outwarden", "run", "--", sys.executable, *options, self.app)
            case "notebook":
                command = (BIN / "ipython", "--no-banner", "--colors=NoColor", self.notebook)
            case "opentelemetry":
                command = (BIN / "opentelemetry-instrument", sys.executable, *options, self.app)
            case "autostart":
                command = (self.environment(), *options, self.app)
                environ = {"OUTWARDEN_AUTOSTART": "1", **environ}
            case _:
                command = (sys.executable, *options, "-c", f"{installs[way]}\nexec(open('app.py').read())")
        done = self.run(*command, **environ)
        assert done.returncode == 0, done.stderr
        return done

    @property
    def events(self):
        found = places(Config())
        lines = [
            line
            for folder in (found.journal, found.history)
            for path in folder.glob("*.jsonl")
            for line in path.read_bytes().splitlines()
        ]
        return list({event.event_id: event for event in map(decode, lines)}.values())


@pytest.fixture
def ways(tmp_path, sectors):
    folder = tmp_path / "ways"
    folder.mkdir()
    return Ways(folder, sectors)


WAYS = ("run", "auto", "install", "notebook", "opentelemetry", "autostart")


@pytest.mark.parametrize("way", WAYS)
def test_it_is_watched(ways, way):
    """One call, one event; what sits in the client is found by the count that must be empty below."""
    found = json.loads(ways.go(way).stdout)

    assert found["status"] == 403
    assert "requests.sessions.Session.send" in found["patched"]
    assert [event.status for event in ways.events] == [403]


@pytest.mark.parametrize("way", WAYS)
def test_the_off_switch_leaves_nothing_patched(ways, way):
    """OUTWARDEN_DISABLED=1: every attribute of every module is what it was, no import is waited for, nothing is recorded."""
    found = json.loads(ways.go(way, OUTWARDEN_DISABLED="1").stdout)

    assert found == {"status": 403, "patched": [], "finders": []}
    assert ways.events == []
    assert not places(Config()).base.exists()


def test_autostart_without_its_variable_does_nothing(ways):
    """The file alone switches nothing on."""
    found = json.loads(ways.go("autostart", OUTWARDEN_AUTOSTART="").stdout)

    assert found == {"status": 403, "patched": [], "finders": []}
    assert ways.events == []


@pytest.mark.parametrize(
    ("way", "option", "events"),
    [
        ("run", "-I", 0),
        ("run", "-E", 0),
        ("run", "-P", 1),
        ("auto", "-E", 1),
        ("auto", "-I", 1),
        ("opentelemetry", "-I", 0),
        ("opentelemetry", "-E", 0),
        ("autostart", "-I", 1),
        ("autostart", "-E", 1),
    ],
)
def test_interpreter_options(ways, way, option, events):
    """What docs/ways-in.md says of -I, -E and -P; the program runs in any case."""
    ways.go(way, options=(option,))
    assert len(ways.events) == events


@pytest.mark.parametrize(
    ("way", "form"),
    [
        ("run", "zip app"),
        ("autostart", "zip app"),
        ("opentelemetry", "zip app"),
        ("run", "module"),
        ("opentelemetry", "module"),
        ("opentelemetry", "child"),
        ("autostart", "child"),
    ],
)
def test_other_forms_of_programs(ways, way, form):
    """A zip app, `python -m`, and a Python that the program starts are watched as well."""
    if form == "zip app":
        source = ways.folder / "source"
        source.mkdir()
        (source / "__main__.py").write_text(PROGRAM)
        ways.app = ways.folder / "app.pyz"
        zipapp.create_archive(source, ways.app)
    elif form == "child":
        (ways.folder / "below.py").write_text(PROGRAM)
        ways.app.write_text("import subprocess, sys; subprocess.run([sys.executable, 'below.py'], check=True)")
    else:
        ways.app = "app"
    ways.go(way, options=("-m",) if form == "module" else ())

    assert [event.status for event in ways.events] == [403]


@pytest.mark.parametrize("way", ["run", "opentelemetry", "autostart"])
def test_without_site_there_is_no_way_in_from_outside(ways, way):
    """`-S` switches all start files off; the program runs, and `run` says that it was not watched."""
    ways.app.write_text("print('fine')")
    done = ways.go(way, options=("-S",))

    assert done.stdout == "fine\n"
    assert ("was not watched" in done.stderr) == (way == "run")


def test_autostart_reaches_isolated_programs_below_run(ways):
    """`run` cannot reach `python -I`; the start file can, with the settings of the run and once only."""
    done = ways.run(
        sys.executable,
        "-m",
        "outwarden",
        "run",
        "--service",
        "of-the-run",
        "--",
        ways.environment(),
        "-I",
        ways.app,
        OUTWARDEN_AUTOSTART="1",
    )

    assert done.returncode == 0, done.stderr
    assert [event.service for event in ways.events] == ["of-the-run"]
    assert "was not watched" not in done.stderr


def test_opentelemetrys_own_switches(ways):
    """OTEL_PYTHON_DISABLED_INSTRUMENTATIONS leaves us out; OTEL_SDK_DISABLED is about spans only."""
    ways.go("opentelemetry", OTEL_PYTHON_DISABLED_INSTRUMENTATIONS="outwarden")
    assert ways.events == []

    ways.go("opentelemetry", OTEL_SDK_DISABLED="true")
    assert [event.status for event in ways.events] == [403]


def test_a_bad_configuration_is_one_line_in_a_notebook(ways):
    """IPython says what is wrong, without a traceback, and the rest runs on."""
    (ways.folder / "outwarden.yaml").write_text("servce: x\n")
    done = ways.run(BIN / "ipython", "--no-banner", "--colors=NoColor", "-c", "%load_ext outwarden")
    said = done.stdout + done.stderr

    assert "servce is not a key" in said
    assert "Traceback" not in said


def test_unload_in_a_notebook(ways):
    """`%unload_ext` puts everything back."""
    ways.notebook.write_text(f"%load_ext outwarden\nimport requests\n%unload_ext outwarden\n{PROGRAM}")
    found = json.loads(ways.go("notebook").stdout)

    assert found == {"status": 403, "patched": [], "finders": []}
    assert ways.events == []
