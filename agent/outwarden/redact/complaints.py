"""Complaints: what a validator says of a value, in the place of the value: `{"password": ["This field is required."]}`."""

from __future__ import annotations

from typing import Final

from outwarden.redact.vocabulary import vocabulary

_LONGEST: Final = 160
_LONGEST_WORD: Final = 16
_MOST_DIGITS: Final = 4
_AROUND: Final = ".,;:!?()'\"`[]"
_WHAT: Final = vocabulary("""
    required, valid, invalid, blank, empty, short, long, characters, character, expired, missing, incorrect, wrong, exist, exists, taken,
    allowed, match, numeric, common, weak, unique, malformed, revoked, unsupported, unknown, similar, rejected, supplied, null, string,
    wajib, diisi, valid, kosong, salah, kedaluwarsa, kadaluarsa, karakter, terdaftar, minimal, cocok
""")
"""One of these is said of a value."""
_HOW: Final = vocabulary("""
    is, was, are, has, have, be, been, not, no, must, may, should, shall, cannot, can't, can, does, doesn't, do, already, please, enter, ensure,
    this, field, with, at, too, provided, tidak, boleh, harus, sudah, telah, wajib, adalah
""")
"""And one of these with it, in a sentence."""


def is_complaint(value: str) -> bool:
    """Say whether a text of several words is what is said about a value, and no value: nothing but words, and what they say of one."""
    if len(value) > _LONGEST:
        return False
    words = {word.strip(_AROUND).lower() for word in value.split()}
    return not _WHAT.isdisjoint(words) and len(words) > 1 and not _HOW.isdisjoint(words) and all(map(_is_word, words))


def _is_word(word: str) -> bool:
    """Say whether a word is one, or a small number."""
    if word.isdigit():
        return len(word) <= _MOST_DIGITS
    return len(word) <= _LONGEST_WORD and (not word or word.replace("'", "").replace("-", "").isalpha())
