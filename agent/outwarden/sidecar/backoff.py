"""Backoff: how long to wait after a failure."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

LONGEST_S: Final = 30.0


class Backoff:
    """Full jitter: anything between nothing and a bound that doubles with each failure.

    Many sidecars that lost the same destination come back spread out, see
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
    """

    def __init__(
        self, *, first_s: float = 0.5, longest_s: float = LONGEST_S, draw: Callable[[], float] = random.random
    ) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._draw = draw
        self._bound_s = first_s

    def next_s(self) -> float:
        """Give the next pause in seconds."""
        bound_s = self._bound_s
        self._bound_s = min(bound_s * 2, self._longest_s)
        return self._draw() * bound_s

    def reset(self) -> None:
        """Begin anew: it worked."""
        self._bound_s = self._first_s
