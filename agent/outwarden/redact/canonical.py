"""The plain form of a text: what a reader, a browser or a JSON parser would make of its escapes."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

_ROUNDS: Final = 3
_PERCENT: Final = re.compile(r"%[0-9a-fA-F]{2}")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});?")
_ESCAPE: Final = re.compile(
    r"\\{1,4}(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3][0-7]{2})|([\"'/nrt]))"
)
_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t"}
_INVISIBLE: Final = re.compile(
    "[\\u00ad\\u0300-\\u036f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f"
    "\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\U0001bca0-\\U0001bca3\\U000e0000-\\U000e0fff]"
)
_SOFT: Final = re.compile(r"=\r?\n")
_QUOTED_PRINTABLE: Final = re.compile(r"=([0-9A-F]{2})")
_FOLD: Final = re.compile(r"(?<=[A-Za-z0-9+/_=.~-])=?(?:\r\n|\n|\r)[ \t]{0,8}(?=[A-Za-z0-9+/_=.~-])")


def canonical(text: str) -> str:
    """Undo percent-encoding, character references, backslash escapes and Unicode disguises, at most three layers deep."""
    for _ in range(_ROUNDS):
        before = text
        if not text.isascii():
            text = undisguised(text)
        if "%" in text and _PERCENT.search(text):
            text = unquote(text, errors="replace")
        if "&" in text:
            text = _ENTITY.sub(_reference, text)
        if "\\" in text:
            text = _ESCAPE.sub(_character, text)
        if text == before:
            break
    return text


def unfolded(text: str) -> str:
    """Join lines that were folded inside a word; of quoted-printable text undo the rest as well."""
    text = _FOLD.sub("", text)
    if "=3D" in text:
        text = _QUOTED_PRINTABLE.sub(lambda match: chr(int(match[1], 16)), _SOFT.sub("", text))
    return text


def undisguised(text: str) -> str:
    """Full-width and other look-alikes become what they look like; invisible characters and loose accents go."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def well_formed(text: str) -> str:
    """Take NUL characters and halves of surrogate pairs out: no rule and no encoder can do with them."""
    if "\0" in text:  # of UTF-16 that was read as something else all go, in other texts each leaves its place
        text = text.replace("\0", "" if text.count("\0") * 3 >= len(text) else "\ufffd")
    if not is_well_formed(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def is_well_formed(text: str) -> bool:
    """Say whether UTF-8 can hold this; what Python read from a name or a variable that is none cannot be."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _reference(match: re.Match[str]) -> str:
    return html.unescape(match[0])


def _character(match: re.Match[str]) -> str:
    braced, four, two, octal, named = match.groups()
    if named:
        return _NAMED.get(named, named)
    code = int(octal, 8) if octal else int(braced or four or two, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
