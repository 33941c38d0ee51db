"""Unpacking: all that a text may say when it is taken for base64, base32 or hex, or for what gzip or zlib packed.

Where `decoding` wants to know what a piece of a text means, this is no judge: most of what it gives is noise.
"""

from __future__ import annotations

import re
import zlib
from binascii import a2b_base64, a2b_hex
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from outwarden.redact import lists
from outwarden.redact.budget import Budget, Exhausted
from outwarden.redact.canonical import well_formed
from outwarden.redact.decoding import LONGEST, from_base32
from outwarden.redact.expression import expression
from outwarden.redact.noise import TEXT, texts_in
from outwarden.redact.runs import PRINTABLE_BASE32, Hints

_BASE64: Final = expression(r"[A-Za-z0-9+/_-]{11,}")
_BASE32: Final = expression(r"[A-Z2-7]{13,}")
_HEX: Final = expression(r"[0-9a-fA-F]{12,}")
_SPACED_HEX: Final = expression(r"(?:[0-9a-fA-F]{2}[ :=.,_-]){5,}[0-9a-fA-F]{2}")
_GAPS: Final = b" :=.,_-"
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
_MAGIC: Final = (b"\x1f\x8b\x08", b"x\x01", b"x^", b"x\x9c", b"x\xda")
_MOST_PACKED: Final = 8
_BLOCK: Final = 8
"""Characters of a block of base32."""
_DISGUISED: Final = 16
"""From this length on a run of base32 is decoded even where it does not stand for printable characters."""
_STEP: Final = 50
"""What any decoding costs besides its bytes."""
_QUICK: Final = 20
_CHARACTERS, _RUN = 10, 6
"""So many characters of many runs together are decoded at the cost of a step; what it costs to put a run beside others."""
_WIDE: Final = 12
"""Of UTF-16 a third of the characters are NUL at least, and a character has four bytes at most."""
_ZEROS: Final = 4
"""A third of the shortest text and of these is as many."""
_ZERO: Final = re.compile(rb"\0")
_BETWEEN: Final = b"\2"
"""Stands between pieces that are read together: no character of a text, and of nothing that is packed."""
_PADDING: Final = ("", "A", "AA", "AAA")


class _Form(NamedTuple):
    """A way to write bytes."""

    group: int
    """So many characters stand for"""
    size: int
    """so many bytes."""
    filler: str
    """What stands for ones, which no text has behind each other."""
    decode: Callable[[str], bytes]


_IN_BASE64: Final = _Form(4, 3, "/", a2b_base64)
_IN_HEX: Final = _Form(2, 1, "f", a2b_hex)


class _Block(NamedTuple):
    """What many runs say, one behind the other with something between them that belongs to no text."""

    data: bytes
    begins: Sequence[int]
    """Where the reading of each run begins."""
    lengths: Sequence[int]
    """How long each run is, and"""
    group: int
    size: int
    shift: int
    """so many characters of it, without the first ones, stand for so many bytes."""

    def end(self, number: int) -> int:
        """Give where the reading of a run ends."""
        return self.begins[number] + (self.lengths[number] - self.shift) * self.size // self.group


Known = dict[str, set[str]]
"""Runs that were decoded in another reading of the same text, by the filler of their form."""
Unpack = Callable[[str, Budget, Known], Iterator[_Block]]


def unpacked(text: str, budget: Budget, known: Known, *, eager: bool) -> str:
    """Give all that pieces of a text may say, with a NUL between them.

    Args:
        text: what may hold something.
        budget: what it may cost.
        known: what need not be decoded again; what is decoded is added.
        eager: take everything apart that has the alphabet; without it only what the quick looks point to.

    Raises:
        Exhausted: it costs more, or more was packed than is unpacked.
    """
    raw = text.encode("latin-1", "replace")
    kinds = list(_HINTED) if eager else [kind for kind, hint in zip(_HINTED, Hints(raw).all(), strict=True) if hint]
    if lists.may_stand_in(raw):
        kinds.append(_listed)
    return "\0".join(_texts(kinds, text, budget, known))


