"""Letters: known secrets in texts of which everything is taken out that may stand between their characters.

So one look finds them as lists of characters or numbers, in pieces, with blanks, quotes or invisible characters between, and in
every one of the `notations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import compress
from typing import Final, NamedTuple

from outwarden.redact import lists
from outwarden.redact.finder import Finder
from outwarden.redact.notations import notations
from outwarden.redact.spans import Span

_ALL: Final = b"123456789abcdefghijklmnpqrstvwyz"
"""Neither 0 nor o, x and u: so `0x73`, `\\u0073` and `73` of one byte are the same, and `0o163`, `0163` and `163`."""
_RARE: Final = b"123456789bcdfghjklmpqvwyz"
"""What prose has not too much of: most of it goes, and the look takes half the time."""
_ESCAPE, _CLOSING, _BREAK = b"\x1b", b"</", b"<wbr"
_MARKUP: Final = re.compile(rb"\x1b\[[0-9;]{0,16}[A-Za-z]|</?[A-Za-z][^<>\0]{0,60}>")
_LOWER: Final = bytes(range(256)).lower()
_OTHERS: Final = bytes(set(range(256)).difference(_ALL, _ALL.upper()))
_COMMON: Final = bytes(set(range(256)).difference(_RARE, _RARE.upper()))
_IN: Final = bytes(code not in _OTHERS for code in range(256))
_RARE_LETTERS: Final = frozenset(_RARE.decode())
_TO_LETTERS: Final = dict.fromkeys(_OTHERS)
_LEAST_RARE: Final = 7
_LEAST: Final = 8
_LONG_WORD: Final = 16
_LEAST_WHOLE: Final = 10
_LEAST_RARE_WHOLE: Final = 5
"""The same of a secret that has no such piece, which is looked for as a whole."""
_LEAST_DIGITS: Final = 13
"""So long is a piece at least, of digits alone."""
_TO_DIGITS: Final = bytes(49 if 49 <= code < 58 else 0 for code in range(256))
_MANY_DIGITS: Final = b"1" * 40
_STRIDE: Final = 5
_OFTEN: Final = b"1" * 8
"""Of so many digits in a row eight are met by steps of an eighth of their number."""
_CALLED: Final = b"ch1"
"""What `chr(112)` leaves."""
_AGAIN: Final = 5
_STRAY: Final = 24
"""So many letters must be those of the secret again behind so many of others."""
_MOST_HITS: Final = 400
TAG: Final = 2
"""What it costs to look at what may be a tag, or the colour of a terminal."""


class _Piece(NamedTuple):
    rare: str
    letters: str
    whole: str
    """The notation to which it belongs."""
    offset: int


class Letters:
    """Finds known secrets by their letters and digits; built when the first text comes.

    Args:
        secrets: the values.
        fast: use the accelerator if it is there.
    """

    def __init__(self, secrets: Iterable[str], *, fast: bool = True) -> None:
        self._secrets: Final = tuple(secrets)
        self._fast: Final = fast
        self._pieces: dict[str, list[_Piece]] = {}
        self._finder: Finder | None = None

    def rare(self, raw: bytes) -> bytes:
        """Give what the quick looks need of a text, given with one byte for each of its characters; b"" if there are no secrets."""
        return raw.translate(_LOWER, _COMMON) if self._secrets else b""

    def may_be_spelled(self, raw: bytes, rare: bytes) -> bool:
        """Say whether there may be numbers that stand for a text."""
        return (
            rare[::_STRIDE].translate(_TO_DIGITS).find(_OFTEN) >= 0
            and rare.translate(_TO_DIGITS).find(_MANY_DIGITS) >= 0
            and lists.may_stand_in(raw)
        ) or (raw.find(b"(") >= 0 and rare.find(_CALLED) >= 0 and lists.has_characters(raw))

    def tells(self, raw: bytes, told: set[bytes] | None = None) -> bool:
        """Say whether a secret is in a text; `told` holds what was looked at in other readings of the same text."""
        told = set() if told is None else told
        rare = self.rare(raw)
        if rare not in told:
            if not self._may_tell(rare):
                told.add(rare)
            elif self._places(raw, rare):
                return True
        if not _may_be_marked(raw):
            return False
        rare = self.rare(_MARKUP.sub(b"", raw))
        if rare not in told:
            if self._may_tell(rare) and self._places(unmarked(raw), rare):
                return True
            told.add(rare)
        return False

    def spans(self, text: str, raw: bytes, rare: bytes) -> list[Span]:
        """Give what belongs to a secret; of what goes over several texts, joined by NUL, the part of each."""
        if not rare:
            return []
        places = self._places(raw, rare) if self._may_tell(rare) else set()
        if _may_be_marked(raw) and self._may_tell(rare := self.rare(_MARKUP.sub(b"", raw))):
            places |= self._places(unmarked(raw), rare)
        if not places:
            return []
        return [
            Span(begin, end, "secret", spreads=False)
            for start, stop in places
            for begin, end in _parts(text, start, stop)
        ]

    def _may_tell(self, rare: bytes) -> bool:
        return bool(self._secrets) and (self._finder or self._built()).found_in(rare)

    def _places(self, raw: bytes, rare: bytes) -> set[tuple[int, int]]:
        """Look closely: with all letters, and from where the secret begins to where it ends."""
        letters = raw.translate(_LOWER, _OTHERS).decode("ascii")
        found: set[tuple[int, int]] = set()
        hits = (self._finder or self._built()).hits(rare.decode("ascii"), _MOST_HITS)
        if len(hits) > _MOST_HITS:
            return {(0, len(raw))}
        for literal in {literal for _, literal in hits}:
            for piece in self._pieces[literal]:
                at = letters.find(piece.letters)
                while at >= 0:
                    start, stop = _grow(letters, at, piece)
                    found.add((start, stop))
                    at = letters.find(piece.letters, stop)
        if found:
            places = list(compress(range(len(raw)), raw.translate(_IN)))
            found = {(places[start], places[stop - 1] + 1) for start, stop in found}
        return found

    def _built(self) -> Finder:
        pieces: dict[str, list[_Piece]] = {}
        for secret in self._secrets:
            for piece in _pieces_of(secret):
                pieces.setdefault(piece.rare, []).append(piece)
        self._pieces = pieces
        self._finder = finder = Finder(pieces, fast=self._fast)
        return finder


def _may_be_marked(raw: bytes) -> bool:
    """Say whether there may be tags or the colours of terminals; mostly there is neither, and `in` of bytes takes twice as long."""
    return raw.find(_ESCAPE) >= 0 or (raw.find(b"<") >= 0 and (raw.find(_CLOSING) >= 0 or raw.find(_BREAK) >= 0))


def unmarked(raw: bytes) -> bytes:
    """Put zeros in the place of tags and of the colours of terminals; the same object comes back where there are none."""
    return _MARKUP.sub(lambda found: bytes(len(found[0])), raw) if _may_be_marked(raw) else raw


def _parts(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Give the part of each text that a secret goes over; at either end it may be of the next one only by chance."""
    length = stop - start
    for part in text[start:stop].split("\0"):
        end = start + len(part)
        whole = (not start or text[start - 1] == "\0") and text[end : end + 1] in ("", "\0")
        if part and (whole or end - start >= _LEAST or len(part) == length):
            yield start, end
        start = end + 1


