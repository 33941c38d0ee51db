"""Cursors: durable, all or nothing, whatever the disk says."""

from __future__ import annotations

import sqlite3
import stat
import threading

import pytest

from outwarden.errors import JournalError
from outwarden.journal import Cursors


@pytest.fixture
def db(tmp_path):
    return tmp_path / "history" / "sidecar.sqlite3"


@pytest.fixture
def cursors(db):
    cursors = Cursors(db)
    yield cursors
    cursors.close()


def test_positions_outlive_the_process(db):
    """What was committed is there after a restart; a file that nobody has read stands at 0."""
    first = Cursors(db)
    first.commit("one", {"a": 10, "b": 20})
    first.commit("one", {"a": 30})
    first.close()
    again = Cursors(db)

    assert [again.position("one", file) for file in "abc"] == [30, 20, 0]
    assert again.position("other", "a") == 0
    again.close()


def test_who_unregisters_is_forgotten(cursors):
    """Consumers are listed by name; one that leaves takes its cursors along."""
    for name in ("two", "one"):
        cursors.register(name)
        cursors.commit(name, {"a": 1})
    cursors.unregister("one")

    assert cursors.consumers() == ["two"]
    assert (cursors.position("one", "a"), cursors.position("two", "a")) == (0, 1)
    cursors.forget("a")
    assert cursors.position("two", "a") == 0


def test_only_we_can_read_it(cursors, db):
    """0600: it holds what the journal holds."""
    assert stat.S_IMODE(db.stat().st_mode) == 0o600


def test_a_full_disk_fails_one_commit_and_no_other(cursors):
    """A page limit stands in for the disk: the failed commit changes nothing, the next one works."""
    (pages,) = cursors._connection.execute("PRAGMA page_count").fetchone()
    cursors._connection.execute(f"PRAGMA max_page_count = {pages}")
    many = {f"file{n:06}" * 10: n for n in range(2000)}
    with pytest.raises(sqlite3.OperationalError, match="full"):
        cursors.commit("one", many)
    cursors._connection.execute("PRAGMA max_page_count = 1000000")

    assert cursors.position("one", "file000001" * 10) == 0
    cursors.commit("one", many)
    assert cursors.position("one", "file000001" * 10) == 1


def test_a_commit_that_fails_at_its_very_end_leaves_no_transaction_open(cursors):
    """A deferred constraint is looked at by COMMIT itself."""
    cursors._connection.executescript(
        "PRAGMA foreign_keys = ON; CREATE TABLE parent (n INTEGER PRIMARY KEY);"
        "CREATE TABLE child (n REFERENCES parent DEFERRABLE INITIALLY DEFERRED);"
    )

    with pytest.raises(sqlite3.IntegrityError):
        cursors.commit("one", {"a": 1}, lambda connection: connection.execute("INSERT INTO child VALUES (7)"))
    cursors.commit("one", {"a": 2})

    assert cursors.position("one", "a") == 2


def test_threads_commit_side_by_side(cursors):
    """All consumers of a sidecar share one database."""

    def work(name):
        for n in range(50):
            cursors.commit(name, {"a": n})

    threads = [threading.Thread(target=work, args=(f"c{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [cursors.position(f"c{number}", "a") for number in range(4)] == [49] * 4


@pytest.mark.parametrize("damage", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_database_is_one_clear_line(db, damage):
    """What, where, what to do; nothing is thrown away."""
    db.parent.mkdir()
    db.write_bytes(damage)

    with pytest.raises(JournalError, match="Move it away") as caught:
        Cursors(db)

    assert str(db) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert db.read_bytes() == damage
