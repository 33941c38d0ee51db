"""How long to wait after a failure."""

from outwarden.sidecar.backoff import Backoff


def test_the_bound_doubles_up_to_30_seconds_and_begins_anew():
    """With the largest draw."""
    backoff = Backoff(draw=lambda: 1.0)

    assert [backoff.next_s() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    backoff.reset()
    assert backoff.next_s() == 0.5


def test_the_pause_is_anything_below_the_bound():
    """Full jitter: a thousand sidecars do not come back at once."""
    backoff = Backoff()
    for _ in range(10):
        backoff.next_s()

    pauses = [backoff.next_s() for _ in range(200)]

    assert 0 <= min(pauses) < 6
    assert 24 < max(pauses) <= 30
