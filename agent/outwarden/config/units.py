"""Sizes and durations as people write them: `1GiB`, `16MiB`, `7d`, `1h`, `90s`, or a plain number."""

from __future__ import annotations

import re
from typing import Any

_SIZES = {"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "kB": 10**3, "MB": 10**6, "GB": 10**9}
_DURATIONS = {"": 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_FORM = r"(\d{1,15}(?:\.\d{1,6})?)\s?([A-Za-z]{0,3})"


class Size(int):
    """A number of bytes."""


class Duration(float):
    """A number of seconds."""


def parse_size(value: Any) -> Size:
    """Read a size.

    Raises:
        ValueError: it is no size.
    """
    return Size(_parse(value, _SIZES, "a size such as 512MiB or 1GiB"))


def parse_duration(value: Any) -> Duration:
    """Read a duration.

    Raises:
        ValueError: it is no duration.
    """
    return Duration(_parse(value, _DURATIONS, "a duration such as 90s, 1h or 7d"))


def _parse(value: Any, units: dict[str, Any], wanted: str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return float(value)
    if isinstance(value, str) and (match := re.fullmatch(_FORM, value.strip())) and match[2] in units:
        return float(match[1]) * float(units[match[2]])
    raise ValueError(f"Expected {wanted}")


def decode(kind: type, value: Any) -> Any:
    """Decode our own number types (msgspec's dec_hook)."""
    if kind is Size:
        return parse_size(value)
    if kind is Duration:
        return parse_duration(value)
    raise NotImplementedError(kind)  # msgspec's word for: not a type of ours


def encode(value: Any) -> Any:
    """Encode our own number types (msgspec's enc_hook)."""
    if isinstance(value, Size):
        return int(value)
    if isinstance(value, Duration):
        return float(value)
    raise NotImplementedError(type(value))  # msgspec's word for: not a type of ours


def schema(kind: type) -> dict[str, Any]:
    """Describe our own number types (msgspec's schema_hook)."""
    if kind is Size:
        return {"type": ["integer", "string"], "description": "bytes, or a text such as 512MiB"}
    if kind is Duration:
        return {"type": ["number", "string"], "description": "seconds, or a text such as 90s, 1h, 7d"}
    raise NotImplementedError(kind)  # msgspec's word for: not a type of ours
