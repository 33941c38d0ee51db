"""Look-alikes: values that show by themselves what they are, and that it is no secret: paths, digests, tickers, ids, names of errors."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from outwarden.apis.shapes import is_plain
from outwarden.redact.expression import expression
from outwarden.redact.names import written_as_one

_CAMEL: Final = expression(r"(?:[A-Z][a-z]{1,16}){2,8}(?:[;,](?:[A-Z][a-z]{1,16}){2,8}){1,16}")
"""`PasswordTooShort;PasswordRequiresUpper`"""
_ACTION: Final = expression(
    r"[a-z0-9-]{2,24}:(?:Get|Put|List|Create|Delete|Update|Describe|Decrypt|Encrypt|Assume|Generate|Invoke|Publish)(?:[A-Z][a-z]{1,16}){0,5}\*?"
)
"""What a policy of AWS allows: `kms:Decrypt`."""
_STATEMENT: Final = expression(r"(?:[A-Z][a-z]{1,16}){2,8}")
"""What a statement in one is called."""
_CONSTANT: Final = expression(r"[A-Z]{2,20}(?:_[A-Z]{2,20}){1,8}")
"""`AUTHENTICATION_ERROR`"""
_MAY_BE_IDS: Final = frozenset("-alstuk")
_IDS: Final = expression(r"-[0-9]{1,39}|arn:\S{8,300}|(?:auth|login|session|token|user|key)_[a-z]{1,20}#[0-9]{1,6}L?")
"""A number below zero, an ARN, a column of Spark: `auth_method#765`."""
_ROOTS: Final = frozenset("/~.")
_PATH: Final = expression(
    r"(?:~|\.{1,2})?(?:/\.?[a-z]{1,24}[0-9]{0,2}(?:[_.-](?:[a-z]{1,16}[0-9]{0,2}|[0-9]{1,2}|ed25519|x509)){0,5}){2,12}"
)
_SHELL: Final = expression(r"\$\{?[A-Z_][A-Z0-9_]*\}?|\.{3}")
_TICKER: Final = expression(r"[A-Z]{2,6}(?:\.[A-Z]{1,3})?")
_OTHERS: Final = {
    "authentication": expression(
        r"(?:multi-?factor|federated|passwordless|password|basic|digest|oauth2?|oidc|saml|ldap|kerberos|none|anonymous|required|optional|KUBERNETES|TOKEN|Active|Windows)"
    ),
    "cookie": expression(r"SameSite=(?:Lax|Strict|None)"),
    "mfa": expression(r"[\w.:]{3,120}/[0-9]|totp|sms|email|push|webauthn"),
    "token": expression(
        r"0\.[0-9]{1,12}|[\w:.-]{1,80}:\*|software:[th]otp|hardware(?::(?:[th]otp|u2f))?|[~^][0-9]{1,3}(?:\.[0-9]{1,3}){2}|[0-9]{1,2}(?:\.[0-9]{1,2}){2}"
    ),
    "sid": expression(r"(?:AC|AP|CA|CF|CH|CN|IS|MG|MM|PN|RE|SM|US|VA|VE|ZS)[0-9a-f]{32}"),
    "secretid": expression(r"arn:[\w:/+=,.@-]{8,300}"),
    "secret_id": expression(r"arn:[\w:/+=,.@-]{8,300}"),
}
"""What stands behind names that mean other things as well: a way to authenticate, a function of Erlang, a price, a pattern of keys, a version, an id of Twilio, an ARN."""
_LISTINGS: Final = ("securitycode", "exchangecode")
"""Names of what a share is called at an exchange, or the exchange itself."""
_DIGEST: Final = expression(
    r"(?:sha(?:1|224|256|384|512)|md5)(?:[:=-][0-9a-f]{32,128}|[:-](?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{86}==))|sha-[0-9a-f]{7,40}|SHA256:[A-Za-z0-9+/]{43}"
)
_DIGESTS: Final = ("sh", "md", "SH")


def is_name(value: str) -> bool:
    """Say whether a value without digits is names of classes or errors, not a long secret of letters."""
    return "::" in value or _CAMEL.fullmatch(value) is not None or _CONSTANT.fullmatch(value) is not None


def is_id(value: str) -> bool:
    """Say whether a value with digits is one that only counts or names something."""
    return value[0] in _MAY_BE_IDS and _IDS.fullmatch(value) is not None


def is_digest(value: str) -> bool:
    """Say whether a value tells itself that it is the digest of something: `sha256:…` in hex, `sha512-…` in base64."""
    return value[:2] in _DIGESTS and _DIGEST.fullmatch(value) is not None


def is_path(value: str) -> bool:
    """Say whether a value is the path of a file, all made of words: `/etc/ssh/ssh_host_ed25519_key`."""
    return value[:1] in _ROOTS and _PATH.fullmatch(value) is not None


def is_reference(value: str) -> bool:
    """Say whether a value on a command line is a variable of the shell's, or left out: `$CLIENT_SECRET`, `...`."""
    return _SHELL.fullmatch(value) is not None


def is_ticker(value: str) -> bool:
    """Say whether a value looks like the name of a share or of an exchange: `BBCA.JK`, `XIDX`."""
    return value.isupper() and _TICKER.fullmatch(value) is not None


def is_something_else(name: str, value: str) -> bool:
    """Say whether a value shows that the name is not that of a secret: `security_code: BBCA`, `authentication: multi-factor`."""
    if "(" in value:
        return name.lower().endswith("signature")
    if ":" in value and _ACTION.fullmatch(value) is not None:
        return True
    if is_ticker(value):
        return written_as_one(name).endswith(_LISTINGS)
    if name == "Sid" and _STATEMENT.fullmatch(value) is not None:
        return True
    shape = _shape_of(name)
    return shape is not None and shape.fullmatch(value) is not None


@lru_cache(maxsize=1024)
def _shape_of(name: str) -> re.Pattern[str] | None:
    low = name.lower()
    return next((shape for end, shape in _OTHERS.items() if low.endswith(end)), None)


def is_listed(value: str) -> bool:
    """Say whether a value is words, numbers and tickers with colons between: `orders:417`, `daily:BBCA.JK`."""
    return all(is_plain(part) or is_ticker(part) for part in value.split(":"))
