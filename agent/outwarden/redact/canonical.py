"""The plain form of a text: what a reader, a browser or a JSON parser would make of its escapes."""

from __future__ import annotations

import unicodedata
from binascii import a2b_qp
from itertools import repeat
from typing import Final

from outwarden.redact.budget import Exhausted
from outwarden.redact.escapes import unescaped
from outwarden.redact.expression import expression

_ROUNDS: Final = 3
_INVISIBLE: Final = expression(
    "[\\u00ad\\u0300-\\u036f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f"
    "\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\U0001bca0-\\U0001bca3\\U000e0000-\\U000e0fff]"
    "|\x1b\\[[0-9;:]{0,16}[mK]"
)
_ESCAPE: Final = "\x1b"
"""With it begins what sets a terminal's colour, which nobody sees either."""
_FEW: Final = 32
_MANY: Final = 1024
"""So many characters are normalised at once, of stacked ones and of others."""
_STACKED: Final = expression(r"(?:[^\w\x00-\x7f]|[\uff9e\uff9f]){32}")
"""Accents upon accents: to sort them takes the square of their number. Lines of dashes look alike here."""
_MOST_HALVES: Final = 500
"""More halves of surrogate pairs are not put together again: they go."""
_BLANKS: Final = b"\t\n\v\f\r\x1c\x1d\x1e\x1f "
_SOFT: Final = expression(r"=\r?\n")
_QUOTED_PRINTABLE: Final = expression(r"=([0-9A-F]{2})")
_QUOTED: Final = expression("=(?:3[dD]|[0-9a-fA-F]{2}(?:=[0-9a-fA-F]{2}){2})")
_TWO_SIGNS: Final = expression("==(?=[0-9a-fA-F]{2})")
_NO_SIGN: Final = expression("=(?!=?[0-9a-fA-F]{2})")
_NO_CAPITALS: Final = expression("=(?![0-9A-F]{2})")
_INNER: Final = "[A-Za-z0-9+/_=.~-]"
_FOLD: Final = expression(
    rf"=(?=[\r\n])(?<={_INNER}=)(?:\r\n|\n|\r)(?=[ \t]{{0,8}}{_INNER})"
    rf"|\n(?<={_INNER}\n)[ \t]{{0,8}}(?={_INNER})|\r(?<={_INNER}\r)\n?[ \t]{{0,8}}(?={_INNER})"
)
"""Each way begins with a letter of its own, and looks back only behind it: so a search passes all else by in a tenth of the time."""


def canonical(text: str) -> str:
    """Undo percent-encoding, character references, backslash escapes and Unicode disguises, at most three layers deep."""
    if "%" not in text and "&" not in text and "\\" not in text and is_undisguised(text):
        return text
    for _ in range(_ROUNDS):
        before = text
        text = plainer(text)
        if text == before:
            break
    return text


def plainer(text: str) -> str:
    """Undo one layer of all that."""
    return unescaped(text if is_undisguised(text) else undisguised(text))


def unfolded(text: str) -> str:
    """Join lines that were folded inside a word; of quoted-printable text undo the rest as well."""
    if "\n" in text or "\r" in text:
        text = _FOLD.sub("", text)
    if "=3D" in text:
        text = _SOFT.sub("", text)
        try:
            return a2b_qp(_NO_CAPITALS.sub("=3D", text).encode("latin-1")).decode("latin-1")
        except UnicodeEncodeError:
            return _QUOTED_PRINTABLE.sub(lambda match: chr(int(match[1], 16)), text)
    return text


def squeezed(text: str) -> str:
    """Take out every blank and line end, as one does who puts a text together again that was broken into lines."""
    return text.encode().translate(None, _BLANKS).decode() if text.isascii() else "".join(text.split())


def softened(text: str) -> str:
    """Take out the line ends that quoted-printable texts have for their own sake."""
    return _SOFT.sub("", text) if "=\n" in text or "=\r" in text else text


def unquoted(text: str) -> str:
    """Undo quoted-printable, where there are signs of it."""
    if "=" not in text or _QUOTED.search(text) is None:
        return text
    text = _TWO_SIGNS.sub("=", _NO_SIGN.sub("=3D", text))
    return a2b_qp(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def is_undisguised(text: str) -> bool:
    """Say whether nothing in a text looks like something else, or like nothing at all."""
    return text.isascii() and _ESCAPE not in text


def undisguised(text: str) -> str:
    """Full-width and other look-alikes become what they look like; invisible characters, colours and loose accents go.

    Raises:
        Exhausted: it becomes far longer. One character may stand for 18.
    """
    size = _FEW if any(map(_STACKED.match, repeat(text), range(0, len(text), _FEW))) else _MANY
    if len(text) <= size:
        return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    left = _MANY
    pieces = []
    for at in range(0, len(text), size):
        piece = unicodedata.normalize("NFKC", text[at : at + size])
        left += size + size // 4 - len(piece)
        if left < 0:
            raise Exhausted
        pieces.append(piece)
    return _INVISIBLE.sub("", "".join(pieces))


def well_formed(text: str) -> str:
    """Take NUL characters and halves of surrogate pairs out: no rule and no encoder can do with them."""
    if "\0" in text:  # of UTF-16 that was read as something else all go, in other texts each leaves its place
        text = text.replace("\0", "" if text.count("\0") * 3 >= len(text) else "\ufffd")
    if is_well_formed(text):
        return text
    whole = text.encode("utf-8", "ignore").decode()
    if len(text) - len(whole) > _MOST_HALVES:
        return whole
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_well_formed(text: str) -> bool:
    """Say whether UTF-8 can hold this; what Python read from a name or a variable that is none cannot be."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
