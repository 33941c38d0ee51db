"""Read the few response headers that an event keeps, each of them only in the shape that it must have."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Final

import msgspec

_REMAINING: Final = (
    "ratelimit-remaining",
    "x-ratelimit-remaining",
    "x-rate-limit-remaining",
    "x-ratelimit-remaining-requests",
    "x-rate-limit-requests-remaining",
)
_LIMIT: Final = (
    "ratelimit-limit",
    "x-ratelimit-limit",
    "x-rate-limit-limit",
    "x-ratelimit-limit-requests",
    "x-rate-limit-requests-limit",
)
_RESET: Final = ("ratelimit-reset", "x-ratelimit-reset-after", "x-ratelimit-reset", "x-rate-limit-reset")
_CREDITS: Final = ("limit-consumption",)
TOLD: Final = frozenset(
    (
        *("retry-after", "ratelimit", "ratelimit-policy", "deprecation", "sunset", "link"),
        *(*_REMAINING, *_LIMIT, *_RESET, *_CREDITS),
    )
)
"""The headers by which a server tells something; most answers have none."""
_KEPT: Final = TOLD | {"content-length"}
_KEPT_BYTES: Final = {name.encode(): name for name in _KEPT}

_DATE: Final = r"@?[0-9]{1,16}|true|[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT|[0-9T:.Z-]{10,32}"
_AMOUNT: Final = r"[0-9]{1,12}(?:\.[0-9]{1,6})?"
_ITEM: Final = r"(?:^|[;,\s])(r|t|q|limit|remaining|reset)\s*=\s*([0-9]{1,15})(?=$|[;,\s])"
_LONGEST: Final = 512
_EPOCH: Final = 1_000_000_000
"""A reset beyond this many seconds is a moment, not a span."""
_SUCCESSOR: Final = r"<([^<>\s]{1,1024})>\s*;[^<]*?\brel\s*=\s*\"?(?:[\w -]*\s)?successor-version\b"

_compiled: Final = cache(re.compile)
"""Compiled when a server first tells something: most never do."""


class Said(msgspec.Struct, frozen=True):
    """What the server said about limits, prices, its own end and the size of its answer."""

    retry_after_s: float | None = None
    rate_limit: int | None = None
    rate_remaining: int | None = None
    rate_reset_s: float | None = None
    credits: float | None = None
    deprecation: str | None = None
    sunset: str | None = None
    successor: str | None = None
    """The address of what to call instead, as it came."""
    content_length: int | None = None


NOTHING: Final = Said()


def names(headers: Any) -> Iterable[str]:
    """Give the names of headers in lower case."""
    if (listed := getattr(headers, "_list", None)) is not None:  # httpx: as it came, lower-cased, value
        return [_KEPT_BYTES.get(lower, "") for _, lower, _ in listed]
    return map(str.lower, headers)


def read(headers: Mapping[str, str], *, sized: bool = False) -> Said:
    """Read the allow-listed headers; whatever has not its documented shape is left out.

    Args:
        headers: of the response.
        sized: the size is known already: most answers then have nothing to tell, and that is seen at once.
    """
    # Each client keeps its headers in a way of its own, in which names are found ten times as fast as by the mapping.
    of: Any = headers
    wanted = TOLD if sized else _KEPT
    if (known := getattr(of, "_store", None)) is not None:  # requests: by lower-cased name
        told: Mapping[str, Any] = {name: known[name][1] for name in known if name in wanted}
    elif (listed := getattr(of, "_list", None)) is not None:  # httpx: as it came, lower-cased, value
        told = {_KEPT_BYTES[lower]: value.decode("latin-1") for _, lower, value in listed if lower in _KEPT_BYTES}
    elif (held := getattr(of, "_container", None)) is not None:  # urllib3: by lower-cased name
        told = {name: ", ".join(held[name][1:]) for name in held if name in wanted}
    else:
        told = {name: headers[key] for key in headers if (name := key.lower()) in wanted}
    if len(told) == 1 and (length := told.get("content-length")) is not None:  # nearly always
        return Said(content_length=_whole(str(length).strip()))
    return _said(told) if told else NOTHING


def content_length(stored: Mapping[str, tuple[str, Any]]) -> int | None:
    """Read the size of an answer off what requests keeps its headers in, as `read` does it."""
    held = stored.get("content-length")
    if held is None:
        return None
    text = held[1]
    return _whole(text if type(text) is str and text.isdigit() else str(text).strip())


def _said(told: Mapping[str, Any]) -> Said:
    found = {name: str(value).strip() for name, value in told.items()}
    items, policy = _items(found.get("ratelimit")), _items(found.get("ratelimit-policy"))
    limit = _whole(_first(found, _LIMIT) or items.get("limit") or policy.get("q"))
    remaining = _whole(_first(found, _REMAINING) or items.get("r") or items.get("remaining"))
    return Said(
        _seconds(found.get("retry-after")),
        limit,
        remaining,
        _reset(_first(found, _RESET) or items.get("t") or items.get("reset")),
        _amount(_first(found, _CREDITS)),
        _date(found.get("deprecation")),
        _date(found.get("sunset")),
        _successor(found.get("link")),
        _whole(found.get("content-length")),
    )


def _first(found: Mapping[str, str], names: Iterable[str]) -> str | None:
    for name in names:
        if name in found:
            return found[name]
    return None


def _items(text: str | None) -> dict[str, str]:
    return dict(_compiled(_ITEM).findall(text[:_LONGEST])) if text else {}


def _successor(text: str | None) -> str | None:
    found = _compiled(_SUCCESSOR).search(text[: 4 * _LONGEST]) if text else None
    return None if found is None else found[1]


def _whole(text: str | None) -> int | None:
    return int(text) if text and len(text) <= 15 and text.isascii() and text.isdigit() else None


def _amount(text: str | None) -> float | None:
    if not text:
        return None
    if len(text) <= 12 and text.isascii() and text.isdigit():  # nearly always
        return int(text)
    if _compiled(_AMOUNT).fullmatch(text) is None:
        return None
    return float(text) if "." in text else int(text)


def _reset(text: str | None) -> float | None:
    """Give the seconds until a limit is renewed: servers send the span, or the moment in Unix seconds."""
    amount = _amount(text)
    if amount is None:
        return None
    return max(0.0, round(amount - time.time(), 3)) if amount >= _EPOCH else float(amount)


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
    return text if text and _compiled(_DATE).fullmatch(text) else None
