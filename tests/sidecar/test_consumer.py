"""A consumer reads, handles and commits, and has patience."""

import logging
import sqlite3
import threading
import time
from contextlib import closing

import msgspec
import pytest

from outwarden import tally
from outwarden.errors import Rejected, Retry, Unauthorized
from outwarden.journal.cursors import Cursors
from outwarden.sidecar.consumer import Pace


class Sink:
    """Keeps what it is given, and fails as it is told."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.attempts = []
        self.kept = []

    def __call__(self, records):
        self.attempts.append([record.event.event_id for record in records])
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Rejected):
                bad = {index for index, _ in failure.items}
                self.kept += [record.event.event_id for i, record in enumerate(records) if i not in bad]
            raise failure
        self.kept += [record.event.event_id for record in records]


def test_each_event_is_handled_once_and_in_order(house, until):
    """Also those that come later."""
    sink = Sink()
    written = house.write(50)
    one = house.consumer(sink)
    until(lambda: sink.kept == written)

    written += house.write(50)

    until(lambda: sink.kept == written)
    until(lambda: one.backlog() == 0)
    assert one.health.shipped == 100


def test_a_batch_that_failed_is_given_again_as_it_was(house, until):
    """And what came meanwhile comes after it."""
    sink = Sink(Retry("no network"), Retry("no network"), RuntimeError("ours"))
    written = house.write(3)
    one = house.consumer(sink)
    until(lambda: len(sink.attempts) >= 2)
    more = house.write(2)

    until(lambda: sink.kept == written + more)

    assert sink.attempts[:4] == [written] * 4
    until(lambda: one.health.state == "ok")
    assert one.failures == 3


def test_a_destination_that_says_how_long_is_not_asked_before(house, until):
    """Retry-After."""
    sink = Sink(Retry("slow down", after_s=0.3))
    house.write()
    began = time.monotonic()
    house.consumer(sink)

    until(lambda: sink.kept)

    assert time.monotonic() - began >= 0.3


def test_credentials_that_must_be_mended_keep_the_batch(house, until, caplog):
    """The state says so, once in the log, and the batch arrives when they are."""
    sink = Sink(*[Unauthorized("The token has expired. Renew it.")] * 5)
    written = house.write(3)
    with caplog.at_level(logging.WARNING, "outwarden.sidecar"):
        one = house.consumer(sink)
        until(lambda: one.health.state == "degraded")
        assert one.health.last_error == "The token has expired. Renew it."
        until(lambda: sink.kept == written)
        until(lambda: one.health.state == "ok")

    assert [record.message for record in caplog.records] == [
        "Handing events on fails; they are kept and tried again.",
        "Handing events on works again.",
    ]
    assert len(sink.attempts) == 6


def test_what_is_refused_for_good_becomes_a_dead_letter(house, until):
    """With the reason and the whole event; the others are done."""
    sink = Sink(Rejected([(1, "too old")]))
    before = tally.snapshot()["rejected"]
    written = house.write(3)
    one = house.consumer(sink)
    until(lambda: one.backlog() == 0)

    (path,) = house.places.dead.iterdir()
    (letter,) = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]

    assert (letter["reason"], letter["by"]) == ("too old", "ship")
    assert letter["event"]["event_id"] == written[1]
    assert sink.kept == [written[0], written[2]]
    assert tally.snapshot()["rejected"] - before == 1
    assert (one.health.shipped, one.health.rejected) == (2, 1)
    assert path.stat().st_mode & 0o777 == 0o600


def test_dead_letters_that_cannot_be_written_hold_the_cursor_and_ship_nothing_twice(house, until):
    """The destination was asked once; only the file is tried again."""
    house.places.dead.write_text("in the way")
    sink = Sink(Rejected([(0, "bad")]))
    house.write(2)
    one = house.consumer(sink)
    until(lambda: one.failures >= 2)
    assert one.backlog() > 0

    house.places.dead.unlink()

    until(lambda: one.backlog() == 0)
    assert len(sink.attempts) == 1
    assert one.health.rejected == 1


def test_work_beside_the_cursor_happens_with_it_or_not_at_all(house, until):
    """A database that is busy is tried again, the handling is not."""
    with closing(sqlite3.connect(house.db)) as connection, connection:
        connection.execute("CREATE TABLE counted (n INTEGER)")
    calls, handled = [], []

    def count(records):
        handled.append(len(records))

        def also(connection):
            connection.execute("INSERT INTO counted VALUES (?)", (len(records),))
            calls.append(1)
            if len(calls) < 3:
                raise sqlite3.OperationalError("disk I/O error")

        return also

    house.write(7)
    one = house.consumer(count)
    until(lambda: one.backlog() == 0)

    with closing(sqlite3.connect(house.db)) as connection:
        assert connection.execute("SELECT n FROM counted").fetchall() == [(7,)]
    assert handled == [7]
    assert len(calls) == 3


def test_a_batch_waits_for_more(house, until):
    """Few calls to CloudWatch."""
    sink = Sink()
    one = house.consumer(sink, pace=Pace(poll_s=0.01, flush_s=1.5, max_events=10))
    house.write(3)
    time.sleep(0.1)
    house.write(3)
    until(lambda: one.backlog() == 0)
    assert [len(ids) for ids in sink.attempts] == [6]


def test_a_full_batch_goes_at_once(house, until):
    """No delay under load: what waits for more would wait longer than this test."""
    sink = Sink()
    one = house.consumer(sink, pace=Pace(poll_s=0.01, flush_s=60, max_events=10))

    house.write(30)

    until(lambda: one.backlog() == 0)
    assert [len(ids) for ids in sink.attempts] == [10, 10, 10]


def test_a_hurried_consumer_waits_for_nothing(house, until):
    """Neither for its batch to fill up nor for its back-off to be over."""
    sink = Sink(Unauthorized("no"))
    one = house.consumer(sink, pace=Pace(poll_s=30, flush_s=30, unauthorized_s=(30, 30)), start=False)
    house.write(3)
    one.start()
    one.hurry(True)
    until(lambda: one.failures == 1)

    one.hurry(True)

    until(lambda: one.backlog() == 0)


def test_a_line_that_is_no_event_does_not_come_back(house, until):
    """It lies in the quarantine, and the cursor has passed it."""
    sink = Sink()
    one = house.consumer(sink)
    first = house.write()
    (file,) = house.places.journal.iterdir()
    with file.open("ab") as journal:
        journal.write(b"garbage\n")
    until(lambda: sink.kept == first and one.backlog() == 0)

    assert len(list((house.places.history / "quarantine").iterdir())) == 1


def test_a_new_sidecar_goes_on_where_the_last_one_stopped(house, until):
    """Nothing twice, nothing left out."""
    sink = Sink()
    written = house.write(10)
    one = house.consumer(sink)
    until(lambda: one.backlog() == 0)
    one.stop(1)
    assert one.join(5)
    written += house.write(10)

    cursors = Cursors(house.db)
    two = house.consumer(sink, cursors=cursors)
    until(lambda: two.backlog() == 0)
    two.stop(1)
    assert two.join(5)
    cursors.close()

    assert sink.kept == written
    assert two.health.shipped == 20


def test_a_stopping_consumer_makes_one_last_attempt(house, until):
    """In the middle of a long pause, and then it ends; the batch stays for the next one."""
    sink = Sink(*[Unauthorized("no")] * 10)
    house.write(3)
    one = house.consumer(sink, pace=Pace(poll_s=0.01, flush_s=0.01, unauthorized_s=(30, 30)))
    until(lambda: one.failures == 1)
    began = time.monotonic()

    one.stop(5)

    assert one.join(5)
    assert time.monotonic() - began < 2
    assert len(sink.attempts) == 2
    assert one.backlog() > 0


def test_a_stopping_consumer_ships_what_is_there(house, until):
    """Nobody waits for the next start when there is time now."""
    sink = Sink()
    one = house.consumer(sink, pace=Pace(poll_s=30, flush_s=30, max_events=10), start=False)
    one.start()
    time.sleep(0.05)
    written = house.write(35)

    one.stop(5)

    assert one.join(5)
    assert sink.kept == written


def test_a_stopping_consumer_does_not_go_on_for_ever(house):
    """Its time is over, the rest stays."""
    slow = threading.Event()
    house.write(100)
    one = house.consumer(lambda _records: slow.wait(0.05) and None, pace=Pace(poll_s=0.01, flush_s=0.01, max_events=1))

    one.stop(0.2)

    assert one.join(3)
    assert one.backlog() > 0


@pytest.mark.parametrize("error", [RuntimeError("key=abc"), KeyError("abc"), MemoryError(), OSError(28, "abc")])
def test_no_exception_ends_the_thread_and_none_is_quoted(house, until, error):
    """A foreign text could hold anything: the class alone is kept."""
    sink = Sink(error)
    house.write()
    one = house.consumer(sink)
    until(lambda: sink.kept)

    assert one.health.last_error == type(error).__name__
    assert one.failures == 1


def test_a_journal_that_cannot_be_read_is_tried_again(house, until):
    """Somebody put a file in its place for a moment."""
    sink = Sink()
    house.places.journal.write_text("in the way")
    one = house.consumer(sink)
    until(lambda: one.failures >= 2)
    assert one.health.state == "retrying"

    house.places.journal.unlink()
    until(lambda: one.health.state == "ok")
    written = house.write(2)

    until(lambda: sink.kept == written)
