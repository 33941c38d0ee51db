"""Secrets in the path of a URL: behind a step that is their name, in links that were mailed, in addresses of hooks."""

from __future__ import annotations

import re
from typing import Final

from outwarden.apis.shapes import is_plain
from outwarden.redact import values
from outwarden.redact.escapes import unpercented
from outwarden.redact.expression import expression
from outwarden.redact.names import Kind
from outwarden.redact.spans import Span

_SHORT_NAME: Final = 4
_KEYS: Final = ("_key", "-key", "-wif")
_NUMBER_STEP: Final = expression(r"/((?:\+|%2[Bb])?[0-9](?:[.-]?[0-9]){9,23})(?![\w.-])")
_BEFORE_STEP: Final = expression("[A-Za-z0-9+]{12,}")
_LONGEST_BEFORE: Final = 64
_STEP: Final = expression(r"/([^\s\0/?#'\"<>]{8,512})")
_SOURCE: Final = expression(
    r"[\w@.-]{1,120}\.(?:c|cc|cpp|cs|go|h|java|js|jsx|kt|mjs|php|py|rb|rs|scala|swift|ts|tsx|vue)(?::[0-9]{1,6}){0,2}"
)
"""A file of source code, and a line in it."""
_CODED: Final = expression(r"[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){2,9}")
_LOW_CODED: Final = expression(r"[A-Za-z0-9]{4,8}(?:-[A-Za-z0-9]{4,8}){1,9}")
_LINK: Final = expression(r"[a-z-]{0,36}/(?:[A-Za-z0-9]{1,12}/)?([A-Za-z0-9_.~=-]{12,512})")
_SHORT_LINK: Final = 16
_HOOK: Final = expression(
    r"hooks?/((?:[A-Za-z0-9_@-]{1,64}/){0,4}[A-Za-z0-9_-]{8,512}(?:[.%~+=][A-Za-z0-9_-]{1,512}){0,8})"
)
_VAULT: Final = "vault.azure.net/secrets/"
_VERSION: Final = expression(r"[0-9a-f]{32}")
_UUID: Final = expression(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_FURTHEST_SCHEME: Final = 256
_KEY_STEP: Final = expression(
    r"/(?:api_?key|key|token|secret)/([A-Za-z0-9_~=-]{20,512})(?![A-Za-z0-9_.~=-])", re.IGNORECASE
)
_INTEGRATION: Final = expression(r"integrations?/([0-9a-f]{32})(?![0-9A-Za-z])")
_HOOK_HOST: Final = expression(r"//(?:hook\.[a-z0-9.]{1,32}|hc-ping\.com)/([A-Za-z0-9_-]{16,512})")
KEYED_HOSTS: Final = (
    *("infura.io", "alchemy.com", "alchemyapi.io", "quiknode.pro", "chainstack.com", "getblock.io", "blastapi.io"),
    *("nodereal.io", "chainnodes.org"),
)
"""Nodes of blockchains: who knows the address may call."""
_KEYED_HOST: Final = expression(
    r"\.[a-z]{4,16}\.[a-z]{2,3}/(?!apps/)(?:[a-z0-9-]{1,16}/){0,3}([A-Za-z0-9_-]{20,128})(?![A-Za-z0-9_-])"
)
_PRIVATE: Final = expression(r"/private-([0-9a-f]{20,64})(?![0-9A-Za-z])")


def link(text: str, at: int) -> Span | None:
    """The token in the path of a link that was mailed: `/password/reset/…`, `/invite/…`."""
    if at and text[at - 1] not in "/-_":
        return None
    found = _LINK.match(text, at)
    if found is None or not values.looks_secret(found[1]):
        return None
    if len(found[1]) < _SHORT_LINK and not (values.has_both_cases(found[1]) and found[1].isalnum()):
        return None  # a word and a number
    return Span(found.start(1), found.end(1), "text.secret")


def private_link(text: str, at: int) -> Span | None:
    """The secret in the address of a private calendar or feed: `/private-…/basic.ics`."""
    found = _PRIVATE.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def hook(text: str, at: int) -> Span | None:
    """The path of an address that takes messages from whoever knows it: `https://…/hooks/…`, `…/webhook/…`."""
    found = _HOOK.match(text, at)
    scheme = text.rfind("://", max(0, at - _FURTHEST_SCHEME), at) if found is not None else -1
    if found is None or scheme < 0 or not text[scheme:at].isprintable() or " " in text[scheme:at]:
        return None
    last = found[1].rpartition("/")[2]
    if _UUID.fullmatch(last) is None and (is_plain(last) or values.DIGITS.isdisjoint(last)):
        return None
    return Span(found.start(1), found.end(1), "text.webhook")


def hook_host(text: str, at: int) -> Span | None:
    """The same where only the name of the host says so."""
    found = _HOOK_HOST.match(text, at)
    return Span(found.start(1), found.end(1), "text.webhook") if found is not None else None


def keyed_host(text: str, at: int) -> Span | None:
    """The key in the path of an address whose host gives one to each customer: `https://mainnet.infura.io/v3/…`."""
    found = _KEYED_HOST.match(text, at)
    if found is None or values.DIGITS.isdisjoint(found[1]):
        return None
    return Span(found.start(1), found.end(1), "text.secret")


def integration(text: str, at: int) -> Span | None:
    """A service that takes alarms from whoever knows its address: `https://events.…/integration/…/enqueue`."""
    found = _INTEGRATION.match(text, at)
    return Span(found.start(1), found.end(1), "text.webhook") if found is not None else None


def step(text: str, start: int, stop: int, meaning: Kind) -> Span | None:
    """A secret in a path, behind a step that is its name: `/reset_token/…`."""
    if (
        meaning is Kind.NUMBER
        and (number := _NUMBER_STEP.match(text, stop)) is not None
        and text[start - 1 : start] == "/"
    ):
        return Span(*number.span(1), "text.personal", spreads=False)
    if meaning is not Kind.SECRET and not (meaning is Kind.MAYBE and text[start:stop].lower().endswith(_KEYS)):
        return None
    if text[start - 1 : start] != "/":
        return None
    found = _STEP.match(text, stop)
    if found is None or (
        (stop - start <= _SHORT_NAME or _is_mixed(text[start:stop])) and _is_inside_token(text, start - 1)
    ):
        return None
    value = found[1].partition("&")[0]
    if _VERSION.fullmatch(value) is not None and text.endswith(_VAULT, 0, start):
        return None  # of a secret in a vault, which it does not tell
    if _SOURCE.fullmatch(value.rstrip(")]:,;.")) is not None:
        return None
    codes = _LOW_CODED if text[start:stop].lower().endswith("code") else _CODED
    coded = codes.fullmatch(value) is not None and not values.DIGITS.isdisjoint(value)
    if not coded and not values.looks_secret(unpercented(value)):
        return None
    return Span(found.start(1), found.start(1) + len(value), "text.secret")


def _is_mixed(name: str) -> bool:
    """Say whether small letters, capitals and digits stand in a name, as in what is no name but a piece of base64."""
    return values.has_both_cases(name) and not values.DIGITS.isdisjoint(name)


def _is_inside_token(text: str, end: int) -> bool:
    """Say whether what stands before a slash is no step of a path: in base64 `/pw/` is chance."""
    before = _BEFORE_STEP.match(text[max(0, end - _LONGEST_BEFORE) : end][::-1])
    return before is not None and not is_plain(before[0][::-1])


def key_step(text: str, at: int) -> Span | None:
    """A key in a path, behind a step that says so: `/with/key/…`."""
    found = _KEY_STEP.match(text, at)
    if found is None or is_plain(found[1]) or values.DIGITS.isdisjoint(found[1]):
        return None
    return Span(found.start(1), found.end(1), "text.secret")
