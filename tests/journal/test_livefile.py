"""The file at hand: whose it is, when it is left, and what happens while there is none."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys

import pytest

from outwarden.journal import livefile
from outwarden.journal.livefile import LiveFile


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "journal"


@pytest.fixture
def make(directory):
    """Make live files; each is closed at the end."""
    made = []

    def live(**given) -> LiveFile:
        settings = {
            "directory": directory,
            "rotate_bytes": 1000,
            "rotate_after_s": 60.0,
            "sync": False,
            "opened": lambda now: None,
        }
        made.append(LiveFile(service="tests", **settings | given))
        return made[-1]

    yield live
    for file in made:
        file.let_go()


@pytest.fixture(params=["marks", "no marks"])
def marks(request, monkeypatch):
    """Linux can mark an open file; elsewhere each write looks with fstat."""
    if request.param == "no marks":
        monkeypatch.setattr(livefile, "_SET_MARK", None)
        monkeypatch.setattr(livefile, "GET_MARK", fcntl.F_GETFD)


def contents(directory) -> list[bytes]:
    paths = sorted(directory.iterdir(), key=lambda path: int(path.stem.rsplit("-", 1)[1]))
    return [path.read_bytes() for path in paths]


@pytest.mark.usefixtures("marks")
def test_a_file_is_left_at_its_size_and_at_its_age(make, directory):
    """Whole lines only; no file is longer than the limit."""
    file = make(rotate_bytes=10, rotate_after_s=60.0)
    for now, data in ((0.0, b"1234\n"), (0.01, b"5678\n"), (0.02, b"9\n"), (60.03, b"old\n")):
        file.write(data, now)

    assert contents(directory) == [b"1234\n5678\n", b"9\n", b"old\n"]


@pytest.mark.usefixtures("marks")
def test_a_line_that_is_longer_than_a_file_gets_one_of_its_own(make, directory):
    """It is not lost, and makes no empty files."""
    file = make(rotate_bytes=10)
    for n in range(3):
        file.write(b"x" * 100 + b"\n", n / 100)

    assert contents(directory) == [b"x" * 100 + b"\n"] * 3


@pytest.mark.usefixtures("marks")
def test_a_closed_descriptor_is_replaced(make, directory):
    """The next write opens a new file."""
    file = make()
    file.write(b"1\n", 0.0)
    os.close(file.fd)
    file.write(b"2\n", 0.01)

    assert contents(directory) == [b"1\n", b"2\n"]


@pytest.mark.usefixtures("marks")
def test_a_foreign_file_under_our_number_is_left_alone(make, directory, tmp_path):
    """Neither written to nor closed, also when it lies on the same device, right after a write of ours."""
    file = make()
    file.write(b"1\n", 0.0)
    with (tmp_path / "own").open("wb") as own:
        taken = file.fd
        os.dup2(own.fileno(), taken)
        file.write(b"2\n", 0.01)
        file.let_go()
        os.write(taken, b"program\n")
        os.close(taken)

    assert (tmp_path / "own").read_bytes() == b"program\n"
    assert contents(directory) == [b"1\n", b"2\n"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux marks open files")
def test_our_own_file_opened_by_the_program_is_not_ours(make, directory):
    """A program that reads our journal, and got our number for it: we do not write through its descriptor."""
    file = make()
    file.write(b"1\n", 0.0)
    (path,) = directory.iterdir()
    reading, taken = os.open(path, os.O_RDONLY), file.fd
    os.dup2(reading, taken)
    file.write(b"2\n", livefile.LOOK_S + 0.01)

    assert contents(directory) == [b"1\n", b"2\n"]
    assert os.read(taken, 10) == b"1\n"
    os.close(taken)
    os.close(reading)


@pytest.mark.usefixtures("marks")
def test_a_deleted_file_is_noticed(make, directory):
    """A tenth of a second later at the latest."""
    file = make()
    file.write(b"1\n", 0.0)
    next(directory.iterdir()).unlink()
    directory.rmdir()
    file.write(b"2\n", livefile.LOOK_S + 0.01)

    assert contents(directory) == [b"2\n"]


@pytest.mark.usefixtures("marks")
@pytest.mark.parametrize("above", [False, True], ids=["the directory", "one above it"])
def test_a_renamed_directory_is_noticed(make, tmp_path, above):
    """A second later at the latest: what was written until then went with it."""
    file = make(directory=tmp_path / "state" / "journal")
    file.write(b"1\n", 0.0)
    if above:
        (tmp_path / "state").rename(tmp_path / "old")
    else:
        (tmp_path / "state" / "journal").rename(tmp_path / "old")
    file.write(b"2\n", livefile.PLACE_S - 0.01)
    file.write(b"3\n", livefile.PLACE_S + 0.01)
    file.write(b"4\n", livefile.PLACE_S * 3)

    assert contents(tmp_path / "old" / "journal" if above else tmp_path / "old") == [b"1\n2\n"]
    assert contents(tmp_path / "state" / "journal") == [b"3\n4\n"]


def test_a_directory_that_another_has_replaced(make, directory):
    """The new one is the journal."""
    file = make()
    file.write(b"1\n", 0.0)
    directory.rename(directory.with_name("old"))
    directory.mkdir()
    file.write(b"2\n", livefile.PLACE_S + 0.01)

    assert contents(directory) == [b"2\n"]


def test_where_the_renamed_directory_cannot_be_made_anew_the_old_file_goes_on(make, directory):
    """Nothing is lost."""
    file = make()
    file.write(b"1\n", 0.0)
    directory.rename(directory.with_name("old"))
    directory.write_bytes(b"in the way")
    for n in range(2, 6):
        file.write(b"%d\n" % n, livefile.PLACE_S * n)
    directory.unlink()
    file.write(b"6\n", livefile.PLACE_S * 7)

    assert contents(directory.with_name("old")) == [b"1\n2\n3\n4\n5\n"]
    assert contents(directory) == [b"6\n"]


def test_a_program_that_has_given_up_its_rights(make, directory, monkeypatch):
    """It may not look into the directory any more, but what it has opened is open."""
    file = make()
    file.write(b"1\n", 0.0)

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(livefile, "look_up", refuse)
    file.write(b"2\n", livefile.PLACE_S + 0.01)

    assert contents(directory) == [b"1\n2\n"]


def test_a_program_with_a_root_directory_of_its_own(child_command, in_namespace, tmp_path, stored):
    """The path leads elsewhere there, and nobody would read what is written there."""
    (tmp_path / "root").mkdir()
    program = """
