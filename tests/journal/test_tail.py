"""Reading: complete lines, from where a consumer last stood."""

from __future__ import annotations

import os

import pytest

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
