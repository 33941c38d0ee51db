"""Which path segments may be shown: tickers, slugs, dates, small numbers. Whatever could be a key, may not."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote

_SEPARATORS = str.maketrans("-_., ", "     ")
_LONGEST = 64
_LONGEST_WORD = 20
_LONGEST_UPPER_WORD = 12
_LONGEST_NUMBER = 8
_LONGEST_CODE = 6
_MOST_CODES = 2
_MOST_DIGITS = 12


@lru_cache(maxsize=2048)
def is_plain(segment: str) -> bool:
    """Say whether a path segment is of a safe shape: `BBCA`, `BBCA.JK`, `oil-gas-coal`, `2026-03-02`, `Crude%20Oil`.

    Made of words, short numbers and a few short codes such as `LQ45`; no long mix of letters and digits passes.
    """
    if len(segment) > _LONGEST * 3:
        return False
    if "%" in segment:
        segment = unquote(segment)
    if len(segment) > _LONGEST or not segment.isascii():
        return False
    codes = digits = 0
    for word in segment.translate(_SEPARATORS).split():
        if word.isdigit():
            digits += len(word)
            if len(word) > _LONGEST_NUMBER:
                return False
        elif word.isalpha():
            if not _is_word(word):
                return False
        elif word.isalnum() and len(word) <= _LONGEST_CODE:
            codes += 1
        else:
            return False
    return codes <= _MOST_CODES and digits <= _MOST_DIGITS


def is_id(segment: str) -> bool:
    """Say whether a segment names one thing of many, so that it must not become part of a route's name."""
    if not is_plain(segment):
        return True
    digits = sum(character.isdigit() for character in segment)
    if digits and segment[0] in "vV" and segment[1:].replace(".", "").isdigit():
        return False  # a version, such as v2 or v1.1
    return digits > 1 or segment.isdigit() or (segment.isupper() and len(segment) > 1)


def _is_word(word: str) -> bool:
    if word.isupper():
        return len(word) <= _LONGEST_UPPER_WORD
    if len(word) > 2 * _LONGEST_WORD:
        return False
    humps = sum(character.isupper() for character in word[1:])
    if not humps:
        return len(word) <= _LONGEST_WORD
    return humps * 4 <= len(word)  # camelCase has long humps, a key has not
