"""Clues: what is left of a text in base64 or hex that was disguised by Unicode, or packed, before it was encoded.

Such a text has no run of printable bytes that would give it away. But full-width and invisible characters begin with the
same two bytes of UTF-8, at one of three alignments of base64, and what gzip and zlib write begins alike as well.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from outwarden.redact.matcher import tree

_CHARACTERS: Final = (
    *(b"\xef\xbc%c" % last for last in range(0x81, 0xC0)),  # full width
    *(b"\xef\xbd%c" % last for last in range(0x80, 0x9F)),
    *(b"\xe2\x80%c" % last for last in (*range(0x8B, 0x90), *range(0xAA, 0xAF))),  # zero width, and directions
    *(b"\xe2\x81%c" % last for last in range(0xA0, 0xB0)),  # word joiners
    b"\xef\xbb\xbf",  # the byte order mark
    *(b"\xc2\xad%c" % after for after in range(0x20, 0x7F)),  # the soft hyphen
)
_HEX: Final = ("efbbbf", "efbc", "efbd", "e2808", "e281a", "c2ad", "1f8b08", "789c", "78da")
_ZLIB: Final = (b"x\x01", b"x^", b"x\x9c", b"x\xda")


def _base64() -> Iterator[str]:
    for character in _CHARACTERS:
        for shift, befores in enumerate((range(1), range(4), range(16))):  # the bits of the byte before that matter
            for before in befores:
                encoded = base64.b64encode(bytes([before]) * shift + character).decode()
                yield encoded[shift : (shift + 3) * 4 // 3]
    for head in _ZLIB:
        yield from {base64.b64encode(head + bytes([after]))[:3].decode() for after in range(256)}


def _all() -> Iterator[str]:
    for clue in _base64():
        yield clue
        yield clue.replace("+", "-").replace("/", "_")
    for clue in _HEX:
        for gap in ("", " ", ":", "-", "="):
            spaced = gap.join(clue[at : at + 2] for at in range(0, len(clue), 2))
            yield from (spaced, spaced.upper())


EXACT: Final = frozenset(_all())
LITERALS: Final = frozenset(map(str.lower, EXACT))


def any_in(text: str) -> bool:
    """Say whether there is any clue in a text."""
    return _any().search(text) is not None


@cache
def _any() -> re.Pattern[str]:
    """Compile all clues when they are first looked for, which takes ten milliseconds; with the accelerator nobody does."""
    return re.compile(tree(sorted(EXACT)))
