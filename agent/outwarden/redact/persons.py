"""Persons: how far a name or the address of a house goes that stands without quotes, and what is said of one without a separator."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact.expression import expression
from outwarden.redact.names import PERSONAL, kind
from outwarden.redact.personal_names import HOUSE_WORDS
from outwarden.redact.spans import Span

_NAMES: Final = (
    *("name", "nama", "lengkap", "kandung", "holder", "depan", "belakang", "pemilik", "nasabah", "pelanggan"),
    *(
        "kontak",
        "penerima",
        "pengirim",
        "karyawan",
        "pasien",
        "penumpang",
        "pemegang",
        "rekening",
        "inhaber",
        "apellido",
        "apellidos",
    ),
)
_HOUSES: Final = (
    *("address", "rumah", "domisili", "tinggal", "pengiriman", "penagihan", "line", "lengkap", *HOUSE_WORDS),
    *("line1", "line2", "line_1", "line_2", "line-1", "line-2"),
)
_DATES: Final = (
    "lahir",
    "birth",
    "dob",
    "date",
    "birthday",
    "datum",
    "born_on",
    "bornOn",
    "geburtstag",
    "nacimiento",
    "nascimento",
    "naissance",
)
_STATED: Final = expression(
    r" (['\"])((?=[^'\"\0\r\n]{0,40}[0-9@])[^'\"\0\r\n]{3,80})\1"
    r"| \(([0-9]{8}|[0-9]{1,4}[ ./-][A-Za-z0-9]{1,9}[ ./-][0-9]{2,4})\)"
    r"| (?:is|was|adalah) ((?=[^\s\0]{0,40}[0-9@])[^\s\0'\",;]{6,80})"
)
"""`Invalid birth date '…'`, `birth_date (…) did not match`, `the birth date is …`"""
_MORE_NAMES: Final = expression(
    r"(?:(?:[ +]|%20){1,2}(?:[A-Z\u00c0-\u017d](?:[^\W\d_]|['-]){1,24}|[A-Z]\.?|bin|binti|van|de|von)(?![\w=:])){1,5}"
)
_MORE_DATE: Final = expression(
    r"(?<=[0-9.])(?:\.?(?:[ +]|%20)(?:de )?[^\W\d_]{3,12}\.?(?:[ +]|%20)(?:de )?[0-9]{2,4}|(?: ?/ ?| )[0-9]{1,2}(?: ?/ ?| )[0-9]{2,4})(?![0-9])"
    r"|(?<=[a-z])(?:,(?:[ +]|%20)?|[ +])(?:[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{8}|[0-9]{1,2} [A-Za-z]{3,12} [0-9]{4})(?![0-9])"
    r"|(?<=[a-z])\.?(?:[ +]|%20)[0-9]{1,2},?(?:[ +]|%20)[0-9]{4}(?![0-9])"
)
"""`9 October 1979`, `May 3, 1990`; with the place of birth before it `Bandung, 01-02-1990`."""
_MORE_HOUSE: Final = expression(r"(?:(?:[ ,+]|%20|%2C){1,3}(?![\w.-]{1,40}=)[^\s\0,;|'\"<>&={}\[\]]{1,32}){1,16}")

_BRACKETED: Final = expression(r"[nN]ame \(([A-Z][a-z'-]{1,24}(?: [A-Z][a-z'-]{1,24}){1,4})\)")
_CALLED: Final = expression(r"[A-Za-z_]{0,20}[nN]ame\Z")
_ACCOUNT: Final = expression(r"account[\\'\"]{1,8}\s?:\s?[\\'\"]{1,8}([0-9]{6,17})(?=[\\'\"])")
_BANK: Final = expression(
    r"[\\'\"]{1,8}(?:\s?,\s{0,40}[\\'\"]{1,8}\w{1,24}[\\'\"]{1,8}\s?:\s?[\\'\"]{0,8}[\w -]{1,60}[\\'\"]{0,8}){0,3}"
    r"\s?,\s{0,40}[\\'\"]{1,8}(?:\w{0,8}routing|sort_?code|institution|branch_?(?:code|number)|bsb|ifsc)\b",
    re.IGNORECASE,
)
_NAME, _FURTHEST = 4, 24
_IN_LINE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_WIDEST_LINE: Final = 46
_LINES: Final = expression(
    r"[ACIPV][A-Z<][A-Z]{3}[A-Z<]{25,39}(?![A-Z0-9<])"
    r"|[A-Z0-9<]{9}[0-9<][A-Z<]{3}[0-9]{6}[0-9<][MFX<][0-9]{6}[0-9<][A-Z0-9<]{2,16}(?![A-Z0-9<])"
    r"|[ACI][A-Z0-9<][A-Z]{3}[A-Z0-9<]{9}[0-9<][A-Z0-9<]{15}(?![A-Z0-9<])"
    r"|[0-9]{6}[0-9<][MFX<][0-9]{6}[0-9<][A-Z<]{3}[A-Z0-9<]{11}[0-9](?![A-Z0-9<])"
)
"""With the name, with the numbers; of cards with three lines the first two."""


def in_brackets(text: str, at: int) -> Span | None:
    """Look at a name of a person in brackets behind what it is called: `customer_name (Sari Santoso) is taken`."""
    found = _BRACKETED.match(text, at)
    called = _CALLED.search(text, max(0, at - _FURTHEST), at + _NAME) if found is not None else None
    if found is None or called is None or kind(called[0]) is not PERSONAL:
        return None
    return Span(*found.span(1), "text.personal", spreads=False)


def machine_readable(text: str, at: int) -> Span | None:
    """The lines of a passport or an identity card that machines read (ICAO 9303); `at` is in one of them."""
    floor = max(0, at - _WIDEST_LINE)
    start = floor + len(text[floor:at].rstrip(_IN_LINE))
    found = _LINES.match(text, start)
    return Span(start, found.end(), "text.personal", spreads=False) if found is not None else None


def account(text: str, at: int) -> Span | None:
    """`{"account": "417902417902", …, "routing": "…"}`: a number of which the one beside it says that it is a bank's."""
    found = _ACCOUNT.match(text, at)
    if found is None or _BANK.match(text, found.end()) is None:
        return None
    return Span(*found.span(1), "text.number", spreads=False)


def end(text: str, stop: int, name: str) -> int:
    """Follow the first word of what stands behind a name over those that belong to it.

    Args:
        text: where it stands.
        stop: where its first word ends.
        name: what it is called: `full_name`, `alamat_rumah`.
    """
    low = name.lower()
    stop += text[stop : stop + 1] == "."  # `Jl.`, `dr.`
    more = (
        _MORE_NAMES
        if low.endswith(_NAMES)
        else _MORE_HOUSE
        if low.endswith(_HOUSES)
        else _MORE_DATE
        if low.endswith(_DATES)
        else None
    )
    found = more.match(text, stop) if more is not None else None
    return found.end() if found is not None else stop - (text[stop - 1] == ".")


def stated(text: str, at: int) -> Span | None:
    """Look at what stands in quotes behind a name that says something of a person."""
    found = _STATED.match(text, at)
    return Span(*found.span(found.lastindex or 2), "text.personal", spreads=False) if found is not None else None
