"""Unpacking: all that a text may say when it is taken for base64, base32 or hex, or for what gzip or zlib packed.

Where `decoding` wants to know what a piece of a text means, this is no judge: most of what it gives is noise.
"""

from __future__ import annotations

import re
import zlib
from binascii import a2b_base64
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import Final

from outwarden.redact import lists
from outwarden.redact.budget import Budget, Exhausted
from outwarden.redact.canonical import well_formed
from outwarden.redact.decoding import LONGEST, from_base32
from outwarden.redact.expression import expression
from outwarden.redact.runs import PRINTABLE_BASE32, Hints

_BASE64: Final = expression(r"[A-Za-z0-9+/_-]{11,}")
_BASE32: Final = expression(r"[A-Z2-7]{13,}")
_HEX: Final = expression(r"[0-9a-fA-F]{12,}")
_SPACED_HEX: Final = expression(r"(?:[0-9a-fA-F]{2}[ :=.,_-]){5,}[0-9a-fA-F]{2}")
_GAPS: Final = dict.fromkeys(map(ord, " :=.,_-"))
_IS_HEX: Final = bytes(
    ord("f") if code in b"0123456789abcdefABCDEF" else ord("-") if code in b" :=.,_-" else 0 for code in range(256)
)
_IS_BASE32: Final = bytes(code in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" for code in range(256))
_SHORTEST_HEX: Final = b"f" * 12
_SHORTEST_SPACED: Final = b"ff-" * 5 + b"ff"
_SHORTEST_BASE32: Final = b"\1" * 13
"""What the shortest match looks like in such a table: where none is, no expression need look, and none before the first."""
_PACKED: Final = expression(
    r"H4sI[A-Za-z0-9+/_-]{16,}|e(?<![A-Za-z0-9]e)(?:J[w-z]|N[o-r]|A[E-H]|F[4-7])[A-Za-z0-9+/_-]{12,}"
)
"""To look back behind the first letter makes a search four times as fast."""
_MAGIC: Final = re.compile(rb"\x1f\x8b\x08|x[\x01^\x9c\xda]")
_TEXT: Final = expression("[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]{8,}")
_MOST_PACKED: Final = 8
_BLOCK: Final = 8
"""Characters of a block of base32."""
_DISGUISED: Final = 16
"""From this length on a run of base32 is decoded even where it does not stand for printable characters."""
_STEP: Final = 50
"""What any decoding costs besides its bytes."""
_QUICK: Final = 20
"""The same of base64, besides a step for three bytes."""
_WIDE: Final = 12
"""Of UTF-16 a third of the characters are NUL at least, and a character has four bytes at most."""
_BETWEEN: Final = b"\2"
"""Stands between pieces that are read together: no character of a text, and of nothing that is packed."""
_PADDING: Final = ("", "A", "AA", "AAA")


Unpack = Callable[[str], Iterator[bytes]]


def unpacked(text: str, budget: Budget, *, eager: bool) -> str:
    """Give all that pieces of a text may say, with a NUL between them.

    Args:
        text: what may hold something.
        budget: what it may cost.
        eager: take everything apart that has the alphabet; without it only what the quick looks point to.

    Raises:
        Exhausted: it costs more, or more was packed than is unpacked.
    """
    raw = text.encode("latin-1", "replace")
    kinds = list(_HINTED) if eager else [kind for kind, hint in zip(_HINTED, Hints(raw).all(), strict=True) if hint]
    if lists.may_stand_in(raw):
        kinds.append(lambda text: (said.encode() for _, _, said in lists.texts(text, budget)))
    return "\0".join(_texts(kinds, text, budget))


def _texts(kinds: Iterable[Unpack], text: str, budget: Budget) -> Iterator[str]:
    packed = 0
    for kind in kinds:
        pieces = []
        quick = kind is _base64
        for data in kind(text):
            budget.spend(len(data) // 3 + _QUICK if quick else len(data) // 2 + _STEP)
            pieces.append(data)
        yield from _read_all(pieces)
        for data in _with_magic(pieces):
            packed += 1
            if packed > _MOST_PACKED:
                raise Exhausted
            said = _inflated(data)
            budget.spend(len(said) // 2 + _STEP)
            yield from _read(said)


def _read_all(pieces: list[bytes]) -> Iterator[str]:
    """Read many pieces, those together that cannot be UTF-16: to read them one by one takes three times as long."""
    together = []
    for data in pieces:
        if data.count(0) * _WIDE >= len(data):
            yield from _read(data)
        else:
            together.append(data)
    yield from _TEXT.findall(_BETWEEN.join(together).decode("utf-8", "replace"))


def _read(data: bytes) -> list[str]:
    return _TEXT.findall(well_formed(data.decode("utf-8", "replace")))


def _with_magic(pieces: list[bytes]) -> Iterator[bytes]:
    """Give what stands in the pieces from each place on at which something packed may begin."""
    ends: list[int] = []
    for magic in _MAGIC.finditer(_BETWEEN.join(pieces)):
        ends = ends or list(accumulate([len(data) + 1 for data in pieces]))
        number = bisect_right(ends, magic.start())
        yield pieces[number][magic.start() - ends[number] + 1 :]


def _packed(text: str) -> Iterator[bytes]:
    for number, found in enumerate(_PACKED.finditer(text)):
        if number >= _MOST_PACKED:
            raise Exhausted
        run = _standard(found[0])
        yield _inflated(a2b_base64(run + _PADDING[-len(run) % 4]))


def _base64(text: str) -> Iterator[bytes]:
    text = _standard(text)
    for found in _BASE64.finditer(text):
        for shift in range(4):
            run = found[0][shift:]
            yield a2b_base64(run + _PADDING[-len(run) % 4])


def _hex(text: str) -> Iterator[bytes]:
    for found in _from_first(_HEX, text, _IS_HEX, _SHORTEST_HEX):
        for shift in range(2):
            run = found[0][shift:]
            yield bytes.fromhex(run[: len(run) & ~1])


def _spaced(text: str) -> Iterator[bytes]:
    for found in _from_first(_SPACED_HEX, text, _IS_HEX, _SHORTEST_SPACED):
        yield bytes.fromhex(found[0].translate(_GAPS))


def _base32(text: str) -> Iterator[bytes]:
    for found in _from_first(_BASE32, text, _IS_BASE32, _SHORTEST_BASE32):
        run = found[0]
        starts = {one.start() % _BLOCK for one in PRINTABLE_BASE32.finditer(run.encode())}
        if len(run) >= _DISGUISED:
            starts.add(0)  # what is printable by chance begins elsewhere
        for start in starts:
            yield from_base32(run[start:])


def _from_first(pattern: re.Pattern[str], text: str, table: bytes, shortest: bytes) -> Iterator[re.Match[str]]:
    """Give the matches of an expression, from the first place on where what each must begin with stands."""
    at = text.encode("latin-1", "replace").translate(table).find(shortest)
    return pattern.finditer(text, at) if at >= 0 else iter(())


def _standard(text: str) -> str:
    """Write base64 with the usual two signs."""
    return text.replace("-", "+").replace("_", "/")


def _inflated(data: bytes) -> bytes:
    """Unpack as much as there is; what was cut off may have ended anywhere."""
    inflater = zlib.decompressobj(47)  # by its head, either format
    try:
        said = inflater.decompress(data, LONGEST)
    except zlib.error:
        return b""
    if inflater.unconsumed_tail:
        raise Exhausted
    return said


_HINTED: Final[tuple[Unpack, ...]] = (_base64, _hex, _base32, _spaced, _packed)
