"""Credentials in the forms in which HTTP and its libraries print them: schemes, signatures, refused header values, PEM, JWT."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from outwarden.redact import lookalikes, values
from outwarden.redact.expression import expression
from outwarden.redact.spans import Span

_TOKEN: Final = expression(r"[A-Za-z][A-Za-z2-]{2,15}[ \t]{1,3}['\"]?([A-Za-z0-9._~+/=|:-]{6,4096})")
_RESPONSE: Final = expression(r"response=[\\]{0,3}[\"']?([0-9a-f]{32,64})(?![0-9a-z])")
_DIGEST: Final = expression(r"(?:nonce|username|realm|uri)=")
_FURTHEST_DIGEST: Final = 600
_HAWK: Final = expression(
    r"hawk [a-z]{2,6}=(?:(?!hawk )[^\r\n\0]){0,600}?\bmac=[\\]{0,3}[\"']([A-Za-z0-9+/=]{12,128})", re.IGNORECASE
)
_PRIVATE_PART: Final = expression(
    r"[\"'](?:d|k|p|q|dp|dq|qi)[\\]{0,7}[\"'][\s+]?:[\s+]?[\\]{0,7}[\"']([A-Za-z0-9_-]{20,2048})"
)
_LONGEST_JWK: Final = 8_192
_AWS: Final = expression(r"AWS4-(?:HMAC|ECDSA)[^\r\n\0'\"]{0,2048}")
_PRESIGNED: Final = expression(r"AWS4-(?:HMAC|ECDSA)-[A-Z0-9-]{3,20}(?:&|\\u0026|\Z|\s)")
_REFUSED: Final = expression(r"(?:header (?:value|part|name)s?|nonnumeric port)[ :=]{0,3}(?=[(\[b'\"])", re.IGNORECASE)
_LONGEST_PEM: Final = 16_384
_PEM: Final = expression(
    r"-----BEGIN[ +][A-Z0-9 +]{0,40}(?:PRIVATE[ +]KEY|OPENSSH|SECRET|NKEY[ +]SEED)[A-Z ]{0,20}(?:-{1,5}|\Z)"
)
_PEM_BODY: Final = expression(r"(?:[A-Za-z0-9+/=\s:,.-]|\\{1,3}[nrt]|\[REDACTED\]){0,16384}")
_PEM_END: Final = expression(r"-----END[ +][A-Z0-9 +]{0,60}-{1,5}")
_PUTTY: Final = expression(
    r"Private-Lines: ?[0-9]{1,4}([A-Za-z0-9+/=\s\\]{16,16384}(?:Private-(?:MAC|Hash): ?[0-9a-f]{0,64})?)"
)
_MAILCHIMP: Final = expression(r"(?<![0-9a-f])[0-9a-f]{32}-us[0-9]{1,2}(?![0-9A-Za-z])")
_JWT: Final = expression(r"eyJ[A-Za-z0-9_-]{5,4096}(?:\.[A-Za-z0-9_-]{0,4096}){0,4}")
_JWT_HEADS: Final = ("eyJhbGciOi", "eyJ0eXAiOi", "eyJraWQiOi", "eyJqa3UiOi", "eyJlbmMiOi", "eyJ4NXQiOi", "eyJjdHkiOi")
_USER: Final = expression(
    r"(?:-u|-a|-E|--?user|--?proxy-user|--?auth|--?cert)(?:[ =]['\"]?|['\"], ?['\"])[^\s\0:'\"<][^\s\0:'\"]{0,127}:['\"]?([^\s\0'\"]{1,1024})"
)
_IDENTIFIED: Final = expression(
    r"identified (?:with \w{1,40} )?(?:by|as) (?:password )?['\"]?([^\s\0'\";]{1,256})", re.IGNORECASE
)
_STATEMENTS: Final = ("user", "role", "alter", "create", "grant")
_USER_STATEMENT: Final = expression(rf"\b(?:{'|'.join(_STATEMENTS)})\b")
_LONGEST_STATEMENT: Final = 200


def scheme(text: str, at: int) -> Span | None:
    """`Bearer`, `Basic` and the like with a token behind them."""
    if at and (text[at - 1].isalnum() or text[at - 1] == "_"):
        return None
    found = _TOKEN.match(text, at)
    if found is None:
        return None
    token = found[1].rstrip(".:")
    if values.ASSIGNMENT.match(token):
        return None  # as in `token_type=bearer expires_in=3600`
    start, end = found.start(1), found.start(1) + len(token)
    word = text[at : at + 5].lower()
    if not (values.looks_secret(token) or (word == "basic" and _is_basic(token)) or len(token) >= 20):
        return None
    return Span(start, values.wrapped(text, end), "text.scheme")


def aws(text: str, at: int) -> Span | None:
    """A signed request's header: credential, signed headers and signature."""
    found = _AWS.match(text, at)
    if found is not None and _PRESIGNED.match(text, at) is not None and text[at - 1 : at] == "=":
        return None  # a parameter of an address: the others have names of their own
    return Span(at, found.end(), "aws.signature", spreads=False) if found is not None and "=" in found[0] else None


