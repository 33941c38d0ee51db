"""Lists: small numbers in a row, which may be the characters of a text, or the bytes of a packed one."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any, Final

from outwarden.redact.budget import Budget
from outwarden.redact.expression import expression

_READ, _EACH_NUMBER = 100, 3
"""What it costs to read a list, besides a step for each of its characters, and each of its numbers."""
_LOOKED_AT: Final = 10
"""So many characters of a text are looked at for lists at the cost of a step."""
SHORTEST: Final = 8
"""Fewer numbers are no text."""
_NUMBER: Final = r"[0-9](?:(?<=0)[xX][0-9a-fA-F]{1,2}|[0-9]{0,2})(?![0-9A-Za-z])(?:\.0(?![0-9]))?"
_RUN: Final = expression(
    rf"[0-9](?<![0-9A-Za-z.][0-9]){_NUMBER.removeprefix('[0-9]')}(?:[^0-9A-Za-z\0]{{1,12}}+(?:[cC][hH][aA]?[rR]\()?{_NUMBER}){{7,}}"
)
"""Looks back behind the first digit, for to look back at each character takes four times as long."""
_EACH: Final = expression(r"0[xX]([0-9a-fA-F]{1,2})|([0-9]{1,3})(?:\.0(?![0-9]))?")
_WHOLE: Final = expression("[0-9]+")
_NOT_OCTAL: Final = frozenset("89xX.")
_LEAST_OCTAL: Final = 50
_MOST_OCTAL: Final = 170
"""Between them is the mean of texts that are written in octal."""
_FEWEST_CALLS: Final = 7
_CALLS: Final = (b"chr()" * _FEWEST_CALLS, b"char()" * _FEWEST_CALLS)
"""What is left of `chr(112) + chr(97) + …` without the numbers and what stands between the calls."""
_LONG_BITS: Final = b"1" * 64
_AS_ONES: Final = bytes.maketrans(b"0", b"1")
_BITS: Final = expression("[01]{7,}+")
_BITS_GAP: Final = expression("[, ]{0,3}(?:0b)?")
_EACH_BITS: Final = expression("[01]{7,8}")
_WHOLE_BYTES: Final = frozenset(length for count in range(1, 8) for length in range(7 * count, 8 * count + 1))
"""So many bits in a row are whole bytes, of seven or eight each; from 49 on any number is."""
_FEWEST_BITS: Final = 7
_MANY_BITS: Final = 49
_BIT_RUN: Final = 8
"""What it costs to look at bits in a row, besides a step for each."""
_DIGITS: Final = b"0123456789"
_BETWEEN_CALLS: Final = b"0123456789xX \t\r\n+.,;&|'\"-"
_LOWER: Final = bytes.maketrans(b"ACHR", b"achr")
_AROUND: Final = b"0123456789 \t\r\n\"'-xXabcdefABCDEF"
_GAPS: Final = tuple(gap * (SHORTEST - 1) for gap in (b",", b";", b":", b"|", b":,", b"[]=>", b"\\"))
_BLANKS: Final = tuple(gap * (SHORTEST - 1) for gap in (b" ", b"\n", b"-"))
_PACKED: Final = (b"\x1f\x8b\x08", b"x\x01", b"x^", b"x\x9c", b"x\xda")
_MOSTLY: Final = 10
_PRINTABLE: Final = bytes(range(32, 127)) + b"\t\r\n"
_BYTE: Final = 256


def may_stand_in(raw: bytes) -> bool:
    """Say whether there may be a list in a text, given with one byte for each of its characters."""
    gaps = raw.translate(None, _AROUND)
    for gap in _GAPS:  # any() with a generator takes twice as long
        if gaps.find(gap) >= 0:
            return True
    gaps = raw.translate(None, _DIGITS)
    for gap in _BLANKS:
        if gaps.find(gap) >= 0:
            return True
    return has_characters(raw) or raw.translate(_AS_ONES).find(_LONG_BITS) >= 0


def has_characters(raw: bytes) -> bool:
    """Say whether characters are written as calls: `chr(112) + chr(97) + …`."""
    if raw.count(b"(") < _FEWEST_CALLS:
        return False
    calls = raw.translate(_LOWER, _BETWEEN_CALLS)
    return calls.find(_CALLS[0]) >= 0 or calls.find(_CALLS[1]) >= 0


def texts(text: str, budget: Budget) -> Iterator[tuple[int, int, str]]:
    """Give where each list of a text begins and ends, and what it says.

    Raises:
        Exhausted: the budget is too small.
    """
    budget.spend(len(text) // _LOOKED_AT)
    for found in _RUN.finditer(text):
        budget.spend(_READ + len(found[0]))
        numbers = _numbers(found[0])
        budget.spend(_EACH_NUMBER * len(numbers))
        for said in _readings(numbers, found[0]):
            yield *found.span(), said
    if "01" in text:
        for start, stop in _binary(text, budget):
            each = _EACH_BITS.findall(text, start, stop)
            if len(each) >= SHORTEST and (said := spelled([int(bits, 2) for bits in each])):
                yield start, stop, said


def _binary(text: str, budget: Budget) -> Iterator[tuple[int, int]]:
    """Give where bytes in binary follow each other, such as `01110000, 0b01100001`."""
    start, stop = 0, -1
    for run in _BITS.finditer(text):
        begin, end = run.span()
        budget.spend(_BIT_RUN + end - begin)
        if text[end : end + 1] == "b" and text[end - 1] == "0":
            end -= 1  # of the `0b` of the next one
            if end - begin < _FEWEST_BITS:
                continue
        goes_on = stop >= 0 and _BITS_GAP.fullmatch(text, stop, begin) is not None
        while end - begin < _MANY_BITS and end - begin not in _WHOLE_BYTES:
            begin += 1
            goes_on = False
        if not goes_on:
            if stop >= 0:
                yield start, stop
            start = begin - 2 if text.startswith("0b", max(0, begin - 2)) else begin
        stop = end
    if stop >= 0:
        yield start, stop


def _numbers(run: str) -> list[int]:
    if "." not in run and "x" not in run and "X" not in run:
        return list(map(int, _WHOLE.findall(run)))
    return [int(six, 16) if six else int(ten) for six, ten in _EACH.findall(run)]


def _readings(numbers: list[int], run: str) -> Iterator[str]:
    if said := spelled(numbers):
        yield said
    if _is_counted(numbers):  # each behind its place in the list
        if said := spelled(numbers[1::2]):
            yield said
    elif (
        _LEAST_OCTAL <= sum(numbers) // len(numbers) <= _MOST_OCTAL
        and _NOT_OCTAL.isdisjoint(run)
        and (said := spelled([int(str(number), 8) for number in numbers]))
    ):
        yield said


def _is_counted(numbers: list[int]) -> bool:
    places = numbers[::2]
    return len(places) >= SHORTEST and places == list(range(places[0], places[0] + len(places)))


def spelled(numbers: Sequence[Any]) -> str:
    """Give the text that numbers stand for, in base64 where it is packed; "" where they stand for none."""
    try:
        data = bytes(numbers)
    except (TypeError, ValueError):
        data = _cut_to_bytes(numbers)
    if len(data) < SHORTEST or len(data) * _MOSTLY < len(numbers) * (_MOSTLY - 1):
        return ""
    if data.startswith(_PACKED):
        return base64.b64encode(data).decode()
    data = data.replace(b"\0", b"")  # of UTF-16
    if len(data) < SHORTEST or len(data.translate(None, _PRINTABLE)) * _MOSTLY > len(data) * 3:
        return ""
    return data.decode("utf-8", "replace")


def _cut_to_bytes(numbers: Sequence[Any]) -> bytes:
    """Take signed bytes and whole floats for what they stand for, and leave out all else."""
    try:
        return bytes([int(number) % _BYTE for number in numbers if -_BYTE < 2 * number < 2 * _BYTE])
    except (TypeError, ValueError, OverflowError):
        return b""
