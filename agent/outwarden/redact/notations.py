"""Notations: the ways to write a secret in which it could be read only if every text were taken apart.

Of each only letters and digits are given, as `letters` reads them, so that it does not matter what stands between: a list of
numbers looks the same with commas, blanks, or brackets.
"""

from __future__ import annotations

import base64
import codecs
from collections.abc import Iterator
from itertools import starmap
from typing import Final, NamedTuple

_LONGEST_NUMBER: Final = 256
"""Longer secrets nobody writes as one number."""
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS_58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ALPHABET_64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_CROCKFORD: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_TO_UU: Final = str.maketrans(_ALPHABET_64, "".join(map(chr, range(32, 96))))
_BLOCK_85: Final = 4
_BLOCK_32: Final = 5
_ROW: Final = 16
"""So many bytes stand in a row of a dump."""


class Notation(NamedTuple):
    """One way to write a secret."""

    text: str
    window: float
    """What part of it is to be found by itself: a piece of as many of its characters."""


def notations(value: str) -> Iterator[Notation]:
    """Give all notations of a secret, the plain one first."""
    raw = value.encode("utf-8", "surrogatepass")
    long = max(_ROW, min(32, len(value) // 2), len(value) // 8)
    for text in (value, raw.hex()):
        yield Notation(text, len(text) * _ROW / max(1, len(value)))
    for text in (*_numbers(raw), value[::-1], codecs.encode(value, "rot13"), *_solid(raw)):
        yield Notation(text, len(text) * long / max(1, len(value)))


def _numbers(raw: bytes) -> Iterator[str]:
    """Give the lists of numbers: one for each byte, and in hex for each two, as dumps of machines with small ends have them."""
    yield "".join(map(str, raw))
    yield "".join(f"{byte:o}" for byte in raw)
    if max(raw, default=0) > 127:
        yield "".join(str(abs(byte - 256 if byte > 127 else byte)) for byte in raw)
    for begin in range(2):
        pairs = raw[begin:]
        yield "".join(f"{high:02x}{low:02x}" for low, high in zip(pairs[::2], pairs[1::2], strict=False))


def _solid(raw: bytes) -> Iterator[str]:
    """Give what takes several bytes together, for each place at which the first may stand."""
    wide = raw.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    for shift in range(3):
        inner = _inner(raw, shift)
        yield inner
        yield inner.translate(_TO_UU)
        yield _inner(wide, shift)
    for shift in range(_BLOCK_32):
        part = slice(-(-shift * 8 // 5), (len(raw) + shift) * 8 // 5)
        yield (inner := base64.b32encode(bytes(shift) + raw).decode()[part])
        yield inner.translate(_TO_CROCKFORD)
        yield base64.b32hexencode(bytes(shift) + raw).decode()[part]
    for begin in range(_BLOCK_85):
        blocks = raw[begin:]
        yield base64.b85encode(blocks).decode()
        yield base64.a85encode(blocks).decode()
    if len(raw) <= _LONGEST_NUMBER:
        number = int.from_bytes(raw, "big")
        yield str(number)
        yield from starmap(_written, ((number, _DIGITS_58), (number, _DIGITS[:36]), (number, _DIGITS)))


def _inner(raw: bytes, shift: int) -> str:
    """Write bytes in base64 behind `shift` others, without the characters that belong to those as well."""
    return base64.b64encode(bytes(shift) + raw).decode()[-(-shift * 4 // 3) : (len(raw) + shift) * 4 // 3]


def _written(number: int, digits: str) -> str:
    """Write a number with the given digits, as base58 does."""
    out = []
    while number:
        number, digit = divmod(number, len(digits))
        out.append(digits[digit])
    return "".join(reversed(out))
