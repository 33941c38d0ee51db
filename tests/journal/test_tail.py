"""Reading: complete lines, from where a consumer last stood."""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outwarden import event, tally
from outwarden.journal import Cursors, Journal, Tail
from outwarden.journal.names import FileName


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "journal"


@pytest.fixture
def cursors(tmp_path):
    cursors = Cursors(tmp_path / "history" / "sidecar.sqlite3")
    yield cursors
    cursors.close()


@pytest.fixture
def tail(directory, cursors, tmp_path):
    def make(consumer="tests") -> Tail:
        return Tail(directory, cursors, consumer, quarantine=tmp_path / "quarantine")

    return make


@pytest.fixture
def journal(directory):
    journal = Journal(directory, "tests")
    yield journal
    journal.close()


@pytest.fixture
def torn(directory):
    """Write a file by hand, as a writer that is gone left it."""

    def write(data: bytes, n: int = 1):
        directory.mkdir(exist_ok=True)
        path = directory / str(FileName("s", "h", 1, 1, n))
        path.write_bytes(data)
        return path

    return write


def numbers(batch) -> list[str]:
    return [record.event.call_id for record in batch.records]


def test_events_come_in_order_with_their_lines(journal, tail, call):
    """The line of a record is the line in the file."""
    for n in range(3):
        journal.append(call(n))

    batch = tail().read()

    assert numbers(batch) == ["0", "1", "2"]
    assert all(event.decode(record.line) == record.event for record in batch.records)


def test_what_was_read_is_not_read_again(journal, tail, call):
    """A second look gives only what is new."""
    reader = tail()
    journal.append(call(1))
    reader.read()
    journal.append(call(2))

    assert numbers(reader.read()) == ["2"]


def test_only_what_was_committed_is_remembered(journal, tail, call):
    """After a crash a consumer gets again what it had not committed."""
    for n in range(4):
        journal.append(call(n))
    reader = tail()
    reader.commit(reader.read(max_events=2))
    reader.read()

    assert numbers(tail().read()) == ["2", "3"]


def test_rewind_goes_back_to_the_last_commit(journal, tail, call):
    """What failed is read again."""
    journal.append(call(1))
    reader = tail()
    first = reader.read()
    reader.rewind()

    assert numbers(reader.read()) == numbers(first)


def test_consumers_do_not_disturb_each_other(journal, tail, call):
    """Each has its own cursor."""
    journal.append(call(1))
    one, other = tail("one"), tail("other")
    one.commit(one.read())

    assert numbers(other.read()) == ["1"]


def test_limits_are_kept_and_more_is_said(journal, tail, call):
    """A batch has at most so many events, and says that there are more."""
    for n in range(5):
        journal.append(call(n))
    reader = tail()

    sizes = []
    while (batch := reader.read(max_events=2)).records:
        sizes.append((len(batch.records), batch.more))

    assert [size for size, _ in sizes] == [2, 2, 1]
    assert sizes[0][1]


def test_a_limit_of_bytes_is_kept_and_more_is_said(journal, tail, call):
    """Whole lines up to the limit; only a line that is longer by itself goes beyond it."""
    for n in range(5):
        journal.append(call(n))
    journal.append(call(5, error="x" * 1000))
    journal.append(call(6))
    reader = tail()
    line = len(event.encode(call(0)))

    batches = []
    while (batch := reader.read(max_bytes=2 * line + 50)).records:
        batches.append((numbers(batch), batch.more))

    assert batches == [(["0", "1"], True), (["2", "3"], True), (["4"], True), (["5"], True), (["6"], False)]


def test_all_files_are_read_the_oldest_first(directory, tail, call):
    """Rotation changes nothing for a reader."""
    journal = Journal(directory, "tests", rotate_bytes=300)
    for n in range(30):
        journal.append(call(n))
    journal.close()

    assert numbers(tail().read()) == [str(n) for n in range(30)]