def refused(text: str, at: int) -> Span | None:
    """Libraries print a header value that they refuse: everything from the first quote to the last one goes."""
    found = _REFUSED.match(text, at)
    if found is None:
        return None
    start = found.end()
    limit = text.find("\0", start)
    limit = min(limit if limit >= 0 else len(text), start + values.LONGEST)
    must = text.find(" must be", start, limit)
    if must >= 0:
        return Span(start, must, "text.header", spreads=False)
    end = max(text.rfind("'", start + 1, limit), text.rfind('"', start + 1, limit))
    return Span(start, end + 1 if end > start + 1 else limit, "text.header", spreads=False)


def pem(text: str, at: int) -> Span | None:
    """A private key in PEM, whole or cut off, also with escaped line ends."""
    if _PEM.match(text, at) is None:
        return None
    limit = min(len(text), at + _LONGEST_PEM)
    closing = _PEM_END.search(text, at, limit)
    if closing is not None and "\0" not in text[at : closing.start()]:
        return Span(at, closing.end(), "pem", spreads=False)
    body = _PEM_BODY.match(
        text, text.find("-----", at + 10, limit) + 5 if text.find("-----", at + 10, limit) >= 0 else at + 10
    )
    return Span(at, body.end() if body is not None else limit, "pem", spreads=False)


def putty(text: str, at: int) -> Span | None:
    """The private half of a key file of PuTTY."""
    found = _PUTTY.match(text, at)
    return Span(found.start(1), found.end(1), "pem", spreads=False) if found is not None else None


def mailchimp(text: str, at: int) -> Span | None:
    """32 hex digits and a data centre: the only sign of a Mailchimp key stands at its end."""
    found = _MAILCHIMP.match(text, max(0, at - 32))
    return Span(found.start(), found.end(), "mailchimp.key") if found is not None else None


_REMOVED: Final = expression(r"(?:\A|[\s'\"\0])-\Z")
"""The sign of a line that is gone, in a diff."""


def jwt(text: str, at: int) -> Span | None:
    """A JSON web token, whole or cut off."""
    if at and (text[at - 1].isalnum() or text[at - 1] in "_-") and _REMOVED.search(text, max(0, at - 2), at) is None:
        return None
    found = _JWT.match(text, at)
    if found is None or not ("." in found[0] or found[0].startswith(_JWT_HEADS)):
        return None
    return Span(at, values.wrapped(text, found.end()), "jwt")


def user(text: str, at: int) -> Span | None:
    """`curl -u name:password`."""
    found = _USER.match(text, at)
    if (
        found is None
        or (found[1].isdigit() and text[found.start(1) - 2].isdigit())
        or lookalikes.is_reference(found[1])
    ):
        return None  # `docker run -u 1000:1000`, `-u $USER:$PASSWORD`
    return Span(found.start(1), found.end(1), "text.argument")


def identified(text: str, at: int) -> Span | None:
    """SQL: `IDENTIFIED BY '…'`."""
    found = _IDENTIFIED.match(text, at)
    before = text[max(0, at - _LONGEST_STATEMENT) : at].lower()
    if found is None or not any(map(before.__contains__, _STATEMENTS)) or _USER_STATEMENT.search(before) is None:
        return None  # "identified by name"
    return Span(found.start(1), found.end(1), "text.secret")


def _is_basic(token: str) -> bool:
    try:
        return b":" in base64.b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return False


def digest(text: str, at: int) -> Span | None:
    """Digest authentication: what is sent in place of the password, among the other parameters."""
    found = _RESPONSE.match(text, at)
    if found is None or _DIGEST.search(text, max(0, at - _FURTHEST_DIGEST), at) is None:
        return None
    return Span(found.start(1), found.end(1), "text.secret")


def hawk(text: str, at: int) -> Span | None:
    """Hawk: the code that authenticates a request, among the other parameters."""
    found = _HAWK.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def jwk(text: str, at: int) -> Span | None:
    """The private numbers of a key that is written as JSON: `{"kty": …, "d": …}`."""
    first, last = max(0, at - _LONGEST_JWK), min(len(text), at + _LONGEST_JWK)
    name = text[at : at + 4]
    begin = max(first, text.rfind("{", first, at), text.rfind(name, first, at))
    last = (
        end if (end := text.find(name, at + 4, last)) >= 0 else last
    )  # each is looked at once, however many there are
    last = end if (end := text.find("}", at, last)) >= 0 else last
    found = [Span(part.start(1), part.end(1), "text.secret") for part in _PRIVATE_PART.finditer(text, begin, last)]
    return found[0]._replace(others=tuple(found)) if found else None
