"""What stands for a value behind a name that says something."""

from __future__ import annotations

from typing import Final

from outwarden.redact import values
from outwarden.redact.canonical import undisguised
from outwarden.redact.marks import MASK
from outwarden.redact.names import Kind
from outwarden.redact.pseudonyms import Pseudonyms

_LEAST_DIGITS: Final = 5
"""What has fewer is no personal number, whatever its name says."""
_LEAST_WHOLE: Final = 10**6
"""The same for whole numbers, which are more often counts."""


def text_for(meaning: Kind, value: str, pseudonyms: Pseudonyms) -> str | None:
    """Give what stands for a text, or None where the name does not settle it and the text must be scanned."""
    if meaning is Kind.USER:
        return pseudonyms.user(value)
    if meaning is Kind.SECRET or meaning is Kind.PERSONAL:
        return MASK if values.is_something(value) else None
    if meaning is Kind.MAYBE:
        return MASK if values.looks_secret(value) else None
    seen = value if value.isascii() else undisguised(value)
    if values.looks_secret(seen):
        return MASK
    if meaning is Kind.NUMBER:
        return MASK if sum(map(str.isdigit, seen)) >= _LEAST_DIGITS else None
    return MASK if any(sign in seen for sign in ".:%") else None  # an address


def number_for(meaning: Kind, value: float, pseudonyms: Pseudonyms) -> str | float:
    """Give what stands for a number."""
    if meaning is Kind.USER:
        return pseudonyms.user(str(value))
    if meaning is Kind.SECRET or (meaning is Kind.NUMBER and abs(value) >= _LEAST_WHOLE):
        return MASK
    return value
