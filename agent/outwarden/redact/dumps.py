"""Bytes as programs print them, found by a literal: UTF-16 in base64 and hex, lists of `0x70`, dumps, and what zlib packed."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from typing import Final

from outwarden.redact.budget import Budget, Exhausted
from outwarden.redact.decoding import LONGEST, Decoded, from_base64
from outwarden.redact.expression import expression

_LETTERS: Final = "acdegiknoprst_=: "
"""Common in names; of UTF-16 each stands between the zeros of its neighbours."""
_WIDE: Final = frozenset(base64.b64encode(b"\0" + letter.encode() + b"\0").decode() for letter in _LETTERS)
_WIDE_HEX: Final = frozenset(f"00{ord(letter):02x}00" for letter in _LETTERS)
_LISTED: Final = frozenset(("0x6", "0x7"))
_SECOND_LINES: Final = frozenset(("00000010", "0x0010:"))
"""What the second line of a dump begins with: that of `hexdump -C` and `xxd`, and that of tcpdump."""
EXACT: Final = _WIDE | _WIDE_HEX | frozenset(map(str.upper, _WIDE_HEX)) | _LISTED | _SECOND_LINES
"""What leads to such bytes."""
LITERALS: Final = frozenset(map(str.lower, EXACT))
"""The same in lower case."""

_LONGEST_LITERAL: Final = 8
_RUN: Final = expression(r"[A-Za-z0-9+/_-]{24,}")
_HEX_RUN: Final = expression(r"[0-9a-fA-F]{24,}")
_FRONT: Final = expression(r"[A-Za-z0-9+/_-]*+")
_HEX_FRONT: Final = expression(r"[0-9a-fA-F]*+")
_LIST: Final = expression(r"0x[0-9a-fA-F]{2}(?:[,;\s]{1,4}0x[0-9a-fA-F]{2}){7,4096}")
_LIST_FRONT: Final = expression(r"(?:[,;\s]{1,4}[0-9a-fA-F]{2}x0)*+")
_LIST_SIGNS: Final = expression(r"0x|[,;\s]+")
_LINE: Final = expression(
    r"[ \t]{0,8}(?:0x)?[0-9a-f]{4,8}:?[ \t]{1,3}((?:[0-9a-f]{2}){1,2}(?:[ \t]{1,2}(?:[0-9a-f]{2}){1,2}){0,15})(?=[ \t\r\n]|\Z)[^\r\n\0]{0,80}(?:\r?\n|\Z)"
)
_WIDTH: Final = 32
"""Hex digits of a line of a dump; what looks like more belongs to the column of characters."""
_MOST_LINES: Final = 1_024
_FURTHEST: Final = 4_096
_CONTROLS: Final = bytes(code for code in range(128) if not 32 <= code < 127 and code not in b"\t\r\n")
_MOSTLY: Final = 10
_MOST_PACKED: Final = 48
_TRY, _TRIED = 50, 6
"""What it costs to try one, besides what so many of its characters cost."""
_LOOK: Final = 20
"""What it costs to look for the lines or the list around a place."""
_PACKED: Final = expression(r"e(?:J[w-z]|N[o-r]|A[E-H]|F[4-7])[A-Za-z0-9+/_-]{12,}")
_PACKED_HEX: Final = expression(r"(?:1[fF]8[bB]08|78(?:01|5[eE]|9[cC]|[dD][aA]))(?:[0-9a-fA-F]{2}){12,}")


def texts(text: str, places: list[int], budget: Budget) -> Iterator[Decoded]:
    """Give what such bytes say.

    Args:
        text: where they may be.
        places: of the literals in `EXACT`, from left to right.
        budget: what it may cost.

    Raises:
        Exhausted: too much looks like it.
    """
    done = 0
    for at in places:
        if at < done:
            continue
        budget.spend(_LOOK)
        if text[at : at + 3] in _LISTED:
            found = _listed(text, at)
        elif text[at : at + 8] in _SECOND_LINES or text[at : at + 7] in _SECOND_LINES:
            found = _dump(text, at)
        else:
            found = _wide(text, at, budget)
        for one in found:
            done = one.stop
            yield one


def _listed(text: str, at: int) -> Iterator[Decoded]:
    """`0x70, 0x61, …`"""
    found = _LIST.match(text, at)
    if found is None:
        return
    front = _LIST_FRONT.match(text[max(0, at - _FURTHEST) : at][::-1])
    start = at - front.end() if front is not None else at
    said = bytes.fromhex(_LIST_SIGNS.sub("", text[start : found.end()]))
    yield Decoded(start, found.end(), said.decode("latin-1"))


def _dump(text: str, at: int) -> Iterator[Decoded]:
    """Read the lines of a dump, of which the second one begins at `at`."""
    floor = max(0, at - _FURTHEST)
    start = place = max(
        floor, text.rfind("\0", floor, at) + 1, text.rfind("\n", floor, text.rfind("\n", floor, at)) + 1
    )
    digits: list[str] = []
    while len(digits) < _MOST_LINES and (line := _LINE.match(text, place)) is not None:
        digits.append("".join(line[1].split())[:_WIDTH])
        place = line.end()
    if len(digits) > 1:
        place -= len(text[start:place]) - len(text[start:place].rstrip("\r\n"))
        yield Decoded(start, place, bytes.fromhex("".join(digits)).decode("latin-1"))


def _wide(text: str, at: int, budget: Budget) -> Iterator[Decoded]:
    """UTF-16 in base64, as `powershell -EncodedCommand` takes it, or in hex."""
    in_hex = text.startswith("00", at)
    front = (_HEX_FRONT if in_hex else _FRONT).match(text[max(0, at - _FURTHEST) : at][::-1])
    start = at - front.end() if front is not None else at
    found = (_HEX_RUN if in_hex else _RUN).match(text, start)
    if found is None:
        return
    run = found[0]
    budget.spend(len(run) // _TRIED + _TRY)
    for shift in range(4):
        raw = bytes.fromhex(run[shift : len(run) - (len(run) - shift) % 2]) if in_hex else from_base64(run[shift:])
        for order in ("utf-16-le", "utf-16-be"):
            said = raw[: len(raw) & ~1].decode(order, "replace")
            if len(said.encode("ascii", "ignore").translate(None, _CONTROLS)) * _MOSTLY > len(said) * (_MOSTLY - 1):
                yield Decoded(start, found.end(), said)
                break


def unpacked(text: str, places: list[int], budget: Budget) -> Iterator[Decoded]:
    """Give what zlib packed and base64 or hex wrote, and what gzip packed and hex wrote.

    Args:
        text: where it may be.
        places: of clues.
        budget: what it may cost.

    Raises:
        Exhausted: too much looks like it.
    """
    tried = done = 0
    for at in places:
        if at < done:
            continue
        in_base64 = text[at] == "e"
        if in_base64 and at and (text[at - 1].isalnum() or text[at - 1] in "+/_-"):
            continue
        found = (_PACKED if in_base64 else _PACKED_HEX).match(text, at)
        if found is None:
            continue
        tried += 1
        if tried > _MOST_PACKED:
            raise Exhausted
        budget.spend(len(found[0]) // _TRIED + _TRY)
        said = _inflated(from_base64(found[0]) if in_base64 else bytes.fromhex(found[0]))
        if said:
            done = found.end()
            yield Decoded(at, done, said)


def _inflated(data: bytes) -> str:
    """Unpack as much as there is; what was cut off may have ended anywhere."""
    try:
        return zlib.decompressobj(47).decompress(data, LONGEST).decode("utf-8", "replace")
    except zlib.error:
        return ""
