"""Buckets of a distribution: each reaches 5 % further than the one before, so a value is known to 2.5 %.

The borders are the same everywhere and for ever, so counts of any two minutes, batches or hosts can be added up.
"""

from __future__ import annotations

from functools import lru_cache
from math import log
from typing import Final

_GROWTH: Final = 1.05
_PER: Final = 1 / log(_GROWTH)
_LEAST: Final = 0.01
"""Smaller values are taken for this one: 10 µs."""
_MOST: Final = 86_400_000.0
"""Larger values are taken for this one: a day."""
MOST_BUCKETS: Final = round(log(_MOST / _LEAST) * _PER) + 1
"""So many there are."""


def bucket(value: float) -> int:
    """Give the number of a value's bucket."""
    return round(log(min(max(_LEAST, value), _MOST)) * _PER)


@lru_cache(maxsize=1024)
def middle(number: int) -> float:
    """Give the value that stands for a bucket: at most 2.5 % from every value in it."""
    return float(f"{_GROWTH**number:.4g}")
