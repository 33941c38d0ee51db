"""A polite guest in somebody else's process."""

from __future__ import annotations

import contextvars
import functools
import logging
import signal

import pytest

from outwarden import polite, tally


@pytest.fixture(autouse=True)
def told_nothing_yet(monkeypatch):
    monkeypatch.setattr(polite, "_told", set())


def test_a_fault_is_swallowed_counted_and_told_once(caplog):
    """Two faults at one place: both are counted, the log has one line."""
    before = tally.snapshot()["internal_error"]

    for _ in range(2):
        with polite.shielded("a.place"):
            raise ValueError("anything")

    assert tally.snapshot()["internal_error"] == before + 2
    assert [(record.place, record.error_type) for record in caplog.records] == [("a.place", "ValueError")]


def test_the_log_line_holds_nothing_of_the_fault_but_its_class(caplog):
    """The text of an exception may hold a key."""
    secret = "a key: " + "0123456789abcdef" * 2

    with polite.shielded("a.place"):
        raise ValueError(secret)

    assert all(secret not in str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_meant_for_the_program_passes(kind):
    """Interrupts and exits are not ours to swallow."""
    with pytest.raises(kind), polite.shielded("a.place"):
        raise kind


@pytest.mark.parametrize("step", ["tally.count", "say_once"])
def test_a_fault_while_one_is_swallowed_does_not_reach_the_program(step, monkeypatch):
    """Counting and telling are ours, too."""

    def broken(*_, **__):
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(f"outwarden.polite.{step}", broken)
    with polite.shielded("a.place"):
        raise ValueError


def test_a_broken_log_handler_of_the_program_does_not_reach_it():
    """Logging our fault may itself fail."""

    class Broken(logging.Handler):
        def emit(self, record):
            raise RuntimeError("broken handler")

    handler = Broken()
    polite.logger.addHandler(handler)
    try:
        with polite.shielded("another.place"):
            raise ValueError
    finally:
        polite.logger.removeHandler(handler)


def test_our_own_calls_are_marked_in_this_context_only():
    """`unwatched` holds inside the block, and not in another context."""
    elsewhere = contextvars.copy_context()

    with polite.unwatched():
        assert polite.is_unwatched()
        assert not elsewhere.run(polite.is_unwatched)

    assert not polite.is_unwatched()


def a_timeout(*_):
    raise TimeoutError


class Handler:
    """A signal handler that is an object."""

    def __call__(self, *_):
        raise TimeoutError

    def method(self, *_):
        raise TimeoutError


@pytest.mark.parametrize("handler", [a_timeout, Handler(), Handler().method, functools.partial(a_timeout, 1)])
def test_what_a_signal_handler_of_the_program_raises_passes(handler):
    """It is a timeout that the program waits for, and none of our faults."""
    before = signal.signal(signal.SIGUSR1, handler)
    counted = tally.snapshot()["internal_error"]
    try:
        with pytest.raises(TimeoutError), polite.shielded("a.place"):
            signal.raise_signal(signal.SIGUSR1)
        with polite.shielded("a.place"):
            raise TimeoutError  # of our own
    finally:
        signal.signal(signal.SIGUSR1, before)

    assert tally.snapshot()["internal_error"] == counted + 1


def test_no_code_but_that_of_handlers_is_taken_for_theirs():
    """What Python itself puts in place of a handler (default, ignore, its own for Ctrl-C in C) has no code of the program's."""
    before = polite.handler_codes()
    previous = signal.signal(signal.SIGUSR1, a_timeout)
    try:
        assert polite.handler_codes() - before == {a_timeout.__code__}
    finally:
        signal.signal(signal.SIGUSR1, previous)

    assert all("enum" not in code.co_filename for code in before)
