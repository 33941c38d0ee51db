"""A guest in a program that plays with its descriptors: not one byte of ours in its files, not one event lost."""

from __future__ import annotations

import time

import pytest

PROGRAM_FILES = """
marks = directory.parent / "program"
marks.mkdir()
def own_file(name):
    return os.open(marks / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
"""


def program_bytes(tmp_path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (tmp_path / "program").iterdir()}


@pytest.mark.parametrize("first", [0, 3])
def test_a_daemon_that_closes_everything_loses_nothing(child, tmp_path, stored, first):
    """The classic double fork with closerange: events before, between and after are all there."""
    process = child(
        PROGRAM_FILES
        + """
journal = Journal(directory, "child")
journal.append(call("before"))
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
first = int(sys.argv[2])
os.closerange(first, 4096)
low = [own_file(f"low{n}") for n in range(3)]  # with 0, a daemon's standard streams
for n in range(200):
    journal.append(call("after"))
    os.write(low[n % 3], b"program\\n")
os.closerange(max(low) + 1, 4096)
for n in range(200):
    journal.append(call("again"))
    os.write(low[n % 3], b"program\\n")
(marks / "done").write_bytes(b"")
""",
        None,
        str(first),
    )
    process.wait(timeout=30)
    deadline = time.monotonic() + 30.0
    while not (tmp_path / "program" / "done").exists() and time.monotonic() < deadline:
        time.sleep(0.05)  # the daemon is nobody's child any more
    written = program_bytes(tmp_path)
    assert written.pop("done") == b""

    assert set(b"".join(written.values()).splitlines()) == {b"program"}
    assert b"".join(written.values()).count(b"\n") == 400
    assert sorted(event.call_id for event in stored(tmp_path / "journal")) == ["after"] * 200 + ["again"] * 200 + [
        "before"
    ]


def test_a_descriptor_that_is_taken_away_and_given_to_another_file_is_left_alone(child, tmp_path, stored):
    """The program closes our number and opens its own file there: we neither write to it nor close it."""
    process = child(
        PROGRAM_FILES
        + """
journal = Journal(directory, "child")
journal.append(call("1"))
taken = journal._file.fd
own = own_file("own")
os.dup2(own, taken)
for n in range(2, 50):
    journal.append(call(str(n)))
os.write(taken, b"program\\n")
journal.close()
os.write(taken, b"program\\n")
"""
    )
    process.wait(timeout=30)

    assert process.returncode == 0
    assert program_bytes(tmp_path) == {"own": b"program\n" * 2}
    assert [event.call_id for event in stored(tmp_path / "journal")] == [str(n) for n in range(1, 50)]


def test_rotations_under_four_threads(child, tmp_path, stored):
    """Threads append and rotate while the program opens, closes and reopens its own files: all is in its place.

    tests/integration/test_journal_rotations.py does the same ten thousand times.
    """
    process = child(
        PROGRAM_FILES
        + """
journal = Journal(directory, "child", rotate_bytes=1)
stop = threading.Event()
def work(thread):
    for n in range(250):
        journal.append(call(f"{thread}.{n}"))
def program():
    written = 0
    while not stop.is_set():
        fd = own_file("own")
        os.write(fd, b"program\\n")
        os.close(fd)
        written += 1
    (marks / "count").write_text(str(written))
own = threading.Thread(target=program)
threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in [own, *threads]: thread.start()
for thread in threads: thread.join()
stop.set()
own.join()
"""
    )
    assert process.wait(timeout=60) == 0

    written = program_bytes(tmp_path)
    assert written["own"] == b"program\n" * int(written["count"])
    assert len(list((tmp_path / "journal").iterdir())) == 1000
    events = stored(tmp_path / "journal")
    for thread in range(4):
        mine = [event.call_id for event in events if event.call_id.startswith(f"{thread}.")]
        assert mine == [f"{thread}.{n}" for n in range(250)]
