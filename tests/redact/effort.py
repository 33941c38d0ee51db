"""What redacting costs, weighed against a piece of work of known size that is done in between.

A busy machine makes both slower alike: neighbours on the same core, a lower clock. So the bar can stand near what holds at rest.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from statistics import median
from typing import Any

UNIT_MS = 0.26
"""What the piece of work takes at rest on the machine for which times are told."""
_TRIES = 60
_FEWEST = 12
_CLEARLY = 0.9
"""After so many tries it is believed that the weight is below so much of what is enough."""
_FIRST = 4
_FAR = 0.8
"""And so soon, where every single one was so far below."""
_PAUSE_S = 0.2
"""After each ten tries: a machine may be slow for a second, and do one kind of work slower than another."""
_TEXT = "Traceback (most recent call last): File app.py, line 17, in call token=%41 a1b2 " * 12
_WORD = re.compile(r"[a-z]+=?|[0-9]{2,}|%[0-9a-f]{2}", re.IGNORECASE)


def unit() -> int:
    """Do the piece of work: calls of an expression, slices, small strings, as redaction does."""
    total = 0
    for _ in range(4):
        for found in _WORD.finditer(_TEXT):
            start, stop = found.span()
            total += len(_TEXT[start:stop].lower())
    return total


def _cpu_ms(work: Callable[..., Any], *given: Any) -> float:
    begun = time.thread_time()
    work(*given)
    return (time.thread_time() - begun) * 1e3


def ms(clean: Callable[[Any], Any], one: Any, enough_ms: float) -> float:
    """Give the milliseconds of CPU that a text or an event takes at rest; what is below `enough_ms` at once is not weighed.

    Each try is weighed against the units right before and behind it, and the middle of all weights counts: where the least of both
    sides was compared, one lucky unit made everything look a fifth dearer.
    """
    weights = []
    before = _cpu_ms(unit)
    for number in range(1, _TRIES + 1):
        took = _cpu_ms(clean, one)
        if took < enough_ms:
            return took
        after = _cpu_ms(unit)
        weights.append(took * 2 / (before + after) * UNIT_MS)
        before = after
        if number >= _FEWEST and median(weights) < enough_ms * _CLEARLY:
            break
        if number >= _FIRST and max(weights) < enough_ms * _FAR:
            break
        if number % 10 == 0:
            time.sleep(_PAUSE_S)
    return median(weights)


def quick_ms(clean: Callable[[Any], Any], one: Any) -> float:
    """Give about the same from a single try, for a search that compares many."""
    units = min(_cpu_ms(unit), _cpu_ms(unit))
    return _cpu_ms(clean, one) / units * UNIT_MS
