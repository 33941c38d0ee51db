"""What a killed `outwarden run` has left in the temporary folder is cleared by the next one, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from outwarden import tally
from outwarden.cli import leftovers


@pytest.fixture
def folder(tmp_path):
    """A folder as `run` makes it, with a board."""
    path = tmp_path / f"{leftovers.PREFIX}a"
    path.mkdir(mode=0o700)
    tally.create_board(path / leftovers.BOARD)
    (path / leftovers.SETTINGS).write_text("{}")
    return path


def killed(folder) -> None:
    os.close(leftovers.hold(folder))  # what the kernel does for a process that is killed


def claim(folder) -> subprocess.Popen:
    """Start a process that has a slot on the folder's board."""
    program = (
        "import sys; from outwarden import tally; tally.join_board(sys.argv[1]); print(flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, folder / leftovers.BOARD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    process.stdout.readline()
    return process


def test_the_folder_of_a_killed_run_goes(folder, tmp_path):
    """With all that is in it."""
    killed(folder)
    leftovers.clear(tmp_path)

    assert not folder.exists()


def test_the_folder_of_a_living_run_stays(folder, tmp_path):
    """Its lock is held."""
    lock = leftovers.hold(folder)
    leftovers.clear(tmp_path)
    os.close(lock)

    assert sorted(path.name for path in folder.iterdir()) == ["board", "lock", "settings.json"]


def test_it_stays_as_long_as_a_program_of_that_run_lives(folder, tmp_path):
    """What an orphan starts reads its settings there."""
    killed(folder)
    process = claim(folder)
    leftovers.clear(tmp_path)
    assert (folder / leftovers.SETTINGS).exists()
    process.communicate()
    leftovers.clear(tmp_path)

    assert not folder.exists()


@pytest.mark.parametrize("name", [leftovers.LOCK, leftovers.BOARD, leftovers.SETTINGS])
def test_a_link_in_it_leads_nowhere(folder, tmp_path, name):
    """What it points to is neither read nor removed."""
    precious = tmp_path / "precious"
    precious.write_text("x")
    killed(folder)
    (folder / name).unlink()
    (folder / name).symlink_to(precious)
    leftovers.clear(tmp_path)

    assert precious.read_text() == "x"


def test_a_link_with_the_name_of_a_folder_is_not_followed(folder, tmp_path):
    """Somebody else may have put it into /tmp."""
    killed(folder)
    elsewhere = folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(elsewhere)
    leftovers.clear(tmp_path)

    assert (elsewhere / leftovers.SETTINGS).exists()


@pytest.mark.parametrize("mode", [0o777, 0o750])
def test_a_folder_that_others_can_reach_is_not_ours(folder, tmp_path, mode):
    """`run` makes none of that kind."""
    killed(folder)
    folder.chmod(mode)
    leftovers.clear(tmp_path)

    assert (folder / leftovers.SETTINGS).exists()


def test_what_is_not_known_stays(folder, tmp_path):
    """A folder without a lock, one with a file of somebody's own, and whatever has another name."""
    (bare := tmp_path / f"{leftovers.PREFIX}b").mkdir(mode=0o700)
    (other := tmp_path / "outwarden-of-mine").mkdir(mode=0o700)
    killed(folder)
    (folder / "notes.txt").write_text("x")
    leftovers.clear(tmp_path)

    assert (folder / "notes.txt").exists()
    assert bare.exists()
    assert other.exists()


def test_a_folder_of_another_user_stays(folder, tmp_path, monkeypatch):
    """Root may remove everything, and does not."""
    killed(folder)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    leftovers.clear(tmp_path)

    assert (folder / leftovers.SETTINGS).exists()


def test_a_temporary_folder_that_is_not_there(tmp_path):
    """Nothing to do."""
    leftovers.clear(tmp_path / "nowhere")