def test_a_torn_line_waits_while_its_writer_lives(directory, journal, tail, call):
    """An unterminated last line is just being written."""
    journal.append(call(1))
    line = event.encode(call(2)) + b"\n"
    (path,) = directory.iterdir()
    reader = tail()
    with path.open("ab") as file:
        file.write(line[:40])
        file.flush()
        assert numbers(reader.read()) == ["1"]
        file.write(line[40:])

    assert numbers(reader.read()) == ["2"]


def test_a_torn_line_of_a_dead_writer_is_set_aside(torn, tail, call, tmp_path):
    """It is kept, counted once for all consumers, and passed."""
    before = tally.snapshot()["quarantined"]
    whole = event.encode(call(1)) + b"\n"
    path = torn(whole + b'{"kind":"call","ts"')

    for consumer in ("one", "other"):
        reader = tail(consumer)
        batch = reader.read()
        reader.commit(batch)
        assert numbers(batch) == ["1"]
        assert reader.backlog() == 0

    assert (tmp_path / "quarantine" / f"{path.name}@{len(whole)}").read_bytes() == b'{"kind":"call","ts"'
    assert tally.snapshot()["quarantined"] == before + 1


def test_a_line_that_is_no_event_does_not_stop_the_tail(torn, tail, call, tmp_path):
    """What follows a corrupt line is read."""
    good = event.encode(call(2)) + b"\n"
    torn(b"\x00\xff garbage\n" + good + b"\n" + good)

    assert numbers(tail().read()) == ["2", "2"]
    assert len(list((tmp_path / "quarantine").iterdir())) == 1


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind":"call","ts":"\xff\xfe"}',
        b'{"kind":"call","x":' + b"[" * 100_000,
        b"[" * 100_000,
        b"9" * 10_000,
        b"\0" * 99,
    ],
    ids=["broken UTF-8", "a nest in an event", "a nest", "a number", "zeros"],
)
def test_no_kind_of_corruption_stops_the_tail(torn, tail, call, tmp_path, line):
    """It is set aside byte for byte, and what follows is read."""
    torn(line + b"\n" + event.encode(call(1)) + b"\n")

    assert numbers(tail().read()) == ["1"]
    (kept,) = (tmp_path / "quarantine").iterdir()
    assert kept.read_bytes() == line


def test_a_file_that_cannot_be_read_does_not_stop_the_others(torn, tail, call, monkeypatch, caplog):
    """A bad sector costs what lies on it; it is told once."""
    bad = torn(event.encode(call(1)) + b"\n", n=1)
    torn(event.encode(call(2)) + b"\n", n=2)
    real = os.pread

    def pread(fd, length, offset):
        if os.fstat(fd).st_ino == bad.stat().st_ino:
            raise OSError(errno.EIO, "Input/output error")
        return real(fd, length, offset)

    monkeypatch.setattr(os, "pread", pread)
    reader = tail()

    assert numbers(reader.read()) == ["2"]
    assert numbers(reader.read()) == []
    assert caplog.messages == ["A journal file cannot be read."]
    monkeypatch.undo()
    assert numbers(reader.read()) == ["1"]


def test_a_full_disk_does_not_stop_the_tail_at_a_bad_line(torn, tail, call, tmp_path):
    """Where the quarantine cannot be written the line is counted and passed."""
    (tmp_path / "quarantine").write_text("in the way")
    before = tally.snapshot()["quarantined"]
    torn(b"garbage\n" + event.encode(call(1)) + b"\n")

    assert numbers(tail().read()) == ["1"]
    assert tally.snapshot()["quarantined"] == before + 1


def test_a_monstrous_line_is_passed(torn, tail, call, monkeypatch):
    """A file of garbage without an end of line cannot hold the tail."""
    from outwarden.journal import tail as module

    monkeypatch.setattr(module, "LONGEST_LINE", 10_000)
    torn(b"x" * 50_000 + b"\n" + event.encode(call(1)) + b"\n")
    reader = tail()

    found = [number for _ in range(20) for number in numbers(reader.read(max_bytes=1000))]

    assert found == ["1"]


