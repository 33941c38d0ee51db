"""Finder: tells whether any of many short texts stands in another one, at a cost that hardly grows with their number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

try:
    import ahocorasick_rs
except ImportError:  # pip install 'outwarden[fast]'
    accelerated = False
else:
    accelerated = True

_FEW: Final = 32
"""So many are looked for one after the other."""

Hit = tuple[int, str]
"""Where a literal stands, and which."""


class Finder:
    """Finds pieces, given in lower case, in texts in lower case; built when it is first used.

    With the accelerator all of them are one automaton. Without it the text is cut into small chunks: every piece is long
    enough to hold a whole one, wherever it stands.

    Args:
        pieces: what to look for.
        fast: use the accelerator if it is there.
    """

    def __init__(self, pieces: Iterable[str], *, fast: bool = True) -> None:
        self.pieces: Final = tuple(pieces)
        self.many: Final = len(self.pieces) > _FEW
        """Whether a look for one after the other takes longer than one for all."""
        self._fast: Final = fast
        self._automaton: Any = None
        self._chunks: dict[str, list[tuple[str, int]]] | None = None
        self._size: Final = (min(map(len, self.pieces), default=1) + 1) // 2
        self._chunk: Final = re.compile(f"(?s).{{{self._size}}}")

    def found(self, low: str) -> bool:
        """Say whether any piece is in a text."""
        if self.many:
            if self._fast and accelerated:
                try:
                    return bool(self._together().find_matches_as_indexes(low.encode()))
                except UnicodeEncodeError:
                    pass  # half a surrogate pair, which the accelerator cannot read
            return bool(self._sampled(low, 1))
        for piece in self.pieces:  # noqa: SIM110 - any() with a generator costs a frame per piece
            if piece in low:
                return True
        return False

    def found_in(self, low: bytes) -> bool:
        """Say the same of a text in ASCII that is given as bytes."""
        if self.many and self._fast and accelerated:
            return bool((self._automaton or self._together()).find_matches_as_indexes(low))
        return self.found(low.decode("ascii"))

    def hits(self, low: str, most: int) -> list[Hit]:
        """Give every place of every piece, in no order; of more than `most` only some."""
        if self.many:
            if self._fast and accelerated and low.isascii():
                found = self._together().find_matches_as_indexes(low.encode(), overlapping=True)
                return [(start, self.pieces[number]) for number, start, _ in found]
            return self._sampled(low, most)
        hits: list[Hit] = []
        for piece in self.pieces:
            at = low.find(piece)
            while at >= 0 and len(hits) <= most:
                hits.append((at, piece))
                at = low.find(piece, at + 1)
        return hits

    def _together(self) -> Any:
        if self._automaton is None:
            self._automaton = automaton(list(self.pieces))
        return self._automaton

    def _sampled(self, low: str, most: int) -> list[Hit]:
        known = self._chunks
        if known is None:
            self._chunks = known = self._cut()
        size = self._size
        chunks = self._chunk.findall(low)
        if known.keys().isdisjoint(chunks):
            return []
        found: set[Hit] = set()
        for number, chunk in enumerate(chunks):
            for piece, offset in known.get(chunk, ()):
                at = number * size - offset
                if at >= 0 and low.startswith(piece, at):
                    found.add((at, piece))
            if len(found) > most:
                break
        return list(found)

    def _cut(self) -> dict[str, list[tuple[str, int]]]:
        """Give the chunks of which one must be met where a piece stands: those at its first places."""
        known: dict[str, list[tuple[str, int]]] = {}
        for piece in self.pieces:
            for offset in range(self._size):
                known.setdefault(piece[offset : offset + self._size], []).append((piece, offset))
        return known


def automaton(literals: list[str]) -> Any:
    """Build what looks for many literals at once in the bytes of a text; only where the accelerator is.

    The kind that looks fastest, over and over at one text, takes a kilobyte for each literal: in a program that does
    something else in between it is the slower one, for nothing of it is left in the caches.
    """
    kind = ahocorasick_rs.Implementation.ContiguousNFA
    return ahocorasick_rs.BytesAhoCorasick([literal.encode() for literal in literals], implementation=kind)
