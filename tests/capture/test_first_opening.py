"""Acting at the first opening of urllib.request."""

from __future__ import annotations

import urllib.request
from functools import partialmethod

import pytest

from outwarden import tally
from outwarden.capture.first_opening import when_opened

DATA = "data:,hello"


@pytest.fixture(autouse=True)
def original():
    """What stood there before stands there afterwards."""
    before = urllib.request.OpenerDirector.__dict__["open"]
    yield before
    assert urllib.request.OpenerDirector.__dict__["open"] is before


def test_acts_once_and_goes_on():
    """The opening that triggers it succeeds; the next one triggers nothing."""
    seen = []
    when_opened(lambda: seen.append(1))
    answers = [urllib.request.urlopen(DATA).read() for _ in range(2)]

    assert answers == [b"hello"] * 2
    assert seen == [1]


def test_called_off(original):
    """Then nothing has happened."""
    when_opened(lambda: 1 / 0)()

    assert urllib.request.OpenerDirector.__dict__["open"] is original


def test_what_the_action_puts_there_sees_the_first_opening(monkeypatch, original):
    """A wrapper that is put in place by the action is used at once."""
    seen = []

    def wrapper(self, *args, **kwargs):
        seen.append(args)
        return original(self, *args, **kwargs)

    when_opened(lambda: monkeypatch.setattr(urllib.request.OpenerDirector, "open", wrapper))
    urllib.request.urlopen(DATA)
    monkeypatch.undo()

    assert len(seen) == 1


def test_somebody_has_wrapped_us(monkeypatch, original):
    """We cannot be taken away, and the opening works all the same, without going round in circles."""
    seen = []
    call_off = when_opened(lambda: seen.append(1))
    ours = urllib.request.OpenerDirector.__dict__["open"]
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", partialmethod(ours))
    answer = urllib.request.urlopen(DATA).read()
    monkeypatch.undo()
    call_off()

    assert (answer, seen) == (b"hello", [1])


def test_a_fault_in_the_action():
    """It is counted and swallowed."""
    when_opened(lambda: 1 / 0)

    assert urllib.request.urlopen(DATA).read() == b"hello"
    assert tally.snapshot()["internal_error"] == 1