def _grow(letters: str, at: int, piece: _Piece) -> tuple[int, int]:
    """Follow a piece in both directions as far as the secret goes, also over a few letters of others: of an escape, of a dump's places."""
    whole, offset = piece.whole, piece.offset
    start, stop, end = at, at + len(piece.letters), offset + len(piece.letters)
    while start > 0 and offset > 0:
        if letters[start - 1] != whole[offset - 1]:
            before = whole[max(0, offset - _AGAIN) : offset]
            found = letters.rfind(before, max(0, start - _STRAY - len(before)), start)
            if found < 0 or len(before) < _AGAIN:
                break
            start = found + len(before)
        start -= 1
        offset -= 1
    while stop < len(letters) and end < len(whole):
        if letters[stop] != whole[end]:
            after = whole[end : end + _AGAIN]
            found = letters.find(after, stop, stop + _STRAY + len(after))
            if found < 0 or len(after) < _AGAIN:
                break
            stop = found
        stop += 1
        end += 1
    return start, stop


@lru_cache(maxsize=256)
def _pieces_of(secret: str) -> tuple[_Piece, ...]:
    found: dict[str, _Piece] = {}
    plain = False
    bare = secret.translate(_TO_LETTERS)
    for text, window in notations(secret):
        whole = _only(text, _OTHERS)
        size = round(window * len(whole) / max(1, len(text)))
        for start, stop in _cut(whole, size):
            letters = whole[start:stop]
            if text is secret and letters.isalpha() and (letters in bare or letters.upper() in bare):
                continue  # words of it, which a sentence may hold as well
            found.setdefault(letters, _Piece(_only(letters, _COMMON), letters, whole, start))
            plain = plain or text is secret
    if not plain:
        whole = _only(secret, _OTHERS)
        rare = _only(whole, _COMMON)
        if (
            len(whole) >= _LEAST_WHOLE
            and len(rare) >= _LEAST_RARE_WHOLE
            and (not whole.isalpha() or _is_one_word(secret))
        ):
            found[whole] = _Piece(rare, whole, whole, 0)
    return tuple(found.values())


def _is_one_word(secret: str) -> bool:
    """Say whether a secret is letters without a gap, as many as no word has."""
    return len(secret) >= _LONG_WORD and secret.isalpha()


def _only(text: str, without: bytes) -> str:
    return text.encode("latin-1", "replace").translate(_LOWER, without).decode("ascii")


def _cut(whole: str, window: int) -> Iterator[tuple[int, int]]:
    """Give pieces that are long enough, of which one is in each stretch of the length of `window`."""
    start, stop = _piece(whole, range(len(whole)))
    while start >= 0:
        yield start, stop
        if stop == len(whole):
            return
        before, limit = start, min(start + 1 + window, len(whole))
        stop, start = _piece(whole, range(limit - 1, -1, -1))
        if start <= before:
            start, stop = _piece(whole, range(before + 1, len(whole)))


def _piece(whole: str, places: range) -> tuple[int, int]:
    """Give the first and the last place of a piece that is long enough, the latter plus one, in the order of the places."""
    rare = 0
    digits = True
    for size, at in enumerate(places, 1):
        letter = whole[at]
        rare += letter in _RARE_LETTERS
        digits = digits and letter.isdigit()
        if rare >= _LEAST_RARE and size >= (_LEAST_DIGITS if digits else _LEAST):
            first = places[0]
            return (first, at + 1) if places.step > 0 else (first + 1, at)
    return -1, -1