journal = Journal(directory, "child")
journal.append(call(1))
os.chroot(directory.parent / "root")
from outwarden.journal import livefile
time.sleep(livefile.PLACE_S)
journal.append(call(2))
"""
    subprocess.run([*in_namespace, *child_command(program)], check=True, timeout=60)

    assert list((tmp_path / "root").iterdir()) == []
    assert [event.call_id for event in stored(tmp_path / "journal")] == ["1", "2"]


@pytest.mark.usefixtures("marks")
def test_where_no_new_file_can_be_made_the_old_one_goes_on(make, directory, monkeypatch):
    """Rotation fails: nothing is lost, and it is tried again after a pause, not at each write."""
    file = make(rotate_bytes=4)
    file.write(b"1\n", 0.0)
    attempts = []

    def refuse(path):
        attempts.append(path)
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(livefile, "open_to_write", refuse)
        for n in range(10):
            file.write(b"2345\n", 0.01 * n)
    file.write(b"6789\n", livefile.PAUSE_S + 0.1)

    assert len(attempts) == 1
    assert contents(directory) == [b"1\n" + b"2345\n" * 10, b"6789\n"]


def test_what_was_cut_is_ended_by_the_next_write(make, directory, monkeypatch):
    """A short write is a failed one; the next begins on a line of its own."""
    file = make()
    with monkeypatch.context() as patch:
        patch.setattr(livefile, "write", lambda fd, data: os.write(fd, data[:3]))
        with pytest.raises(OSError, match="a part only"):
            file.write(b"12345\n", 0.0)
    file.write(b"6\n", 0.01)

    assert contents(directory) == [b"123\n6\n"]


def test_a_network_file_system_is_refused(make, monkeypatch):
    """Before a file is made there: a lock on it could hang the program."""
    monkeypatch.setattr(livefile, "file_system", lambda path: "nfs4")

    with pytest.raises(OSError, match="network file system"):
        make().write(b"1\n", 0.0)


def test_low_limits_are_lived_with(child, tmp_path, stored):
    """A program that may open 20 files only has its journal all the same."""
    process = child("""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
journal = Journal(directory, "child", rotate_bytes=500)
for n in range(20):
    journal.append(call(n))
""")
    assert process.wait(timeout=30) == 0

    assert len(stored(tmp_path / "journal")) == 20
