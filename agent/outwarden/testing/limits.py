"""How much the API lets one key do: a window of calls, and credits.

The window's size was measured from outside (2026-09-06): 25 billed calls in any 30 seconds; free answers do not count,
and a 429 carries no Retry-After. The vendor publishes no number.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple


class RateLimit(NamedTuple):
    """At most `calls` billed calls within any `seconds`."""

    calls: int = 25
    seconds: float = 30.0


class Limits:
    """What is left to the one key that the server knows.

    Attributes:
        rate: the window, or None for no limit; may be changed at any time.
        credits_left: what remains of the monthly credits, or None for no quota; may be changed at any time.
        credits_used: what all calls have cost so far.
    """

    def __init__(self, rate: RateLimit | None, credits_left: int | None, clock: Callable[[], float]) -> None:
        self.rate = rate
        self.credits_left = credits_left
        self.credits_used = 0
        self._clock = clock
        self._billed: deque[float] = deque()

    def window_is_full(self) -> bool:
        """Say whether the next call is one too many for now."""
        if self.rate is None:
            return False
        since = self._clock() - self.rate.seconds
        while self._billed and self._billed[0] <= since:
            self._billed.popleft()
        return len(self._billed) >= self.rate.calls

    def quota_is_spent(self) -> bool:
        """Say whether the monthly credits are gone."""
        return self.credits_left is not None and self.credits_left <= 0

    def bill(self, cost: int) -> None:
        """Count a call that costs credits; a free one leaves no trace."""
        if cost:
            self._billed.append(self._clock())
            self.credits_used += cost
            if self.credits_left is not None:
                self.credits_left -= cost
