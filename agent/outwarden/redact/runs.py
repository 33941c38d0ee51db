"""Runs: stretches of a text that may hide another text, and numbers that prove themselves.

Most texts hold neither, and to find that out must cost next to nothing. So the text is reduced to bytes that say of each
character what it can be, all of them together are taken as one whole number, and the question "does a stretch begin
anywhere?" becomes a few shifts and ands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from outwarden.redact import personal
from outwarden.redact.budget import Budget
from outwarden.redact.expression import expression
from outwarden.redact.spans import Span, blanked

_FIRST, _SECOND, _THIRD, _FOURTH = (1 << bit for bit in range(4))
_HIGH, _LOW = 0x50, 0xA0
"""Two bits each: so two pairs of hex digits are found with the shift that finds both halves of four base64 characters."""


def _roles() -> bytes:
    """Say what each character can be: n-th of four base64 characters of printable text, n-th of two hex digits."""
    roles = bytearray(256)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for value, character in enumerate(alphabet):
        roles[ord(character)] |= (
            _FOURTH
            | (_FIRST if 8 <= value < 32 else 0)
            | (_SECOND if 2 <= value & 15 < 8 else 0)
            | (_THIRD if value & 3 < 2 else 0)
        )
    for twin, character in ("-+", "_/"):
        roles[ord(twin)] = roles[ord(character)]
    for character in "0123456789abcdefABCDEF":
        roles[ord(character)] |= _LOW | (_HIGH if character in "234567" else 0)
    return bytes(roles)


_ROLES: Final = _roles()
_WORDS: Final = bytes(code < 128 and (chr(code).isalnum() or chr(code) in "+-_") for code in range(256))
_GAPS: Final = bytes(code in b" :-=" for code in range(256))
_SPACING: Final = bytes(
    ord("-") if code in b" :-=" else ord("f") if code in b"0123456789abcdefABCDEF" else 0 for code in range(256)
)
_SPACED: Final = b"ff-" * 6
_MANY: Final = 16_384


def _bits(size: int) -> tuple[int, int, int]:
    """Give masks for so many bytes: of the first bit of each, of the fifth, and of both."""
    ones = int.from_bytes(b"\1" * size, "little")
    return ones, ones << 4, ones | ones << 4


_BITS: Final = _bits(_MANY)
_FORM: Final = bytes(
    ord("0")
    if 48 <= code < 58
    else ord("A")
    if 65 <= code < 91
    else ord("a")
    if 97 <= code < 123
    else code
    if code in b".-"
    else 32
    for code in range(256)
)
_CARD: Final = expression(r"[0-9]{13,19}(?![0-9A-Za-z])|[0-9]{4}(?:(?: - |[ ./_-])[0-9]{3,6}){2,4}(?![0-9A-Za-z])")
_IBAN: Final = expression(
    r"[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?:[ -][A-Z0-9]{4}){2,7}(?:[ -][A-Z0-9]{1,3})?)(?![A-Za-z0-9])"
)
_NPWP: Final = expression(r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}\.[0-9]-[0-9]{3}\.[0-9]{3}")
_MOBILE: Final = expression(r"08[1-9][0-9]([ -])[0-9]{4}\1[0-9]{2,5}(?![0-9A-Za-z]|[ -][0-9])")
"""A mobile number of Indonesia as it is written there."""
_NIK: Final = expression(
    r"(?:17(?:0[1-9]|71)|(?:1[1-689]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7])(?:0[1-9]|[1-3][0-9]|7[1-9]))(?:0[1-9]|[1-5][0-9])"
    r"(?:0[1-9]|[12][0-9]|3[01]|4[1-9]|[56][0-9]|7[01])(?:0[1-9]|1[0-2])[0-9]{2}00(?!00)[0-9]{2}(?![0-9A-Za-z])"
)
"""An identity number of Indonesia: province, regency, district, the day of birth (40 more of a woman), and whose of that day.

