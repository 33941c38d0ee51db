"""Escapes: the ways in which a character is written by its number or its name, undone one layer at a time."""

from __future__ import annotations

import html
import re
from binascii import a2b_qp
from functools import lru_cache
from typing import Final

from outwarden.redact.expression import expression

PERCENT: Final = expression("%(?:[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})")
REFERENCE: Final = expression(
    r"&(?:(?:#[0-9]{1,12}+|#[xX][0-9a-fA-F]{1,10}+|amp|lt|gt|quot)(?:;|(?![\s\\%=]|[^\x00-\x7f]))|[a-zA-Z][a-zA-Z0-9]{1,30}+;)"
)
"""A character reference of HTML or XML; numbers and the four oldest names also without their semicolon.

Not so before what may have broken it in two: it is read when that is gone.
"""

_NO_PERCENT: Final = expression("%(?![0-9a-fA-F]{2})")
_BLANK: Final = expression(r"%(?:3[aA]|2[cC])\+|\+%(?:3[aA]|3[dD]|2[27]|[57][bB])")
"""In a form a blank behind a colon or a comma, or before a sign that opens a value: `%22key%22%3A+%22…`, `token+%3D+%22…`; there each plus sign that is not escaped is one."""
_SCRIPT: Final = expression("%u([0-9a-fA-F]{4})")
_NUMBERED: Final = expression(
    r"&#(?:[xX][0-9a-fA-F]{1,10};(?:&#[xX][0-9a-fA-F]{1,10};)*|[0-9]{1,12};(?:&#[0-9]{1,12};)*)"
)
_COMMON: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'))
_AMPERSAND: Final = "&amp;"
"""Most of all references by far; they go without a call for each."""
_ESCAPE: Final = expression(
    r"\\(?:"
    r"x(?!(?!2[27])(?:[2-7][0-9a-fA-F]){8})([0-9a-fA-F]{2}(?:\\x[0-9a-fA-F]{2})*)"
    r"|u([0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*)"
    r"|U([0-9a-fA-F]{8})"
    r"|[ux]\{([0-9a-fA-F]{1,8})\}"
    r"|([0-3][0-7]{2}(?:\\[0-3][0-7]{2})*))"
)
"""What goes on in hex behind `\\x` is no escape: so PostgreSQL writes bytes."""
_TWICE: Final = expression(r"\\\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})")
_EXACT: Final = expression(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))")
_SLASH: Final = "\ufdd0"
"""Stands for a backslash that was written as two; no character of any text."""
_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t"}
_SIMPLE: Final = [(f"\\{letter}", _NAMED.get(letter, letter)) for letter in "\"'/nrt"]
_LAST: Final = 0x10FFFF
_PRINTABLE: Final = range(32, 127)
_OTHERS: Final = range(160, 0xD800)
"""The others may be read as something else, or as nothing."""
_SURROGATES: Final = range(0xD800, 0xE000)


def unescaped(text: str) -> str:
    """Undo one layer of percent-encoding, of character references, and of backslash escapes, in this order.

    Any number of backslashes is taken for one. A page of JSON in JSON has thousands of them, so those before quotes and the
    like go without a call for each.
    """
    text = unreferenced(unpercented(text))
    if "\\" not in text:
        return text
    while "\\\\" in text:
        text = text.replace("\\\\", "\\")
    for escaped, said in _SIMPLE:
        text = text.replace(escaped, said)
    return _ESCAPE.sub(_backslash, text)


def unpercented(text: str) -> str:
    """Undo one layer of percent-encoding.

    With other signs that is quoted-printable, which the standard library reads a hundred times as fast as a call for each sign does.
    Broken UTF-8 reads the same whether it is decoded alone or with what stands around it: no character of a text goes on with it.
    """
    if "%" not in text:
        return text
    if "+" in text:
        text = _unformed(text) if _BLANK.search(text) is not None else text
    if "%u" in text:
        text = _SCRIPT.sub(lambda match: _character(int(match[1], 16)), text)
    text = _NO_PERCENT.sub("%25", text.replace("=", "=3D")).replace("%", "=")
    return a2b_qp(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _unformed(text: str) -> str:
    return " ".join(
        [
            word.replace("+", " ") if "+" in word and _BLANK.search(word) is not None else word
            for word in text.split(" ")
        ]
    )


def unreferenced(text: str) -> str:
    """Undo one layer of character references."""
    if "&" not in text:
        return text
    if "&#" in text:
        text = _NUMBERED.sub(_numbered, text)
    for written, said in _COMMON:
        text = text.replace(written, said)
    parts = text.split(_AMPERSAND)  # its sign would begin another one, so what stands around it is read apart
    return "&".join([REFERENCE.sub(_reference, part) if "&" in part else part for part in parts])


def unslashed(text: str) -> str:
    """Undo one layer of backslash escapes to the letter: two of them are one. `unescaped` takes any number for one."""
    if "\\\\" not in text or _TWICE.search(text) is None:
        return text
    text = text.replace(_SLASH, "").replace("\\\\", _SLASH)
    for escaped, said in _SIMPLE:
        text = text.replace(escaped, said)
    return _EXACT.sub(_exact, text).replace(_SLASH, "\\")


def _exact(match: re.Match[str]) -> str:
    two, four, eight, octal = match.groups()
    return _character(int(octal, 8) if octal else int(two or four or eight, 16))


def _reference(match: re.Match[str]) -> str:
    run = match[0]
    if run[1] != "#":
        return _named(run)
    number = run[2:].rstrip(";")
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return chr(code) if code in _PRINTABLE or code in _OTHERS else _named(f"&#{min(code, _LAST + 1)};")


@lru_cache(maxsize=4096)
def _named(run: str) -> str:
    return html.unescape(run)


def _numbered(match: re.Match[str]) -> str:
    run = match[0]
    if run[2] in "xX":
        return "".join([_character(int(number, 16)) for number in run[3:-1].lower().split(";&#x")])
    return "".join([_character(int(number)) for number in run[2:-1].split(";&#")])


def _backslash(match: re.Match[str]) -> str:
    pairs, units, long, braced, octal = match.groups()
    if pairs:
        return _said(bytes.fromhex(pairs.replace("\\x", "")))
    if octal:
        return _said(bytes([int(number, 8) for number in octal.split("\\")]))
    if units:
        return bytes.fromhex(units.replace("\\u", "")).decode("utf-16-be", "replace")
    return _character(int(long or braced, 16))


def _said(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _character(code: int) -> str:
    return chr(code) if code <= _LAST and code not in _SURROGATES else "\ufffd"
