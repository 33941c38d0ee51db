"""Find the credential that a request carries."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, Final

from outwarden.redact.vocabulary import vocabulary

HEADERS: Final = vocabulary("""
    authorization, proxy-authorization, x-api-key, api-key, apikey, x-apikey, x-auth-token, x-access-token, x-auth-key,
    x-rapidapi-key, x-goog-api-key, ocp-apim-subscription-key, x-amz-security-token, x-vault-token, x-gitlab-token,
    private-token, x-functions-key, x-shopify-access-token, dd-api-key
""")
"""Request headers whose values are credentials."""
_SCHEMES = frozenset(("bearer", "basic", "token", "apikey", "key", "bot", "jwt"))


def header_value(headers: Mapping[Any, Any], name: str | None) -> Any:
    """Give the value of the credential header of this name; without a name, of the first that is known as one."""
    # requests keeps the lower-cased names in `_store`: looking there is ten times as fast as asking the mapping.
    known = getattr(headers, "_store", None)
    if known is not None:
        if name is None:
            if HEADERS.isdisjoint(known):
                return None
            name = next(candidate for candidate in known if candidate in HEADERS)
        held = known.get(name)
        return held[1] if held is not None else None
    listed = getattr(headers, "_list", None)  # httpx: as it came, lower-cased, value
    if listed is not None:
        for _, lower, value in listed:
            if lower.decode("latin-1") == name if name is not None else lower.decode("latin-1") in HEADERS:
                return value.decode("latin-1")
        return None
    if name is not None and hasattr(headers, "getall"):  # aiohttp: in whatever case
        return headers.get(name)
    for key in headers:
        lower = (key.decode("latin-1") if isinstance(key, bytes) else str(key)).lower()
        if lower == name or (name is None and lower in HEADERS):
            return headers[key]
    return None


def parts(value: Any) -> Iterator[str]:
    """Give the secret parts of a header's value: without the scheme, and a password out of Basic.

    Programs err: bytes, and tuples from a stray comma, are looked through as well.
    """
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, list | tuple):
        for item in value[:8]:
            yield from parts(item)
    if not isinstance(value, str):
        return
    value = value.strip()
    scheme, blank, rest = value.partition(" ")
    if not blank:
        yield value
    elif scheme.lower() in _SCHEMES:
        yield rest.strip()
        if scheme.lower() == "basic":
            yield from _basic(rest)
    elif scheme.upper().startswith("AWS4-"):
        yield rest.partition("Credential=")[2].partition("/")[0]
    elif scheme.lower() != "digest":
        yield value


def _basic(encoded: str) -> Iterator[str]:
    try:
        user, _, password = base64.b64decode(encoded.strip(), validate=False).decode("latin-1").partition(":")
    except (binascii.Error, ValueError):
        return
    yield password or user
