"""Persons: how far a name or the address of a house goes that stands without quotes."""

from __future__ import annotations

from typing import Final

from outwarden.redact.expression import expression

_NAMES: Final = ("name", "nama", "lengkap", "kandung", "holder", "depan", "belakang", "pemilik", "nasabah", "pelanggan")
_HOUSES: Final = ("address", "rumah", "domisili", "tinggal", "pengiriman", "penagihan")
_MORE_NAMES: Final = expression(
    r"(?:(?:[ +]|%20){1,2}(?:[A-Z][a-z'-]{1,24}|[A-Z]{2,24}|[A-Z]\.?|bin|binti|van|de|von)(?![\w=:])){1,5}"
)
_MORE_HOUSE: Final = expression(r"(?:(?:[ ,+]|%20|%2C){1,3}(?![\w.-]{1,40}=)[^\s\0,;|'\"<>&={}\[\]]{1,32}){1,16}")


def end(text: str, stop: int, name: str) -> int:
    """Follow the first word of what stands behind a name over those that belong to it.

    Args:
        text: where it stands.
        stop: where its first word ends.
        name: what it is called: `full_name`, `alamat_rumah`.
    """
    low = name.lower()
    stop += text[stop : stop + 1] == "."  # `Jl.`, `dr.`
    more = _MORE_NAMES if low.endswith(_NAMES) else _MORE_HOUSE if low.endswith(_HOUSES) else None
    found = more.match(text, stop) if more is not None else None
    return found.end() if found is not None else stop - (text[stop - 1] == ".")
