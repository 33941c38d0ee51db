"""Keeping: what all have read goes; a full journal keeps its errors."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from outwarden import tally
from outwarden.journal import Cursors, Journal, Tail
from outwarden.journal.names import FileName
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


def test_what_a_writer_wrote_just_before_its_end_is_not_deleted_unread(
    closed_journal, places, cursors, tail, monkeypatch
):
    """It writes once more and ends, while we are looking: the size counts that is there after its end."""
    from outwarden.journal import retention

    reader = tail("one")
    reader.commit(reader.read())
    real = retention.writer_is_gone

    def last_words(fd):
        if gone := real(fd):
            with closed_journal.open("ab") as file:
                file.write(b"last words\n")
            os.utime(closed_journal, (0, 0))
        return gone

    monkeypatch.setattr(retention, "writer_is_gone", last_words)
    sweep(places, cursors, max_bytes=1 << 30, keep_s=1e9, now=time.time() + LATER)

    assert closed_journal.exists()


def test_without_consumers_nothing_is_deleted(closed_journal, tidy):
    """Who has not been asked yet may want it."""
    tidy()

    assert closed_journal.exists()


@pytest.mark.parametrize("step", ["write_bytes", "replace", "unlink"])
def test_a_sidecar_that_is_killed_while_it_replaces_a_file_loses_and_doubles_nothing(
    closed_journal, tail, tidy, monkeypatch, step
):
    """Whichever step is the last one: each failed call is read once by each consumer, with what it had read before."""

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    read = {name: [] for name in ("one", "other")}

    def take(name, max_events=1000):
        reader = tail(name)
        batch = reader.read(max_events)
        read[name] += [record.event.call_id for record in batch.records if record.event.outcome != "ok"]
        reader.commit(batch)

    take("one", 7)
    take("other", 0)
    with monkeypatch.context() as patch:
        patch.setattr(Path, step, die)
        with pytest.raises(Killed):
            tidy(max_bytes=1)
    take("one", 2)
    take("other", 3)
    tidy(max_bytes=1)
    take("one")
    take("other")

    assert read == {name: [str(n) for n in range(1, 20, 2)] for name in ("one", "other")}
    tidy()
    assert list(closed_journal.parent.iterdir()) == []


def test_a_sidecar_that_is_killed_after_a_deletion_leaves_no_cursor_for_ever(closed_journal, cursors, tail, tidy):
    """The file went, its cursor did not: the next sweep forgets it."""
    reader = tail("one")
    reader.commit(reader.read())
    closed_journal.unlink()
    assert cursors.files() == [closed_journal.name]
    tidy()

    assert cursors.files() == []


def test_what_was_set_aside_is_kept_as_long_as_the_history(places, tidy):
    """Long enough to look at it, not for ever."""
    places.quarantine.mkdir()
    (places.quarantine / "old").write_bytes(b"x")
    tidy(keep_s=LATER + 10)
    assert len(list(places.quarantine.iterdir())) == 1

    tidy(keep_s=LATER - 10)
    assert list(places.quarantine.iterdir()) == []


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


def test_all_files_are_flushed_to_the_disk(closed_journal, places, monkeypatch):
    """`journal.sync: interval` asks for that; what is not ours, or has gone meanwhile, is passed."""
    flushed = []
    monkeypatch.setattr(os, "fdatasync", lambda fd: flushed.append(os.fstat(fd).st_ino))
    (places.journal / str(FileName("s", "h", 1, 1, 1))).symlink_to("/nowhere")
    sync_files(places.journal)

    assert flushed == [closed_journal.stat().st_ino]
