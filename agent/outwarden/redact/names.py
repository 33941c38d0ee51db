"""Which names stand before a secret: header names, parameter names, keys of mappings."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_LAST_WORDS = """
    password passwd passphrase passcode pwd secret secrets token apikey authorization credential credentials cookie
    signature sig jwt bearer otp cvv cvc dsn privatekey accesskey secretkey clientsecret accesstoken refreshtoken
    idtoken sessionid sessid sid jsessionid phpsessid authtoken xsrf csrf crumb nonce
"""
_LAST_PAIRS = """
    api key, access key, secret key, private key, signing key, encryption key, master key, account key, shared key,
    auth key, subscription key, storage key, service key, license key, session id, session key, session cookie,
    set cookie, security code, connection string, pass word, pass phrase, api secret, x auth, proxy auth, basic auth
"""
_HARMLESS_PAIRS = "page token, next token, continuation token, pagination token, starting token, has authorization"

_LAST_WORD: Final = frozenset(_LAST_WORDS.split())
_LAST_TWO: Final = frozenset(" ".join(pair.split()) for pair in _LAST_PAIRS.split(","))
_HARMLESS: Final = frozenset(pair.strip() for pair in _HARMLESS_PAIRS.split(","))
_WHOLE: Final = frozenset(("pass", "auth", "cookies"))
_IN_QUERY: Final = frozenset(("key", "k", "code", "sign", "hash", "auth", "pw", "hmac", "assertion", "ticket"))

CREDENTIAL_HEADERS: Final = frozenset(
    (
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "api-key",
        "apikey",
        "x-apikey",
        "x-auth-token",
        "x-access-token",
        "x-auth-key",
        "x-rapidapi-key",
        "x-goog-api-key",
        "ocp-apim-subscription-key",
        "x-amz-security-token",
        "x-vault-token",
        "x-gitlab-token",
        "private-token",
        "x-functions-key",
        "x-shopify-access-token",
        "dd-api-key",
    )
)
"""Request headers whose values are credentials."""


@lru_cache(maxsize=4096)
def is_credential(name: str) -> bool:
    """Say whether a name such as `x-api-key`, `clientSecret` or `DB_PASSWORD` stands before a secret."""
    words = [word.lower() for word in _WORDS.findall(name[-200:])]
    if not words:
        return False
    two = " ".join(words[-2:])
    if two in _HARMLESS:
        return False
    return (
        words[-1] in _LAST_WORD
        or two in _LAST_TWO
        or "".join(words[-2:]) in _LAST_WORD
        or (len(words) == 1 and words[0] in _WHOLE)
    )


def is_credential_parameter(name: str) -> bool:
    """The same for a query parameter, where short names such as `key` and `sig` are credentials as well."""
    return name.lower() in _IN_QUERY or is_credential(name)
