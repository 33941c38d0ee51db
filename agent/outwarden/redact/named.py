"""What stands for a value behind a name that says something."""

from __future__ import annotations

from typing import Final

from outwarden.apis.shapes import is_plain
from outwarden.redact import houses, personal, values
from outwarden.redact.canonical import undisguised
from outwarden.redact.complaints import is_complaint
from outwarden.redact.expression import expression
from outwarden.redact.marks import MASK
from outwarden.redact.names import ADDRESS, HOUSE, MAYBE, NUMBER, PERSONAL, SECRET, USER, Kind
from outwarden.redact.pseudonyms import Pseudonyms

_LEAST_DIGITS: Final = 5
"""What has fewer is no personal number, whatever its name says."""
_ADDRESS: Final = expression(r"[0-9](?:\.[0-9]{1,3}){3}|:[0-9a-fA-F]{0,4}:")
_HOST: Final = expression(r"[A-Za-z][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}(?::[0-9]{1,5})?")
_MACHINES: Final = ("mac",)
_LEAST_WHOLE: Final = 10**6
"""The same for whole numbers, which are more often counts."""


def text_for(meaning: Kind, value: str, pseudonyms: Pseudonyms, name: object = "") -> str | None:
    """Give what stands for a text, or None where the name does not settle it and the text must be scanned."""
    if meaning is USER:
        return pseudonyms.user(value)
    if meaning is SECRET or meaning is PERSONAL:
        if meaning is SECRET and values.is_variable(value):
            return MASK
        return MASK if values.is_something(value) and not values.is_something_else(str(name), value) else None
    if meaning is HOUSE:
        return MASK if houses.is_one(value) else None
    if meaning is MAYBE:
        return (
            MASK
            if settled(meaning, value) is SECRET
            or values.is_spaced_hex(value)
            or (name == "pass" and values.is_passphrase(value))
            else None
        )
    seen = value if value.isascii() else undisguised(value)
    if meaning is NUMBER and personal.is_other(str(name), seen):
        return None
    if meaning is ADDRESS and _HOST.fullmatch(seen) is not None:
        return None
    if values.looks_secret(seen):
        return MASK
    if meaning is NUMBER:
        return MASK if sum(map(str.isdigit, seen)) >= _LEAST_DIGITS or personal.hides_digits(seen) else None
    if "%" in seen or _ADDRESS.search(seen) is not None:
        return MASK
    if str(name).lower().endswith(_MACHINES):
        return None  # `mac: macOS 14.5`
    return None if is_plain(seen) else MASK


def settled(meaning: Kind, value: str) -> Kind:
    """Say what a name means where its value decides that: of `feed_key` a random one is a secret, a digest is not."""
    if (
        meaning is MAYBE
        and values.looks_secret(value)
        and not values.is_digest(value)
        and not (":" in value and values.is_listed(value))
    ):
        return SECRET
    return meaning


def says_what_is_wrong(value: object) -> bool:
    """Say whether a list is what a validator says of the value of a field: `["This field is required."]`."""
    return isinstance(value, list) and all(isinstance(item, str) and is_complaint(item) for item in value)


def number_for(meaning: Kind, value: float, pseudonyms: Pseudonyms) -> str | float:
    """Give what stands for a number."""
    if meaning is USER:
        return pseudonyms.user(str(value))
    if meaning is SECRET or (meaning is NUMBER and abs(value) >= _LEAST_WHOLE):
        return MASK
    return value
