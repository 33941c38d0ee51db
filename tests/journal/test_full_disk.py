"""A full disk: the program goes on, the torn line is ended, the loss is told."""

from __future__ import annotations

import json
import subprocess

import pytest

from outwarden import event

PROGRAM = """
import errno, json
from outwarden import tally
from outwarden.journal import livefile
journal = Journal(directory, "child")
fill_up()
for n in range(100):
    journal.append(call(n))
make_room()
journal.append(call("last"))
print(json.dumps([tally.snapshot()["disk_full"], *(path.read_text() for path in directory.iterdir())]))
"""

A_REAL_ONE = """
def fill_up():
    (directory.parent / "ballast").write_bytes(bytes(20_000))
def make_room():
    (directory.parent / "ballast").unlink()
"""

A_STAND_IN = """
room = 5_000
def write(fd, data):
    global room
    if not room:
        raise OSError(errno.ENOSPC, "No space left on device")
    written = os.write(fd, data[:room])
    room -= written
    return written
def fill_up():
    livefile.write = write
def make_room():
    livefile.write = os.write
"""


@pytest.fixture
def real(child_command, small_disk, tmp_path):
    disk = tmp_path / "disk"
    command = [*small_disk(disk, 32), *child_command(A_REAL_ONE + PROGRAM, disk / "journal")]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture
def stand_in(child):
    return child(A_STAND_IN + PROGRAM).communicate(timeout=60)[0]


@pytest.mark.parametrize("disk", ["real", "stand_in"])
def test_a_full_disk_stops_recording_and_is_told_when_there_is_room(disk, request):
    """Whole lines, the one for which there was no room any more, and what came when there was room again."""
    lost, text = json.loads(request.getfixturevalue(disk))
    *first, torn, last, notice = text.splitlines()

    assert 0 < lost < 100
    assert [event.decode(line.encode()).call_id for line in first] == [str(n) for n in range(100 - lost)]
    assert torn.startswith('{"kind"')
    assert not torn.endswith("}")
    assert event.decode(last.encode()).call_id == "last"
    told = event.decode(notice.encode())
    assert (told.name, told.reason, told.count) == ("lost", "disk_full", lost)
