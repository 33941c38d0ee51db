"""What is done again and again."""

import threading
import time

from outwarden.sidecar.ticker import Ticker


def test_it_works_at_once_and_again():
    """And a fault costs one turn."""
    turns = threading.Semaphore(0)

    def work():
        turns.release()
        raise ZeroDivisionError

    ticker = Ticker("test", 0.01, work)
    ticker.start()

    assert all(turns.acquire(timeout=5) for _ in range(3))
    ticker.stop()
    assert ticker.join(5)


def test_it_stops_in_the_middle_of_its_pause():
    """Nobody waits for a minute to be over."""
    ticker = Ticker("test", 3600, lambda: None)
    ticker.start()
    before = time.monotonic()

    ticker.stop()

    assert ticker.join(5)
    assert time.monotonic() - before < 1


def test_a_turn_can_be_asked_for():
    """In the caller's thread, and done when it returns."""
    done = []

    Ticker("test", 3600, lambda: done.append(threading.current_thread())).tick()

    assert done == [threading.current_thread()]


def test_a_turn_of_its_own_thread_can_be_waited_for():
    """One that began before does not count, and one that hangs is not waited for longer than was said."""
    begun, release, done = threading.Semaphore(0), threading.Semaphore(0), []

    def work():
        begun.release()
        release.acquire(timeout=30)
        done.append(threading.current_thread())

    ticker = Ticker("test", 3600, work)
    ticker.start()
    assert begun.acquire(timeout=5)
    assert not ticker.turn(0.05)
    ticker.tick(0.05)
    assert done == []

    release.release(3)
    assert ticker.turn(5)
    assert len(done) >= 2
    assert threading.current_thread() not in done
    ticker.stop()
    release.release(9)
    assert ticker.join(5)