Of other numbers with sixteen digits one in ten thousand looks so; without the two zeros one in a hundred would.
"""
_NUMBERED_TOKEN: Final = expression(r"[0-9]{13,19}(?:/[0-9]{13,19})?:[0-9a-f]{32}(?![0-9A-Za-z])")
"""A token of Asana: `2/…/…:…`, numbers of a user and an app, and a secret in hex."""
_ISSUERS: Final = frozenset("23456")
"""No card's number begins with another digit; the time in nanoseconds begins with a 1."""
_CARDS: Final = rb" 0000(?:0{9}|[ .-](?:- )?0{4,6}[ .-](?:- )?00)"
_IBANS: Final = rb" AA00(?:[0A]{11}|[ -][0A]{4}[ -])"
_NPWP_BEGINS: Final = b" 00.000.000.0-"
"""How the form of a card, an IBAN and an NPWP begins: behind a blank, which makes a search fast; to look ahead takes twice as long."""
_LOCAL: Final = b"  000  000-0000"
_LOCAL_SIZE: Final = 14
"""A phone number as it is written in North America: `(555) 010-0199`."""
_CARD_BEGINS, _IBAN_BEGINS = re.compile(_CARDS), re.compile(_IBANS)
"""To look for each by itself is faster than for all, for what begins with more that is known passes more blanks by."""
_BEGINS: Final = re.compile(rb"%b|%b|%b" % (_CARDS, _IBANS, re.escape(_NPWP_BEGINS)))
_CAPITAL, _DOT = b"A."
_EIGHT: Final = rb"[E-P][ABEFIJMNQRUVYZ45][A-Z2-7][C-HS-X][ACEGIKMOQSUWY246][A-Z2-7][BCDJKLRSTZ23][A-Z2-7]"
PRINTABLE_BASE32: Final = re.compile(_EIGHT + _EIGHT[: _EIGHT.index(b"[A-Z2-7][BCD")])
"""Thirteen characters of base32 that stand for eight printable ones."""
_BASE32: Final = bytes(code in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" for code in range(256))
_SHORT: Final = b"\1" * 13
_GZIP: Final = b"H4sI"
_LONG: Final = 24
_ANY: Final = re.compile(rb"[^\0]")
_CLOSE: Final = 16
_MOST_TRIED: Final = 600
_TRY: Final = 25
_CHECK: Final = 10
"""What it costs to look at a number, and to reckon whether it proves itself."""


class Hints:
    """What a text may hide, found out in a few microseconds.

    Each hint is a whole number in which the n-th byte is not 0 where such a stretch begins at the n-th character.
    """

    __slots__ = ("any", "base32", "base64", "gzip", "hexadecimal", "spaced")

    def __init__(self, raw: bytes) -> None:
        ones, fives, both = _BITS if len(raw) <= _MANY else _bits(len(raw))
        roles = int.from_bytes(raw.translate(_ROLES), "little")
        twos = roles & roles >> 9
        """Of each byte the first bit: two of four base64 characters; the third: the other two; the fifth, and the seventh: two hex digits."""
        fours = twos & twos >> 18 & both
        fours &= fours >> 32
        three = fours & fours >> 32
        longest = three & three >> 32 if three else 0
        self.base64 = longest & ones
        """Four groups in a row, or more; three where a word begins."""
        self.hexadecimal = longest & fives
        """Eight pairs in a row, or more."""
        if three and (three := three & ones ^ self.base64):
            self.base64 |= three ^ (three & _number(raw, _WORDS) << 8)
        self.spaced = _spaced(raw, twos & fives) if raw.translate(_SPACING).find(_SPACED) >= 0 else 0
        """Six pairs in a row, or more, with a gap behind each."""
        letters = raw.translate(_BASE32)
        at = letters.find(_SHORT)  # `in` takes twice as long: it asks first whether it was given a whole number
        self.base32 = _base32(raw, letters, at) if at >= 0 else 0
        """24 characters in a row, or more, or 13 of a printable text."""
        at = raw.find(_GZIP)
        self.gzip = _places(raw, _GZIP, at) if at >= 0 else 0
        self.any = bool(self.base64 or self.hexadecimal or self.base32 or self.spaced or self.gzip)
        """Whether there is anything."""

    def all(self) -> tuple[int, ...]:
        """Give all hints: of base64, hex, base32, spaced hex and gzip."""
        return self.base64, self.hexadecimal, self.base32, self.spaced, self.gzip

    def add(self, places: Iterable[int]) -> None:
        """Add places at which something else gave itself away."""
        more = _hint(sorted(places))
        if more:
            self.base64 |= more
            self.any = True

    def among(self, ends: list[int], gone: Mapping[int, list[Span]]) -> set[int]:
        """Say in which of many texts that were joined something begins that stays.

        Args:
            ends: the place behind each text.
            gone: what goes of each of the texts, as places in it; what begins there can be read no more.
        """
        found = set()
        for hint in filter(None, self.all()):
            places = _bytes_of(hint)
            place = _ANY.search(places)
            while place is not None:
                index = bisect_right(ends, place.start())
                begin = ends[index - 1] if index else 0
                if index not in gone or _ANY.search(blanked(places[begin : ends[index]], gone[index])) is not None:
                    found.add(index)
                place = _ANY.search(places, ends[index])
        return found


NO_HINTS: Final = Hints(b"")
"""Where nothing is to be looked at."""


def matches(pattern: re.Pattern[str], text: str, hint: int) -> Iterator[re.Match[str]]:
    """Give the matches of a pattern at the places that a hint names, from left to right and without overlap."""
    places = _bytes_of(hint)
    place = _ANY.search(places)
    while place is not None:
        stop = place.end()
        found = pattern.match(text, stop - 1)
        if found is not None:
            yield found
            stop = found.end()
        place = _ANY.search(places, stop)


def _bytes_of(hint: int) -> bytes:
    """Write a hint as bytes: to take its places out of the number one by one would cost the square of their count."""
    return hint.to_bytes((hint.bit_length() + 7) // 8, "little")


def _number(raw: bytes, bits: bytes) -> int:
    """Give one whole number for a text: each byte is what a table says of it."""
    return int.from_bytes(raw.translate(bits), "little")


def _spaced(raw: bytes, pairs: int) -> int:
    """Give the places where six pairs of hex digits begin that have a gap behind each."""
    spaced = pairs & _number(raw, _GAPS) << 4 >> 16
    spaced &= spaced >> 24
    return spaced & spaced >> 48 & spaced >> 96


def _base32(raw: bytes, letters: bytes, at: int) -> int:
    """Give the places where a run of base32 is long, or says something printable; the first run is at `at`."""
    places = []
    while at >= 0:
        end = letters.find(0, at)
        end = end if end >= 0 else len(raw)
        if end - at >= _LONG:
            places.append(at)
        elif (found := PRINTABLE_BASE32.search(raw, at, end)) is not None:
            places.append(found.start())
        at = letters.find(_SHORT, end)
    return _hint(places)


def _places(raw: bytes, literal: bytes, at: int) -> int:
    """Give the places of a literal, of which the first is known, as a hint; of those that lie close together the first."""
    places = []
    while at >= 0:
        places.append(at)
        at = raw.find(literal, at + _CLOSE)
    return _hint(places)


def _hint(places: list[int]) -> int:
    """Give places as a hint; they are given from left to right."""
    if not places:
        return 0
    flags = bytearray(places[-1] + 1)
    for at in places:
        flags[at] = 1
    return int.from_bytes(flags, "little")


def form_of(raw: bytes) -> bytes:
    """Reduce a text to its form behind a blank: digits are 0, capitals A, small letters a; all but dot and dash are blanks."""
    return b" " + raw.translate(_FORM)


def numbers(text: str, form: bytes, budget: Budget) -> list[Span]:
    """Give the numbers in a text that prove themselves by a checksum or a strict shape.

    Raises:
        Exhausted: the budget is too small.
    """
    spans: list[Span] = []
    at = form.find(_LOCAL)
    while at >= 0:  # `(672) 403-3664`
        if text[at] == "(" and text[at + 4] == ")" and not text[at + _LOCAL_SIZE : at + _LOCAL_SIZE + 1].isalnum():
            spans.append(Span(at, at + _LOCAL_SIZE, "text.phone", spreads=False))
        at = form.find(_LOCAL, at + _LOCAL_SIZE)
    if form.find(_NPWP_BEGINS) < 0 and _IBAN_BEGINS.search(form) is None and _CARD_BEGINS.search(form) is None:
        return spans
    place = stop = tried = 0
    while (begins := _BEGINS.search(form, max(place, stop))) is not None:
        at = begins.start()  # the form is one blank ahead of the text
        place = at + 1  # another one may begin inside it
        pattern = _IBAN if form[at + 1] == _CAPITAL else _NPWP if form[at + 3] == _DOT else _CARD
        if pattern is _CARD and text[at - 1 : at] == "/" and (token := _NUMBERED_TOKEN.match(text, at)) is not None:
            stop = token.end()
            spans.append(Span(at, stop, "text.secret"))
            continue
        if pattern is _CARD and (found := _NIK.match(text, at)) is not None:
            budget.spend(_CHECK)
            if not personal.stands_behind_amount(text, at):
                stop = found.end()
                spans.append(Span(at, stop, "text.nik", spreads=False))
                continue
        if pattern is _CARD and text[at] not in _ISSUERS:
            mobile = _MOBILE.match(text, at) if text[at] == "0" else None
            if mobile is not None:
                stop = mobile.end()
                spans.append(Span(at, stop, "text.phone", spreads=False))
            continue
        tried += 1
        budget.spend(_TRY)
        if tried > _MOST_TRIED:
            return [Span(0, len(text), "text.dense", spreads=False)]
        found = pattern.match(text, at)
        if found is None:
            continue
        budget.spend(_CHECK)
        span = _checked(text, at, found.end(), pattern)
        if span is not None:
            spans.append(span)
        if span is not None or pattern is _CARD:
            stop = found.end()  # what only looks like an IBAN may end in a card's number
    return spans


def _checked(text: str, start: int, stop: int, pattern: re.Pattern[str]) -> Span | None:
    if pattern is _NPWP:
        if text[start:stop].strip("9.-") == "":
            return None  # how such a number is written, not one
        return Span(start, stop, "text.npwp", spreads=False)
    return personal.iban(text, start, stop) if pattern is _IBAN else personal.card(text, start, stop)