def _texts(kinds: Iterable[Unpack], text: str, budget: Budget, known: Known) -> Iterator[str]:
    packed = 0
    for kind in kinds:
        for block in kind(text, budget, known):
            yield from _read_all(block)
            for data in _with_magic(block):
                packed += 1
                if packed > _MOST_PACKED:
                    raise Exhausted
                said = _inflated(data)
                budget.spend(len(said) // 2 + _STEP)
                yield from _read(said)


def _read_all(block: _Block) -> Iterator[str]:
    """Read all runs together, and once more alone those that may be UTF-16."""
    data, begins = block.data, block.begins
    zeros = data.count(0)
    if zeros >= _ZEROS:
        for number in range(len(begins)) if zeros > len(begins) else _with_zeros(data, begins):
            begin, end = begins[number], block.end(number)
            if (zeros := data.count(0, begin, end)) >= _ZEROS and zeros * _WIDE >= end - begin:
                yield from _read(data[begin:end])
    yield from texts_in(data)


def _with_zeros(data: bytes, begins: Sequence[int]) -> list[int]:
    """Give the runs in which there are any, where there are few."""
    return sorted({bisect_right(begins, found.start()) - 1 for found in _ZERO.finditer(data)})


def _read(data: bytes) -> list[str]:
    return TEXT.findall(well_formed(data.decode("utf-8", "replace")))


def _with_magic(block: _Block) -> Iterator[bytes]:
    """Give what stands in the runs from each place on at which something packed may begin."""
    data, begins = block.data, block.begins
    for magic in _MAGIC:
        at = data.find(magic)
        while at >= 0:
            end = block.end(bisect_right(begins, at) - 1)
            if at < end:
                yield data[at:end]
            at = data.find(magic, at + 1)


def _each(pieces: Iterable[bytes], budget: Budget) -> Iterator[_Block]:
    """Put together what can only be decoded piece by piece."""
    some: list[bytes] = []
    for data in pieces:
        budget.spend(len(data) // 2 + _STEP)
        some.append(data)
    if some:
        begins = [0, *accumulate([len(data) + 1 for data in some])]
        begins.pop()
        yield _Block(_BETWEEN.join(some), begins, [len(data) for data in some], 1, 1, 0)


def _all(runs: list[str], form: _Form, budget: Budget, known: Known, *, shifted: bool = True) -> Iterator[_Block]:
    """Decode many runs at once at each alignment: to decode one by one takes several times as long.

    Between them stands what is decoded to bytes of ones. A run that begins inside a group has up to two bytes of noise before it.
    """
    group, size, filler, decode = form
    told = known.setdefault(filler, set())
    runs = [run for run in dict.fromkeys(runs) if run not in told]
    if not runs:
        return
    told.update(runs)
    lengths = list(map(len, runs))
    budget.spend(len(runs) * _RUN)
    padded = [run + filler * (group + -len(run) % group) for run in runs]
    begins = [0, *accumulate([len(run) // group * size for run in padded])]
    begins.pop()
    whole = "".join(padded)
    for shift in range(group if shifted else 1):
        budget.spend(len(whole) // _CHARACTERS + _QUICK)
        yield _Block(decode(whole[shift:] + filler * shift), begins, lengths, group, size, shift)


def _base64(text: str, budget: Budget, known: Known) -> Iterator[_Block]:
    return _all(_BASE64.findall(_standard(text)), _IN_BASE64, budget, known)


def _hex(text: str, budget: Budget, known: Known) -> Iterator[_Block]:
    return _all(_from_first(_HEX, text, _IS_HEX, _SHORTEST_HEX), _IN_HEX, budget, known)


def _spaced(text: str, budget: Budget, known: Known) -> Iterator[_Block]:
    runs = dict.fromkeys(_from_first(_SPACED_HEX, text, _IS_HEX, _SHORTEST_SPACED))
    return _all([run.encode().translate(None, _GAPS).decode() for run in runs], _IN_HEX, budget, known, shifted=False)


def _base32(text: str, budget: Budget, _: Known) -> Iterator[_Block]:
    return _each(map(from_base32, _aligned(_from_first(_BASE32, text, _IS_BASE32, _SHORTEST_BASE32))), budget)


def _aligned(runs: list[str]) -> Iterator[str]:
    """Give runs of base32 from where they may begin to say something."""
    for run in runs:
        starts = {one.start() % _BLOCK for one in PRINTABLE_BASE32.finditer(run.encode())}
        if len(run) >= _DISGUISED:
            starts.add(0)  # what is printable by chance begins elsewhere
        for start in starts:
            yield run[start:]


def _packed(text: str, budget: Budget, _: Known) -> Iterator[_Block]:
    return _each(_inflated_runs(text), budget)


def _inflated_runs(text: str) -> Iterator[bytes]:
    for number, found in enumerate(_PACKED.finditer(text)):
        if number >= _MOST_PACKED:
            raise Exhausted
        run = _standard(found[0])
        yield _inflated(a2b_base64(run + _PADDING[-len(run) % 4]))


def _listed(text: str, budget: Budget, _: Known) -> Iterator[_Block]:
    return _each((said.encode() for _, _, said in lists.texts(text, budget)), budget)


def _from_first(pattern: re.Pattern[str], text: str, table: bytes, shortest: bytes) -> list[str]:
    """Give the matches of an expression, from the first place on where what each must begin with stands."""
    at = text.encode("latin-1", "replace").translate(table).find(shortest)
    return pattern.findall(text, at) if at >= 0 else []


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
