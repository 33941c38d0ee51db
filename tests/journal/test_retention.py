"""Keeping: what all have read goes; a full journal keeps its errors."""

from __future__ import annotations

import time

import pytest

from outwarden import tally
from outwarden.journal import Cursors, History, Journal, Tail
from outwarden.journal.places import Places
from outwarden.journal.retention import sweep, sync_files

LATER = 60.0


@pytest.fixture
def places(tmp_path):
    history = tmp_path / "history"
    return Places(
        tmp_path,
        tmp_path / "journal",
        history,
        history / "db",
        history / "lock",
        history / "quarantine",
        history / "dead",
        tmp_path / "key",
    )


@pytest.fixture
def cursors(places):
    cursors = Cursors(places.db)
    yield cursors
    cursors.close()


@pytest.fixture
def tidy(places, cursors):
    def run(max_bytes=1 << 30, keep_s=1e9):
        sweep(places, cursors, max_bytes=max_bytes, keep_s=keep_s, now=time.time() + LATER)

    return run


@pytest.fixture
def tail(places, cursors):
    return lambda consumer: Tail(places.journal, cursors, consumer, quarantine=places.quarantine)


@pytest.fixture
def closed_journal(places, call):
    """A journal of ten successes and ten errors whose writer has gone."""
    journal = Journal(places.journal, "tests")
    for n in range(20):
        journal.append(call(n, outcome="server_error" if n % 2 else "ok"))
    journal.close()
    (path,) = places.journal.iterdir()
    return path


def test_a_file_that_all_have_read_is_deleted(closed_journal, tail, tidy):
    """Both consumers have passed it and its writer is gone."""
    for consumer in ("one", "other"):
        reader = tail(consumer)
        reader.commit(reader.read())
    tidy()

    assert not closed_journal.exists()


def test_a_file_that_one_has_not_read_stays(closed_journal, tail, tidy):
    """A consumer that is registered and away holds it."""
    reader = tail("one")
    tail("other")
    reader.commit(reader.read())
    tidy()

    assert closed_journal.exists()


def test_a_live_file_stays(places, tail, tidy, call):
    """A writer may go on with it."""
    journal = Journal(places.journal, "tests")
    journal.append(call())
    reader = tail("one")
    reader.commit(reader.read())
    tidy(max_bytes=1)

    assert len(list(places.journal.iterdir())) == 1
    journal.append(call())
    assert len(reader.read().records) == 1
    journal.close()


def test_a_file_that_was_just_made_stays(closed_journal, places, cursors, tail):
    """Between its making and its lock a file looks as if its writer were gone."""
    reader = tail("one")
    reader.commit(reader.read())
    sweep(places, cursors, max_bytes=1 << 30, keep_s=1e9, now=time.time())

    assert closed_journal.exists()


def test_above_the_cap_the_history_goes_first(closed_journal, places, tail, tidy):
    """Old hours are given up before events that were not shipped."""
    tail("one")
    places.history.mkdir(exist_ok=True)
    for hour in ("2020-01-01T00", "2020-01-01T01"):
        (places.history / f"{hour}.jsonl").write_bytes(b"x" * 100_000)
    tidy(max_bytes=150_000)

    assert closed_journal.exists()
    assert sorted(path.name for path in places.history.glob("*.jsonl")) == ["2020-01-01T01.jsonl"]


def test_above_the_cap_unshipped_files_keep_their_errors(closed_journal, places, tail, tidy):
    """Every consumer goes on behind the last line that it had read; the loss is counted."""
    before = tally.snapshot()["journal_full"]
    reader, other = tail("one"), tail("other")
    reader.commit(reader.read(max_events=5))
    tidy(max_bytes=1)

    assert not closed_journal.exists()
    assert [record.event.call_id for record in tail("one").read().records] == [
        "5",
        "7",
        "9",
        "11",
        "13",
        "15",
        "17",
        "19",
    ]
    assert len(other.read().records) == 10
    assert tally.snapshot()["journal_full"] == before + 10
    assert sum(path.stat().st_size for path in places.journal.iterdir()) > 0


def test_a_file_that_is_just_being_read_is_not_replaced(closed_journal, tail, tidy):
    """A consumer that has read and not committed would commit to a file that is gone."""
    reader = tail("one")
    batch = reader.read()
    tidy(max_bytes=1)
    assert closed_journal.exists()

    reader.commit(batch)
    tidy(max_bytes=1)
    assert not closed_journal.exists()


def test_old_hours_of_history_are_deleted(places, tidy):
    """After `history.keep` they go."""
    (places.history / "2020-01-01T00.jsonl").write_bytes(b"")
    (places.history / time.strftime("%Y-%m-%dT%H.jsonl", time.gmtime())).write_bytes(b"")
    tidy(keep_s=3600)

    assert len(list(places.history.glob("*.jsonl"))) == 1


def test_files_can_be_flushed_to_the_disk(closed_journal, places):
    """`journal.sync: interval` asks for that."""
    sync_files(places.journal)


def test_the_history_keeps_events_and_gives_a_span(tmp_path, call):
    """Events come back by the time at which they began."""
    from outwarden.event import encode

    history = History(tmp_path / "history")
    history.append([encode(call(n)) for n in range(10)])

    found = [event.call_id for event in history.read(1_700_000_003, 1_700_000_005)]
    assert found == ["3", "4", "5"]


def test_the_history_goes_back_to_a_mark(tmp_path, call):
    """What was appended after a mark is cut off."""
    from outwarden.event import encode

    history = History(tmp_path / "history")
    history.append([encode(call(1))])
    mark = history.mark()
    history.append([encode(call(2))])
    (history.directory / "9999-01-01T00.jsonl").write_bytes(b"later\n")
    history.restore(mark)

    assert [event.call_id for event in history.read()] == ["1"]
    assert history.mark() == mark


def test_the_history_can_be_read_while_it_is_written(tmp_path, call):
    """An unfinished last line is passed."""
    from outwarden.event import encode

    history = History(tmp_path / "history")
    history.append([encode(call(1))])
    (path,) = history.directory.iterdir()
    with path.open("ab") as file:
        file.write(b'{"kind":"ca')

    assert [event.call_id for event in history.read()] == ["1"]
    assert path.stat().st_mode & 0o777 == 0o600
