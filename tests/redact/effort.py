"""What redacting costs, weighed against a piece of work of known size that is done in between.

A busy machine makes both slower alike: neighbours on the same core, a lower clock. So the bar can stand near what holds at rest.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

UNIT_MS = 0.26
"""What the piece of work takes at rest on the machine for which times are told."""
_TRIES = 60
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
    """Give the milliseconds of CPU that a text or an event takes at rest; what is below `enough_ms` at once is not weighed."""
    took = units = float("inf")
    for number in range(1, _TRIES + 1):
        units = min(units, _cpu_ms(unit))
        took = min(took, _cpu_ms(clean, one))
        if took < enough_ms:
            break
        if number % 10 == 0:
            time.sleep(_PAUSE_S)
    return min(took, took / units * UNIT_MS)


def quick_ms(clean: Callable[[Any], Any], one: Any) -> float:
    """Give about the same from a single try, for a search that compares many."""
    units = min(_cpu_ms(unit), _cpu_ms(unit))
    return _cpu_ms(clean, one) / units * UNIT_MS
