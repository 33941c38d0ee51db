"""Where things lie, and who may ship."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from outwarden.config import Config
from outwarden.config.journal import History
from outwarden.config.journal import Journal as JournalSettings
from outwarden.errors import JournalError
from outwarden.journal import SidecarLock, ensure_dir, places
from outwarden.journal.names import FileName
from outwarden.journal.places import file_system


def test_the_default_is_the_users_state_directory():
    """~/.local/state/outwarden, or $XDG_STATE_HOME/outwarden; a relative one does not count."""
    home = {"HOME": "/home/someone"}

    assert places(Config(), home).journal == Path("/home/someone/.local/state/outwarden/journal")
    assert places(Config(), home | {"XDG_STATE_HOME": "/state"}).journal == Path("/state/outwarden/journal")
    assert places(Config(), home | {"XDG_STATE_HOME": "state"}).base == Path("/home/someone/.local/state/outwarden")


def test_a_configured_directory_holds_everything():
    """`journal.dir` moves all, `history.dir` the sidecar's part."""
    moved = places(Config(journal=JournalSettings(dir="/j")), {})
    apart = places(Config(journal=JournalSettings(dir="/j"), history=History(dir="/h")), {})

    assert (moved.journal, moved.history, moved.pseudonym_key) == (
        Path("/j"),
        Path("/j/history"),
        Path("/j/pseudonym.key"),
    )
    assert (apart.journal, apart.db) == (Path("/j"), Path("/h/sidecar.sqlite3"))


def test_a_directory_that_cannot_be_made_is_one_clear_line(tmp_path):
    """What, where, what to do."""
    (tmp_path / "file").touch()

    with pytest.raises(
        JournalError, match=r"file/journal: cannot be made: Not a directory\. Set journal\.dir"
    ) as caught:
        ensure_dir(tmp_path / "file" / "journal")

    assert "\n" not in str(caught.value)


def test_a_network_file_system_is_refused(tmp_path, monkeypatch):
    """Locks and appends do not hold there."""
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"dev / ext4 rw 0 0\nserver:/x {tmp_path}/net\\040share nfs4 rw 0 0\nserver:/y {tmp_path}/größe nfs rw 0 0\n",
        encoding="utf-8",
    )
    inside = tmp_path / "net share" / "journal"

    assert file_system(inside, mounts) == "nfs4"
    assert file_system(tmp_path / "größe", mounts) == "nfs"
    assert file_system(tmp_path, mounts) == "ext4"
    monkeypatch.setattr(sys.modules["outwarden.journal.places"], "file_system", lambda path: "nfs4")
    with pytest.raises(JournalError, match="network file system"):
        ensure_dir(inside)


@pytest.mark.parametrize("service", ["portfolio", "a-b-c", "with space/slash", "-", "ü" * 100])
def test_a_file_name_can_be_read_back(service):
    """Whatever a service is called, the numbers are found again."""
    name = FileName(service, "host-1.example", 42, 1_700_000_000_000_000_000, 7)

    back = FileName.parse(str(name))

    assert back is not None
    assert (back.pid, back.start_ns, back.n, back.errors_only) == (name.pid, name.start_ns, name.n, name.errors_only)
    assert FileName.parse(str(back)) == back


def test_one_of_two_sidecars_gets_the_lock(tmp_path):
    """The other one learns who has it; the end of a process frees it."""
    path = tmp_path / "history" / "sidecar.lock"
    program = f"""
import sys
from pathlib import Path
from outwarden.journal import SidecarLock
lock = SidecarLock(Path({str(path)!r}))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stdin=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"True\n"
        lock = SidecarLock(path)
        assert not lock.acquire()
        assert lock.holder() == other.pid
        other.kill()
    assert lock.acquire()
    assert SidecarLock(path).holder() == os.getpid()
    lock.release()
    assert lock.holder() is None
