"""A limit on the size of files (`ulimit -f`) below that at which the journal goes on to the next: it goes on earlier."""

from __future__ import annotations

import json

import pytest

from outwarden.journal import Cursors, Tail

LIMITED = """
import json, resource, signal
from outwarden import tally
from outwarden.journal import livefile

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def tell():
    print(json.dumps(tally.snapshot()), flush=True)
"""


@pytest.fixture
def read(tmp_path):
    """Read the journal as the sidecar does, once its writer is gone; gives the ids of the calls."""

    def read() -> list[str]:
        cursors = Cursors(tmp_path / "history" / "db")
        tail = Tail(tmp_path / "journal", cursors, "one", quarantine=tmp_path / "quarantine")
        found = []
        while (batch := tail.read()).records or batch.marks:
            found += [record.event.call_id for record in batch.records]
            tail.commit(batch)
        assert tail.backlog() == 0
        cursors.close()
        return found

    return read


def quarantined(tmp_path) -> list[bytes]:
    return [path.read_bytes() for path in (tmp_path / "quarantine").glob("*")]


@pytest.mark.parametrize("action", ["SIG_IGN", "SIG_DFL"])
def test_files_are_left_at_the_limit(child, tmp_path, read, action):
    """Nothing is lost or torn, and the program lives, also where it lets the system end it for a write beyond the limit."""
    process = child(
        LIMITED
        + f"""
signal.signal(signal.SIGXFSZ, signal.{action})
limit(1000)
journal = Journal(directory, "child")
for n in range(100):
    journal.append(call(n))
tell()
"""
    )
    counted = json.loads(process.communicate(timeout=60)[0])

    assert process.returncode == 0
    assert not any(counted.values())
    assert read() == [str(n) for n in range(100)]
    assert quarantined(tmp_path) == []
    assert all(500 < path.stat().st_size <= 1000 for path in (tmp_path / "journal").iterdir())


@pytest.mark.parametrize("after", ["at once", "at the next look"])
@pytest.mark.parametrize("part", [0, 100], ids=["at the end", "within a line"])
def test_a_limit_that_is_lowered_meanwhile(child, tmp_path, read, part, after):
    """The event that was cut goes whole into the next file, and what there is of it to the quarantine."""
    process = child(
        LIMITED
        + f"""
journal = Journal(directory, "child")
for n in range(3):
    journal.append(call(n))
limit(next(directory.iterdir()).stat().st_size + {part})
if {after!r} != "at once":
    time.sleep(livefile.LOOK_S)
for n in range(3, 20):
    journal.append(call(n))
limit(resource.RLIM_INFINITY)
tell()
"""
    )
    counted = json.loads(process.communicate(timeout=60)[0])
    torn = part and after == "at once"

    assert not any(counted.values())
    assert read() == [str(n) for n in range(20)]
    assert [len(data) for data in quarantined(tmp_path)] == ([part] if torn else [])


def test_a_limit_below_a_line(child, tmp_path, stored):
    """Such events are lost, and counted; nothing is written, no file made for each; what is shorter again is recorded."""
    process = child(
        LIMITED
        + """
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
journal = Journal(directory, "child")
journal.append(call("first"))
limit(100)
for n in range(50):
    journal.append(call(n))
limit(resource.RLIM_INFINITY)
journal.append(call("last"))
tell()
"""
    )
    counted = json.loads(process.communicate(timeout=60)[0])
    first, last, notice = stored(tmp_path / "journal")

    assert counted["disk_full"] == 50
    assert (first.call_id, last.call_id) == ("first", "last")
    assert (notice.name, notice.reason, notice.count) == ("lost", "disk_full", 50)
    assert len(list((tmp_path / "journal").iterdir())) == 1


def test_a_limit_that_is_reached_while_no_new_file_can_be_made(child, tmp_path, stored):
    """What does not fit is lost and counted, not written beyond the limit."""
    process = child(
        LIMITED
        + """
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
def refuse(path):
    raise OSError(13, "Permission denied")
limit(1000)
journal = Journal(directory, "child")
journal.append(call("first"))
livefile.open_to_write, real = refuse, livefile.open_to_write
for n in range(10):
    journal.append(call(n))
livefile.open_to_write = real
time.sleep(livefile.PAUSE_S)
journal.append(call("last"))
tell()
"""
    )
    counted = json.loads(process.communicate(timeout=60)[0])
    *calls, notice = stored(tmp_path / "journal")

    lost = counted["journal_unwritable"]
    assert [one.call_id for one in calls] == ["first", *map(str, range(10 - lost)), "last"]
    assert 0 < lost < 10
    assert (notice.reason, notice.count) == ("journal_unwritable", lost)


def test_what_waited_in_memory_for_a_slow_disk(child, tmp_path, read):
    """All of it together is longer than a file may be: it goes into as many as it takes."""
    process = child(
        LIMITED
        + """
journal = Journal(directory, "child")
journal.append(call(0))
limit(1000)
for n in range(1, 50):
    journal._ring.append(event.encode(call(n)) + b"\\n")
journal.close()
tell()
"""
    )
    counted = json.loads(process.communicate(timeout=60)[0])

    assert not any(counted.values())
    assert read() == [str(n) for n in range(50)]


@pytest.mark.parametrize("part", [0, 100], ids=["between lines", "within a line"])
def test_several_lines_that_a_limit_cuts(child, tmp_path, read, part):
    """Those that are in the file do not go into the next one as well."""
    process = child(
        LIMITED
        + f"""
journal = Journal(directory, "child")
for n in range(2):
    journal.append(call(n))
lines = [event.encode(call(n)) + b"\\n" for n in range(2, 7)]
limit(next(directory.iterdir()).stat().st_size + len(lines[0] + lines[1]) + {part})
journal._file.write(b"".join(lines), time.monotonic())
tell()
"""
    )
    assert process.communicate(timeout=60)[0]
    assert read() == [str(n) for n in range(7)]
    assert [len(data) for data in quarantined(tmp_path)] == [100] * bool(part)
