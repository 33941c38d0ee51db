"""Lengths: what a program says of the size of a body may be anything."""

from __future__ import annotations

from typing import Any, Final

MOST_DIGITS: Final = 15


def told(length: Any) -> int | None:
    """Give the bytes that a `Content-Length` tells; None where it is no number."""
    if isinstance(length, str | bytes) and len(length) <= MOST_DIGITS and length.isascii() and length.isdigit():
        return int(length)
    return None
