"""Read the few response headers that an event keeps, each of them only in the shape that it must have."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

_REMAINING: Final = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
_TOLD: Final = frozenset(("retry-after", *_REMAINING, "deprecation", "sunset"))
_KEPT: Final = _TOLD | {"content-length"}
_DATE = re.compile(r"@?[0-9]{1,16}|true|[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT|[0-9T:.Z-]{10,32}")


class Said(NamedTuple):
    """What the server said about limits, its own end and the size of its answer."""

    retry_after_s: float | None = None
    rate_remaining: int | None = None
    deprecation: str | None = None
    sunset: str | None = None
    content_length: int | None = None


NOTHING: Final = Said()


def read(headers: Mapping[str, str], *, sized: bool = False) -> Said:
    """Read the allow-listed headers; whatever has not its documented shape is left out.

    Args:
        headers: of the response.
        sized: the size is known already: most answers then have nothing to tell, and that is seen at once.
    """
    # As in credentials.py: the lower-cased names of requests' headers are ten times as fast as the mapping itself.
    known = getattr(headers, "_store", None)
    if known is None:
        found = {name.lower(): str(headers[name]).strip() for name in headers if name.lower() in _KEPT}
    elif (_TOLD if sized else _KEPT).isdisjoint(known):
        return NOTHING
    else:
        found = {name: str(headers[name]).strip() for name in _KEPT.intersection(known)}
    if not found:
        return NOTHING
    remaining = next((found[name] for name in _REMAINING if name in found), None)
    return Said(
        _seconds(found.get("retry-after")),
        _whole(remaining),
        _date(found.get("deprecation")),
        _date(found.get("sunset")),
        _whole(found.get("content-length")),
    )


def _whole(text: str | None) -> int | None:
    return int(text) if text and len(text) <= 15 and text.isascii() and text.isdigit() else None


def _seconds(text: str | None) -> float | None:
    if not text or len(text) > 40:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _date(text: str | None) -> str | None:
    return text if text and _DATE.fullmatch(text) else None
