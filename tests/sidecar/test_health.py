"""How each consumer is doing."""

import sqlite3
from contextlib import closing

import pytest

from outwarden.journal.cursors import Cursors
from outwarden.journal.names import FileName
from outwarden.sidecar import health
from outwarden.sidecar.health import Health, Row


@pytest.fixture
def cursors(tmp_path):
    cursors = Cursors(tmp_path / "db")
    cursors.register("ship")
    yield cursors
    cursors.close()


def test_without_a_sidecar_there_is_nothing_to_read(tmp_path):
    """Neither a database nor a table."""
    db = tmp_path / "db"
    assert health.read(db, tmp_path) == []
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("CREATE TABLE other (x)")

    assert health.read(db, tmp_path) == []


def test_success_counts_with_its_transaction(tmp_path, cursors):
    """Rolled back, it did not happen."""
    kept = Health(cursors.db, "ship", clock=lambda: 100.0)

    def fail(connection):
        kept.done(connection, shipped=5, rejected=1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cursors.commit("ship", {}, fail)
    assert health.read(cursors.db, tmp_path) == []

    with cursors.transaction() as connection:
        kept.row = kept.done(connection, shipped=5, rejected=1)

    expected = Row(consumer="ship", state="ok", since=100.0, last_ok=100.0, shipped=5, rejected=1)
    assert health.read(cursors.db, tmp_path) == [expected]


def test_trouble_keeps_its_beginning_and_the_counts_go_on_after_a_restart(tmp_path, cursors):
    """Since when, not: when last."""
    now = iter(range(100, 200))
    first = Health(cursors.db, "ship", clock=lambda: float(next(now)))
    with cursors.transaction() as connection:
        first.row = first.done(connection, shipped=5, rejected=0)
    first.trouble("retrying", "no network")
    first.trouble("retrying", "still none")

    (row,) = health.read(cursors.db, tmp_path)
    again = Health(cursors.db, "ship")

    assert (row.state, row.since, row.last_error_at, row.last_error) == ("retrying", 102.0, 103.0, "still none")
    assert (row.last_ok, row.shipped) == (101.0, 5)
    assert again.row == row


def test_the_backlog_is_measured_when_it_is_read(tmp_path, cursors):
    """A sidecar that died long ago cannot say how much has come since."""
    journal = tmp_path / "journal"
    journal.mkdir()
    for n in (1, 2):
        (journal / str(FileName("app", "host", 1, 1, n))).write_bytes(b"x" * 100)
    cursors.commit("ship", {str(FileName("app", "host", 1, 1, 1)): 60})
    Health(cursors.db, "ship").trouble("retrying", "no network")

    (row,) = health.read(cursors.db, journal)

    assert row.backlog_bytes == 40 + 100


def test_a_consumer_that_will_not_come_back_is_not_shown(tmp_path, cursors):
    """Its sink was taken out of the config."""
    Health(cursors.db, "ship").trouble("degraded", "no credentials")

    cursors.unregister("ship")

    assert health.read(cursors.db, tmp_path) == []
