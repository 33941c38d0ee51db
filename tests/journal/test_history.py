"""History: by the hour, for people, each event once."""

from __future__ import annotations

import time

import pytest

from outwarden.event import encode
from outwarden.journal import History
from outwarden.journal import history as module


def test_the_history_keeps_events_and_gives_a_span(tmp_path, call):
    """Events come back by the time at which they began."""
    history = History(tmp_path / "history")
    history.append([encode(call(n)) for n in range(10)])

    found = [event.call_id for event in history.read(1_700_000_003, 1_700_000_005)]
    assert found == ["3", "4", "5"]


def test_the_history_goes_back_to_a_mark(tmp_path, call):
    """What was appended after a mark is cut off."""
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
    history = History(tmp_path / "history")
    history.append([encode(call(1))])
    (path,) = history.directory.iterdir()
    with path.open("ab") as file:
        file.write(b'{"kind":"ca')

    assert [event.call_id for event in history.read()] == ["1"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_is_broken_does_not_hide_the_others(tmp_path, call):
    """A disk that has bitten into a file costs that line."""
    history = History(tmp_path / "history")
    history.append(
        [encode(call(1)), b'{"kind":"call","ts":"\xff"}', b'{"kind":"call","x":' + b"[" * 50_000, encode(call(2))]
    )

    assert [event.call_id for event in history.read()] == ["1", "2"]


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the history."""

    def set_clock(now: float) -> None:
        monkeypatch.setattr(module.time, "time", lambda: now)

    yield set_clock
    monkeypatch.undo()


HOUR = 1_700_002_800.0  # 2023-11-14T23:00:00Z


def test_each_hour_has_its_file(tmp_path, call, at):
    """Named after the hour (UTC) in which the events were appended."""
    history = History(tmp_path / "history")
    for n, now in enumerate((HOUR - 1, HOUR + 1)):
        at(now)
        history.append([encode(call(n))])

    assert sorted(path.name for path in history.directory.iterdir()) == ["2023-11-14T22.jsonl", "2023-11-14T23.jsonl"]
    assert [event.call_id for event in history.read()] == ["0", "1"]


def test_a_clock_that_is_set_back_over_the_hour_breaks_no_mark(tmp_path, call, at):
    """What is appended after a mark can be cut off, also when the hour before has come again."""
    history = History(tmp_path / "history")
    at(HOUR + 1)
    history.append([encode(call(1))])
    mark = history.mark()
    at(HOUR - 1)
    history.append([encode(call(2))])
    assert [event.call_id for event in history.read()] == ["1", "2"]
    history.restore(mark)

    assert [event.call_id for event in history.read()] == ["1"]


def test_a_clock_that_was_years_ahead_does_not_hold_the_history_there(tmp_path, call, at):
    """Events of today do not go into a file that is not swept for years."""
    history = History(tmp_path / "history")
    at(HOUR + 9e8)
    history.append([encode(call(1))])
    at(HOUR)
    history.append([encode(call(2))])

    assert (history.directory / "2023-11-14T23.jsonl").exists()
    assert {event.call_id for event in history.read()} == {"1", "2"}


def test_the_oldest_hour_goes_first_and_the_newest_stays(tmp_path):
    """What makes room says how much."""
    history = History(tmp_path)
    for hour in ("2020-01-01T00", "2020-01-01T01"):
        (tmp_path / f"{hour}.jsonl").write_bytes(b"x" * 10)

    assert (history.size(), history.drop_oldest(), history.size(), history.drop_oldest()) == (20, 10, 10, 0)


def test_what_began_long_before_the_span_is_left_out_unread(tmp_path, call):
    """Files of hours before the span are not opened: they hold nothing that began later."""
    history = History(tmp_path)
    (tmp_path / "2020-01-01T00.jsonl").mkdir()  # reading it would fail

    assert list(history.read(since=time.time())) == []
