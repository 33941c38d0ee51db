"""Addresses of houses: behind a name such as `address`, which is as often that of a host or of a wallet, only what looks like one."""

from __future__ import annotations

from typing import Final

from outwarden.redact.expression import expression
from outwarden.redact.spans import LOOKED, Span
from outwarden.redact.values import DIGITS

_STREET_WORDS = "street st avenue ave road rd drive dr lane ln terrace court ct boulevard blvd way place pl crescent close parkway pkwy circle highway hwy square trail walk"
_BEFORE_WORDS = "jl jln jalan gg gang komplek kompleks perum perumahan dusun kav kavling blk block lorong rue calle avenida rua viale corso carrer"
_HOUSE: Final = expression(
    rf"(?<![0-9])[0-9]{{1,5}}[a-z]?,?(?: (?:[a-z][\w.'-]{{0,23}}|[0-9]{{1,3}}(?:st|nd|rd|th))){{1,4}}? (?:{'|'.join(_STREET_WORDS.split())})\b"
    rf"|\b(?:{'|'.join(_BEFORE_WORDS.split())})[. ][^\0\r\n]{{0,48}}[0-9]"
    r"|(?<=[a-zäöü -])(?:straße|strasse|str\.|weg|allee|platz|gasse|damm|ufer|straat|laan|gatan|vej) [0-9]{1,4}[a-z]?\b"
    r"|#[0-9]{2}-[0-9]{1,4}\b"
)
_FIRST: Final = 80
"""Further on nobody writes the street."""
_CHARGED: Final = 50
COST: Final = 160
"""What it costs at most to look at a value, in rules."""
_PLUS: Final = ("+", "%20")


def is_one(value: str) -> bool:
    """Say whether a value looks like the address of a house: a street, and a number on it."""
    near = value[:_FIRST].lower()
    if DIGITS.isdisjoint(near):
        return False
    for blank in _PLUS:
        near = near.replace(blank, " ")
    return _HOUSE.search(near) is not None


def looked(value: str) -> Span:
    """Say that a value was looked at, and what that cost: twice what a rule costs for each of its first characters."""
    return LOOKED._replace(stop=_CHARGED * min(len(value), _FIRST))