def test_foreign_files_are_not_read(directory, tail, tmp_path, call):
    """Links, pipes and files with other names are no journal."""
    directory.mkdir()
    target = tmp_path / "target"
    target.write_bytes(event.encode(call(1)) + b"\n")
    (directory / str(FileName("s", "h", 1, 1, 1))).symlink_to(target)
    os.mkfifo(directory / str(FileName("s", "h", 1, 2, 1)))
    (directory / "notes.jsonl").write_bytes(target.read_bytes())

    assert numbers(tail().read()) == []


def test_the_backlog_is_what_is_not_committed(journal, directory, tail, call):
    """In bytes, for all files or for some."""
    reader = tail()
    journal.append(call(1))
    (path,) = directory.iterdir()

    assert reader.backlog() == path.stat().st_size == reader.backlog([path.name])
    assert reader.backlog(["another"]) == 0
    reader.commit(reader.read())
    assert reader.backlog() == 0


def test_a_commit_takes_other_work_with_it_or_nothing(journal, tail, cursors, call):
    """When the other work fails, the cursor has not moved."""
    journal.append(call(1))
    reader = tail()

    def fail(connection):
        connection.execute("CREATE TABLE other (n)")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        reader.commit(reader.read(), fail)

    assert numbers(tail().read()) == ["1"]
    with pytest.raises(Exception, match="no such table"):
        cursors._connection.execute("SELECT * FROM other")


PIECES = st.lists(
    st.one_of(
        st.integers(0, 3).map(lambda size: b"x" * size * 300),  # an event with so much text
        st.sampled_from([b"", b"garbage", b"{", b'{"kind":"call"}', b"\xff\x00", b"9" * 700]),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(
    pieces=PIECES,
    cuts=st.lists(st.integers(1, 900), min_size=1, max_size=30),
    steps=st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 1500), st.sampled_from(["commit", "rewind", "crash", "go on"])),
        min_size=1,
        max_size=12,
    ),
)
def test_however_bytes_arrive_each_event_is_committed_once_and_in_order(pieces, cuts, steps):
    """Lines come in pieces of any size, readers have any limits, fail, and are killed: nothing is lost or twice."""
    lines, expected = [], []
    for number, piece in enumerate(pieces):
        if piece.strip(b"x") == b"":
            expected.append(str(number))
            piece = event.encode(sample(number, piece.decode()))  # noqa: PLW2901 - the piece, made an event
        lines.append(piece)
    data = b"".join(line + b"\n" for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "journal").mkdir()
        path = place / "journal" / str(FileName("s", "h", 1, 1, 1))
        cursors = Cursors(place / "history" / "db")
        taken: list[str] = []
        reader = Tail(path.parent, cursors, "one", quarantine=place / "quarantine")
        arrived = turn = 0
        with path.open("ab", buffering=0) as writer:
            fcntl.flock(writer, fcntl.LOCK_EX)
            while arrived < len(data) or turn < len(steps) or reader.backlog():
                arrived += writer.write(data[arrived : arrived + cuts[turn % len(cuts)]])
                max_events, max_bytes, then = steps[turn] if turn < len(steps) else (100, 1 << 20, "commit")
                turn += 1
                batch = reader.read(max_events, max_bytes)
                if then == "commit":
                    # What was read before without a commit belongs to a later one: here all is handled, or read again.
                    reader.rewind()
                    batch = reader.read(max_events, max_bytes)
                    reader.commit(batch)
                    taken += numbers(batch)
                elif then == "rewind":
                    reader.rewind()
                elif then == "crash":
                    reader = Tail(path.parent, cursors, "one", quarantine=place / "quarantine")
        cursors.close()

    assert taken == expected


def sample(number: int, text: str) -> event.CallEvent:
    return event.CallEvent(
        ts=event.timestamp(0),
        event_id=event.ids.new(),
        call_id=str(number),
        attempt=1,
        api="generic",
        method="GET",
        host="h",
        outcome="ok",
        status=200,
        service="tests",
        env="dev",
        pid=1,
        schema=1,
        error=text,
    )
