"""Bounded decoding of what may hide a text: base64 at any alignment, base32, hex, gzip inside base64."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from outwarden.redact.budget import Budget
from outwarden.redact.expression import expression
from outwarden.redact.runs import Hints, matches

LONGEST: Final = 65_536
"""No more is unpacked from gzip."""

_GROUP: Final = r"[I-Za-f][CDEFGHSTUVWXijklmnyz0123][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]"
_BASE64: Final = expression(
    rf"(?:(?<![A-Za-z0-9+_-])(?:{_GROUP}){{3}}|(?:{_GROUP}){{4}})(?:{_GROUP})*+(?:[I-Za-f][CDEFGHSTUVWXijklmnyz0123][A-Za-z0-9+/_-]?)?"
)
"""Four characters that stand for three printable ones, several times: found at whatever alignment they begin."""
_CONTINUED: Final = "[89abAB][0-9a-fA-F]"
_HEX: Final = expression(
    rf"(?:[2-7][0-9a-fA-F]){{8,}}(?:[2-7][0-9a-fA-F]|0[aAdD9]|[cCdD][0-9a-fA-F]{_CONTINUED}|[eE][0-9a-fA-F](?:{_CONTINUED}){{2}})*+"
)
"""Printable characters, and behind the first ones also such as UTF-8 writes in two or three bytes: a soft hyphen parts no secret."""
_BASE64_REST: Final = expression(r"[A-Za-z0-9+/_-]*+")
_PROBE: Final = 256
"""So many characters of a run are decoded first."""
_QUAD: Final = expression(r"[A-Za-z0-9+/_-]{4}")
_FURTHEST_FRONT: Final = 96
"""So far is looked back for the beginning of a text."""
_TEXT: Final = re.compile(rb"[\x20-\x7e\r\n\t]*+")
_WORDS: Final = re.compile(
    rb"[\x20-\x7e\r\n\t]*+(?:(?:[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2})[\x20-\x7e\r\n\t]*+)*+"
)
"""The same with letters of other languages between, as UTF-8 writes them: where one stands in the middle, its neighbours belong together."""
_SPACED_PAIR: Final = r"(?:[2-7][0-9a-fA-F]|0[aAdD9])"
_SPACED_HEX: Final = expression(
    rf"(?:[2-7][0-9a-fA-F][ :=-]){{6,}}{_SPACED_PAIR}(?:(?:[ :=-]|[ \\]{{0,2}}\r?\n)"
    rf"(?:{_SPACED_PAIR}|[cCdD][0-9a-fA-F][ :=-]{_CONTINUED}|[eE][0-9a-fA-F](?:[ :=-]{_CONTINUED}){{2}}))*+"
)
_GAPS: Final = b" :=-\\\r\n"
_BASE32: Final = expression(r"[A-Z2-7]{13,}")
_DIGITS_32: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghijklmnopqrstuv")
_BLANKS: Final = b"\r\n\t"
_BASE32_WHOLE: Final = (0, 0, 2, 2, 4, 5, 5, 7)
"""How many of the last characters of a base32 text, by their number, mean something."""
_GZIP: Final = expression(r"H4sI[A-Za-z0-9+/_-]{16,}={0,2}")
_TRY, _TRIED = 50, 10
"""What it costs to find out that a piece says nothing, besides what so many of its characters cost."""


class Decoded(NamedTuple):
    """What a piece of a text says when it is decoded."""

    start: int
    stop: int
    text: str


def decode(text: str, hints: Hints, budget: Budget) -> Iterator[Decoded]:
    """Give every reading of a piece of the text that is printable text.

    Raises:
        Exhausted: there are more pieces that say nothing than the budget allows.
    """
    if hints.gzip:
        for found in _GZIP.finditer(text):
            budget.spend(_TRY)
            unpacked = _unpack(found[0])
            if unpacked:
                yield Decoded(found.start(), found.end(), unpacked)
    if hints.hexadecimal:
        for found in matches(_HEX, text, hints.hexadecimal):
            yield Decoded(found.start(), found.end(), bytes.fromhex(found[0]).decode("utf-8", "replace"))
    if hints.base64:
        yield from _base64_texts(text, hints.base64)
    if hints.base32:
        for found in matches(_BASE32, text, hints.base32):
            budget.spend(_TRY + len(found[0]) // _TRIED)
            said = _base32(found[0])
            if said:
                yield Decoded(found.start(), found.end(), said)
    if hints.spaced:
        for found in matches(_SPACED_HEX, text, hints.spaced):
            compact = found[0].encode().translate(None, _GAPS)
            yield Decoded(found.start(), found.end(), binascii.a2b_hex(compact).decode("utf-8", "replace"))


def _base64_texts(text: str, hint: int) -> Iterator[Decoded]:
    """Decode from where printable text begins to where it ends; line ends and tabs belong to it."""
    done = 0
    for found in matches(_BASE64, text, hint):
        start, stop = found.span()
        if start < done:
            continue
        start = _from_front(text, start, max(done, start - _FURTHEST_FRONT))
        raw, size = _printable(text, start, stop)
        done = max(stop, start + size * 4 // 3)
        yield Decoded(start, done, raw[: max(size, (done - start) * 3 // 4)].decode("utf-8", "replace"))


def _from_front(text: str, start: int, floor: int) -> int:
    """Give where printable text in base64 begins, whose line ends are no sign by which it is found."""
    while start - 4 >= floor and (before := _QUAD.match(text, start - 4, start)) is not None:
        said = from_base64(before[0])
        if len(said) < 3 or not _TEXT.fullmatch(said):
            break
        start -= 4
    return start


def _printable(text: str, start: int, stop: int) -> tuple[bytes, int]:
    """Decode at least up to `stop`; gives what was decoded, and how much of it is printable before anything else comes.

    A long run may begin to be printable again and again, so it is decoded only as far as it is.
    """
    probe = max(_PROBE, stop - start)
    while True:
        run = text[start : start + probe]
        rest = _BASE64_REST.match(run)
        raw = from_base64(run[: rest.end()] if rest is not None else run)
        said = _WORDS.match(raw)
        size = said.end() if said is not None else 0
        if size < len(raw) or rest is None or rest.end() < probe or start + probe >= len(text):
            return raw, size
        probe *= 4


def from_base64(run: str) -> bytes:
    run = run.replace("-", "+").replace("_", "/")
    if len(run) % 4 == 1:
        run = run[:-1]
    return base64.b64decode(run + "=" * (-len(run) % 4))


def _base32(run: str) -> str:
    try:
        data = from_base32(run[: len(run) // 8 * 8 + _BASE32_WHOLE[len(run) % 8]])
        return data.decode("ascii") if data.translate(None, _BLANKS).decode("ascii").isprintable() else ""
    except ValueError:
        return ""


def from_base32(run: str) -> bytes:
    """Decode a run of base32 of any length, without the bits that make no whole byte."""
    bits = len(run) * 5
    return (int(run.encode().translate(_DIGITS_32), 32) >> bits % 8).to_bytes(bits // 8, "big")


def _unpack(run: str) -> str:
    try:
        data = zlib.decompressobj(31).decompress(from_base64(run.rstrip("=")), LONGEST)
    except (binascii.Error, ValueError, zlib.error):
        return ""
    return data.decode("utf-8", "replace")
