"""The history holds each event exactly once."""

import pytest

from outwarden.event import decode
from outwarden.journal.history import History
from outwarden.journal.tail import Record, Tail
from outwarden.sidecar.history import HistoryKeeper


@pytest.fixture
def records(house):
    """Write so many events and read them as a consumer would."""
    tail = Tail(house.places.journal, house.cursors, "history", quarantine=house.places.history / "quarantine")

    def read(count):
        house.write(count)
        return tail.read()

    read.tail = tail
    return read


def kept(history):
    return [event.event_id for event in history.read()]


def test_events_are_copied_line_by_line(house, until, tmp_path):
    """By a consumer like any other."""
    history = History(tmp_path / "history")
    written = house.write(5)

    one = house.consumer(HistoryKeeper(history, house.db), name="history")
    until(lambda: one.backlog() == 0)

    assert kept(history) == written


def test_what_a_killed_sidecar_had_not_committed_is_there_once(house, records, tmp_path):
    """Also when it was the very first batch."""
    history = History(tmp_path / "history")
    batch = records(3)
    HistoryKeeper(history, house.db)(batch.records)
    assert len(kept(history)) == 3

    again = HistoryKeeper(history, house.db)
    assert kept(history) == []
    records.tail.commit(batch, again(batch.records))
    more = records(2)
    again(more.records)
    third = HistoryKeeper(history, house.db)

    assert kept(history) == [record.event.event_id for record in batch.records]
    records.tail.commit(more, third(more.records))
    assert len(kept(history)) == 5


def test_half_a_batch_is_cut_off_before_the_next_attempt(house, tmp_path):
    """The disk was full in the middle."""

    class Full(History):
        full = True

        def append(self, lines):
            super().append(lines[:1] if self.full else lines)
            if self.full:
                self.full = False
                raise OSError(28, "No space left on device")

    history = Full(tmp_path / "history")
    keeper = HistoryKeeper(history, house.db)
    house.write(3)
    (file,) = house.places.journal.iterdir()
    batch = [Record(decode(line), line) for line in file.read_bytes().splitlines()]

    with pytest.raises(OSError, match="No space"):
        keeper(batch)
    assert kept(history) == []
    keeper(batch)

    assert kept(history) == [record.event.event_id for record in batch]
