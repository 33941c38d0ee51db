"""The start file: written, told about, taken away; it never harms a Python."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
import sysconfig

import pytest
from click.testing import CliRunner

from outwarden.cli import autostart as command
from outwarden.cli import outwarden
from outwarden.wiring import autostart, early


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """An environment's folder for packages."""
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    return tmp_path


def test_added_and_removed(packages):
    """One file comes and goes; `status` says which by its exit status."""

    def call(name):
        return CliRunner().invoke(outwarden, ["autostart", name], standalone_mode=False).return_value or 0

    before = set(packages.iterdir())
    assert call("status") == 1
    assert call("add") == 0
    assert len(set(packages.iterdir()) - before) == 1
    assert call("status") == 0
    assert call("remove") == call("remove") == 0
    assert set(packages.iterdir()) == before


def test_newer_pythons_get_a_start_file():
    """From 3.15 on the file names a function that is there."""
    path = command.start_file((3, 15), "/packages")

    assert path.name == "outwarden-autostart.start"
    assert command.start_file((3, 14), "/packages").name == "outwarden-autostart.pth"
    assert pkgutil.resolve_name(command.content(path).strip()) is autostart.begin


def test_the_line_is_silent_without_outwarden(tmp_path):
    """A file that was left behind after outwarden was uninstalled harms nobody."""
    (tmp_path / "outwarden-autostart.pth").write_text(command.content(command.start_file((3, 11), str(tmp_path))))
    program = f"import site; site.addsitedir({str(tmp_path)!r}); print('fine')"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={"OUTWARDEN_AUTOSTART": "1"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("fine\n", "")


def test_beginning_never_raises(monkeypatch, watched):
    """Settings that cannot be read are no reason to disturb a program."""
    monkeypatch.setenv("OUTWARDEN_AUTOSTART", "1")
    monkeypatch.setenv("OUTWARDEN_SETTINGS", "/nowhere.json")

    autostart.begin()


@pytest.mark.parametrize(
    ("command", "waits"),
    [
        (["python", "app.py"], True),
        (["python", "-m", "app"], True),
        (["python", "-m", "outwarden", "sidecar"], False),
        (["python", "/venv/bin/outwarden", "run", "--", "python", "app.py"], False),
    ],
)
def test_our_own_commands_are_not_watched(monkeypatch, command, waits):
    """A sidecar in an environment with the start file does not watch itself."""
    monkeypatch.setenv("OUTWARDEN_AUTOSTART", "1")
    monkeypatch.setattr(sys, "orig_argv", command)
    begun = []
    monkeypatch.setattr(early, "wait", begun.append)
    autostart.begin()

    assert bool(begun) == waits
