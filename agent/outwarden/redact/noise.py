"""Noise: what is decoded on suspicion is mostly bytes that say nothing; which stretches of it are text must be told fast.

As in `runs`, every byte becomes a number that says what it can be, all of them are taken as one whole number, and a few
shifts and ands tell where eight in a row can belong to text in UTF-8. Only those stretches are decoded.
"""

from __future__ import annotations

from typing import Final

from outwarden.redact.expression import expression

TEXT: Final = expression("[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]{8,}")
"""What is read of decoded bytes."""
_SHORTEST: Final = 8
_PLAIN, _LEAD, _NEXT = 1, 2, 4
_ROLES: Final = bytes(
    _PLAIN
    if code in b"\t\n\r" or 32 <= code < 127
    else _LEAD
    if 0xC2 <= code < 0xF5
    else _NEXT
    if 0x80 <= code < 0xC0
    else 0
    for code in range(256)
)
_MANY: Final = 24_576
_ONES: Final = int.from_bytes(b"\1" * _MANY, "little")
_BETWEEN: Final = b"\0"


def texts_in(data: bytes) -> list[str]:
    """Give every text of eight characters or more."""
    ones = _ONES if len(data) <= _MANY else int.from_bytes(b"\1" * len(data), "little")
    roles = int.from_bytes(data.translate(_ROLES), "little")
    leads, nexts = roles >> 1 & ones, roles >> 2 & ones
    second = nexts & leads << 8
    third = nexts & second << 8
    said = roles & ones | leads & nexts >> 8 | second | third | nexts & third << 8
    said &= said >> 8
    said &= said >> 16
    said &= said >> 32
    if not said:
        return []
    begins = said.to_bytes(len(data) + 1, "little")  # so the last one ends as well
    stretches = []
    at = begins.find(1)
    while at >= 0:
        end = begins.find(0, at)
        stretches.append(data[at : end + _SHORTEST - 1])
        at = begins.find(1, end)
    return TEXT.findall(_BETWEEN.join(stretches).decode("utf-8", "replace"))
