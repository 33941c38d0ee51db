"""With which literals a text is searched for labels: each label, and what must stand behind it where it is an ordinary word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from outwarden.redact.expression import expression
from outwarden.redact.harmless_names import QUALIFIERS, VAGUE_QUALIFIERS
from outwarden.redact.names import LABELS, SPOKEN
from outwarden.redact.personal_names import FIRST_NUMBERS, HOUSE_WORDS, PERSONAL_PAIRS, QUIET_PERSONAL

_WORDLESS: Final = frozenset(
    (
        "id",
        "name",
        "date",
        "time",
        "for",
        "host",
        "user",
        "str",
        "plain",
        "plaintext",
        "raw",
        "nya",
        "lama",
        "baru",
        "ulang",
    )
)
"""Labels that are too common for a text to be searched for them with a blank behind."""
_GENERIC: Final = _WORDLESS | {
    "number",
    "no",
    "value",
    "val",
    "address",
    "addr",
    "phrase",
    "code",
    "mac",
    "fin",
    "pem",
    "b64",
    "sk",
    "kek",
    "dek",
    "street",
}
"""Labels that are ordinary words as well: only with a strict separator behind them."""
_SELDOM: Final = frozenset(("b64", "pem", "dek", "kek", "fin"))
"""Labels that are seen before a sign or in quotes, and no column of a table."""
_NUMBERED_TOO: Final = (
    "address",
    "street",
    "alamat",
    "key",
    "pwd",
    "pin",
    "otp",
    "mfa",
    "psk",
    "sig",
    "pat",
    "jwt",
    "sid",
)
"""Short labels of which one thing often has several: `key1=`, `pin_2=`."""
_ALWAYS: Final = "=:\"'>\\)]*`<\n"
_LOOSE: Final = (*_ALWAYS, "/", " ", "\t", "|", ",", ";", "\r", "(", "[", "{", "~")
_STRICT: Final = (*_ALWAYS, "[", " =", " :", " |", " -", " ?", "\t=")
BEHIND: Final = frozenset(_LOOSE)
"""What may part a label from its value."""
_WHICH: Final = sorted(word for word in QUALIFIERS | VAGUE_QUALIFIERS if len(word) > 1)
NUMBERING: Final = frozenset("_-0123456789").union(word[0].upper() for word in _WHICH)
NUMBERED: Final = expression(
    rf"(?:[_-]?v?[0-9]{{1,4}}|[_-]?(?i:{'|'.join(_WHICH)})(?:[_-]?[0-9]{{1,2}})?)[=:\"'>\\)\]*`<\n \t|,;]"
)
"""A number between the two, or which one of several it is: `password_1=`, `X-Hub-Signature-256:`, `API_KEY_PROD=`."""
_SIGNS: Final = "=:\"'"
_LONG: Final = 4
"""Labels as long as this are searched for by themselves: fewer literals are found sooner than many."""
_SHORT: Final = 3
_BLANKS: Final = (" ", "\t", ",")


def literals() -> Iterator[tuple[str, int]]:
    """Give each literal, and the length of its label where only what follows it in the text says whether it is one, or 0."""
    for label in sorted(LABELS):
        if label not in _GENERIC and len(label) >= _LONG:
            yield label, len(label)
            continue
        if label in _NUMBERED_TOO:
            for number in ("1", "2", "3", "_1", "_2", "_3", "_v1", "_v2"):
                yield label + number, len(label)
            if label not in HOUSE_WORDS:
                yield from ((f"{label}_{word}", len(label)) for word in _WHICH)
                yield from ((label + word, 0) for word in sorted(QUALIFIERS) if len(word) > 1)
        strict = label in _GENERIC or (len(label) < _SHORT and label != "pw")
        for separator in _SIGNS if label in _SELDOM else _STRICT if strict else _LOOSE:
            yield label + separator, 0
    for label in ("secretvalue", "tokenvalue", "passwordvalue", "keyvalue"):
        yield label, len(label)
    for word in FIRST_NUMBERS:
        yield f"{word}_", 0
    for first, second in map(str.split, sorted(QUIET_PERSONAL)):
        yield from ((first + joint + second, len(first + joint + second)) for joint in ("_", "-", "", " "))
    yield from ((f"pin{joint}transaksi", len(f"pin{joint}transaksi")) for joint in ("_", "-", "", " "))
    yield from (
        (name, 0)
        for name in (
            "key-data:",
            "hmac-sha256:",
            "hmac-sha256'",
            'hmac-sha256"',
            "hmac_sha256",
            "honeycomb-team",
            "honeycomb_team",
            "oidc-data",
            "secrettext",
            "secret_text",
            "appid=",
            "nya ",
        )
    )
    for label in ("hp", "wa"):
        yield from ((f"{label} {first}", 0) for first in "0+")
    for label in ("hp", "wa", "kk", "cc"):
        yield from ((f"{label} {quote}", 0) for quote in "'\"")
    yield from ((f"kk {digit}", 0) for digit in "123456789")


def inside() -> Iterator[tuple[str, int]]:
    """Give each literal in which a label stands behind what keeps it from being an ordinary word, and how far behind."""
    for label in sorted(label for label in LABELS - _WORDLESS - _SELDOM if label in _GENERIC or len(label) < _SHORT):
        yield from ((f"_{label}{blank}", 1) for blank in _BLANKS)
        yield from ((f"{joint}{label}{mark}", 1) for joint in "_-.,;|" for mark in ",;|")  # a column of a table
    for first, second in map(str.split, sorted(SPOKEN)):
        if second in _WORDLESS:
            for joint in "_-":
                yield from ((first + joint + second + blank, len(first) + 1) for blank in _BLANKS)
    for first, second in map(str.split, sorted(PERSONAL_PAIRS)):
        if second in ("name", "address"):  # columns of a table
            yield from ((f"{first}_{second}{mark}", len(first) + 1) for mark in ",;|")
    for number in ("nomor", "no"):
        yield from ((f"{number}{joint}va", len(number) + 1) for joint in "_-")
    yield from ((f"{joint}code/", 1) for joint in "_-")
    yield from ((f"{word} ", len(word) - 2) for word in ("key_id", "key-id", "keyid"))


def spoken() -> Iterator[str]:
    """Give the names of two words that are searched for as they stand in a sentence."""
    yield from sorted(SPOKEN)
    yield from ("virtual account", "va number")
