"""Lists: small numbers in a row, which may be the characters of a text, or the bytes of a packed one."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any, Final

from outwarden.redact.budget import Budget
from outwarden.redact.expression import expression

_READ: Final = 150
"""What it costs to read a list, besides a step for each of its characters; to look for lists costs as much for those of a text."""
SHORTEST: Final = 8
"""Fewer numbers are no text."""
_NUMBER: Final = r"(?:0[xX][0-9a-fA-F]{1,2}|[0-9]{1,3})(?![0-9A-Za-z])(?:\.0(?![0-9]))?"
_RUN: Final = expression(rf"(?<![0-9A-Za-z.]){_NUMBER}(?:[^0-9A-Za-z\0]{{1,12}}{_NUMBER}){{7,}}")
_EACH: Final = expression(r"0[xX]([0-9a-fA-F]{1,2})|([0-9]{1,3})(?:\.0(?![0-9]))?")
_WHOLE: Final = expression("[0-9]+")
_NOT_OCTAL: Final = frozenset("89xX.")
_LEAST_OCTAL: Final = 50
_MOST_OCTAL: Final = 170
"""Between them is the mean of texts that are written in octal."""
_BITS: Final = expression(r"(?:(?:0b)?[01]{7,8}[, ]{0,3}){7,}(?:0b)?[01]{7,8}(?![01])")
_EACH_BITS: Final = expression("[01]{7,8}")
_DIGITS: Final = b"0123456789"
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
    for gap in _BLANKS:  # noqa: SIM110 - as above
        if gaps.find(gap) >= 0:
            return True
    return False


def texts(text: str, budget: Budget) -> Iterator[tuple[int, int, str]]:
    """Give where each list of a text begins and ends, and what it says.

    Raises:
        Exhausted: the budget is too small.
    """
    budget.spend(len(text))
    for found in _RUN.finditer(text):
        budget.spend(_READ + len(found[0]))
        for said in _readings(_numbers(found[0]), found[0]):
            yield *found.span(), said
    if "01" in text:
        for found in _BITS.finditer(text):
            each = _EACH_BITS.findall(found[0])
            if len(each) >= SHORTEST and (said := spelled([int(bits, 2) for bits in each])):
                yield *found.span(), said


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
