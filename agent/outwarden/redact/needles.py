"""Needles: pieces of all forms of all secrets, so that half a secret is found as surely as a whole one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from outwarden.redact.encodings import forms
from outwarden.redact.finder import Finder
from outwarden.redact.matcher import lower
from outwarden.redact.spans import Span, mask

if TYPE_CHECKING:
    from outwarden.redact.letters import Letters

_PIECE: Final = 12
_STRIDE: Final = 5
_SHORTEST: Final = 8
_WHOLE: Final = 16
"""So many characters of a secret in a row are always found, of one below 32 half of them, and of the shortest eight."""


_Piece = tuple[str, int]
"""The form of a secret that a piece is of, and its place in it."""


class Needles:
    """All that must not be seen, compiled when it is first looked for and never changed.

    Args:
        secrets: the values, none shorter than 8 characters.
        generation: rises with each compilation; caches of results compare it.
    """

    _sentries: Finder
    sentries: tuple[str, ...]
    """The few pieces of each secret that quick looks search for."""
    many: bool
    """Whether a look for one after the other takes longer than one for all."""
    plain: dict[str, _Piece]
    """Pieces of the secrets as they are, in lower case, each with its whole and its place in it."""

    def __init__(self, secrets: Iterable[str] = (), generation: int = 0) -> None:
        self.generation: Final = generation
        self.secrets: Final = tuple(secrets)
        self._letters: Letters | None = None
        self._all_pieces: dict[str, _Piece] | None = None

    def __getattr__(self, name: str) -> Any:
        """Make what is searched for when it is first asked for. No lock is held: a fork may happen meanwhile."""
        made: dict[str, Any]
        if name == "plain":
            made = {"plain": _plain_pieces(self.secrets)}
        elif name in ("_sentries", "sentries", "many"):
            finder = Finder(dict.fromkeys(map(str.lower, _sentries(self.secrets))))
            made = {"_sentries": finder, "sentries": finder.pieces, "many": finder.many}
        else:
            raise AttributeError(name)
        self.__dict__.update(made)
        return made[name]

    @property
    def letters(self) -> Letters:
        """What finds the secrets also as lists, in pieces and in dumps; made when the first free text comes."""
        if self._letters is None:
            from outwarden.redact.letters import Letters  # noqa: PLC0415 - most programs never need it

            self._letters = Letters(self.secrets)
        return self._letters

    def hits(self, data: bytes) -> bool:
        """Say whether a piece of any secret is in these bytes: what a last look can do in a microsecond or two."""
        return bool(self.sentries) and self.found(data.decode("utf-8", "replace"))

    def found(self, text: str) -> bool:
        """Say whether a piece of any secret is in this text."""
        return self._sentries.found(text.lower())

    def grow(self, low: str, at: int, literal: str) -> tuple[int, int]:
        """Follow a piece that was found in a lower-cased text in both directions as far as the secret goes."""
        return _grow(low, at, len(literal), self.plain[literal])

    def scrub(self, text: str) -> str:
        """Mask every piece of a secret, in every form, grown as far as it goes."""
        spans: list[Span] = []
        for needle, piece in self._pieces().items():
            at = text.find(needle)
            while at >= 0:
                spans.append(Span(*_grow(text, at, len(needle), piece), "secret"))
                at = text.find(needle, at + 1)
        return mask(text, spans) if spans else text

    def _pieces(self) -> dict[str, _Piece]:
        """Cut all forms into pieces when they are first asked for: a program that fails at nothing never does."""
        if self._all_pieces is None:
            pieces: dict[str, _Piece] = {}
            for secret in self.secrets:
                for form, ratio in forms(secret):
                    size = _size(form, ratio)
                    stride = max(1, int(_STRIDE * ratio)) if size < len(form) else 1
                    for at in {*range(0, len(form) - size + 1, stride), len(form) - size}:
                        pieces.setdefault(form[at : at + size], (form, at))
            self._all_pieces = pieces
        return self._all_pieces


def _plain_pieces(secrets: Iterable[str]) -> dict[str, _Piece]:
    pieces: dict[str, _Piece] = {}
    for secret in dict.fromkeys(_readable(secrets)):
        low = lower(secret)
        least = min(_WHOLE, max(_SHORTEST, -(-len(low) // 2)))
        size = min(_PIECE, max(_SHORTEST, least - _STRIDE + 1))
        last = max(0, len(low) - size)
        for at in {*range(0, last + 1, least - size + 1), last}:
            piece = low[at : _end(secret, at, size)]
            pieces.setdefault(piece, (low, at))
    return pieces


def _end(secret: str, at: int, size: int) -> int:
    """A short piece is no word, and no two with a dash: not each text that holds a word of a secret holds the secret."""
    end = at + size
    while end < min(len(secret), at + _PIECE) and _is_word(secret[at:end]):
        end += 1
    return end


def _is_word(piece: str) -> bool:
    letters = "".join(filter(str.isalnum, piece))
    return letters.isalpha() and (letters[1:].islower() or letters.isupper())


def _readable(secrets: Iterable[str]) -> Iterator[str]:
    """Give the secrets as they are, and as they look when more than their encoding is undone.

    Of those that no decoder would take for text the encoded forms belong to them as well.
    """
    for secret in secrets:
        yield secret
        if not _is_simple(secret):
            yield from _undone(secret)
        if not secret.isascii():
            yield from (form for form, _ in forms(secret) if form.isascii() and form.isalnum())


def _is_simple(secret: str) -> bool:
    """Say that nothing in it can be undone; so it is with nearly every key."""
    return secret.isascii() and secret.replace("-", "").replace("_", "").isalnum()


def _undone(secret: str) -> Iterator[str]:
    from outwarden.redact.canonical import canonical, squeezed  # noqa: PLC0415 - most programs never need it

    for other in (canonical(secret), squeezed(secret)):
        if len(other) >= _SHORTEST:
            yield other


def _sentries(secrets: Iterable[str]) -> Iterator[str]:
    """Give the few pieces that the quick looks search for: both ends and the middle of a secret, one of each form.

    They are compared in lower case, which makes one of two forms that differ in case only.
    """
    for secret in secrets:
        (plain, _), *others = forms(secret)
        size = _size(plain, 1)
        yield plain[:size]
        yield plain[-size:]
        middle = (len(plain) - size) // 2
        yield plain[middle : middle + size]
        for form, ratio in others:
            yield form[: _size(form, ratio)]


def _size(form: str, ratio: float) -> int:
    """A piece is 12 characters of the secret, of short ones two thirds, and at least 8."""
    length = len(form) / ratio
    piece = _PIECE if length >= 18 else max(8, -(-length * 2 // 3))
    return min(len(form), -int(-piece * ratio // 1))


def _grow(text: str, at: int, size: int, piece: _Piece) -> tuple[int, int]:
    form, offset = piece
    if at >= offset and text.startswith(form, at - offset):
        return at - offset, at - offset + len(form)
    start, stop, end = at, at + size, offset + size
    while start > 0 and offset > 0 and text[start - 1] == form[offset - 1]:
        start -= 1
        offset -= 1
    while stop < len(text) and end < len(form) and text[stop] == form[end]:
        stop += 1
        end += 1
    return start, stop
