"""Sayings: what stands behind the name of a secret and is none: a sentence, the name of a file, an algorithm, the parts of an address."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import lookalikes
from outwarden.redact.expression import expression
from outwarden.redact.names import is_short_code
from outwarden.redact.vocabulary import vocabulary

_GOES_ON: Final = expression(
    r"'t |: | (?:bytes\b|(?:is|was|are|were|not|must|may|has|have|cannot|could|for|to|at|of|that|in|from|does|did|failed|expired|or|and)\b"
    r"|[a-z][a-z'-]{1,15}[,:]? [A-Za-z(\"'/*])"
)
"""`the token: server message was …`, `failed to get token: oauth2: …`, `secret: Can't open …`: a sentence follows, and no value."""
_METAVAR: Final = expression(r"(?:TEXT|STRING|PASSWORD|TOKEN|SECRET|KEY|FILE|PATH|VALUE|NAME|ID)(?= {2,}[A-Z])")
_STATUS: Final = expression(
    r"[1-5][0-9]{2}(?= (?:Not (?:Found|Acceptable|Modified|Implemented)|Bad (?:Request|Gateway)|Unauthorized|Forbidden|Conflict|Gone|Too Many|Internal Server|Service Unavailable|Gateway Timeout|Request Timeout)\b)"
    r"|[0-9]{1,6}(?= bytes\b)"
)
"""`token: 400 Bad Request`, `token: 343 bytes`, `--password TEXT      Password`"""
_SENTENCE: Final = expression(r" [a-z]{2,16} [a-z]{2,16}\b")
_PASSWORDS: Final = (
    "password",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "passcode",
    "sandi",
    "word",
    "wort",
    "senha",
    "contrasena",
    "contraseña",
    "passe",
    "haslo",
    "heslo",
    "losenord",
    "lösenord",
    "kode",
    "parola",
    "sifre",
    "pw",
    "passkey",
    "answer",
    "code",
    "codes",
    "laluan",
)
_BEGINNINGS: Final = vocabulary(
    "access, authentication, authorization, cannot, could, enter, error, failed, field, incorrect, invalid, local, login, missing, must, please, the, this, unable, unknown, use, user, wrong"
)
"""With these begins what is said of a password."""
_AFTER_BEGINNINGS: Final = (" ", "'")
_CODED: Final = expression(r"[A-Z]{2,6}[0-9]{3,6}|o?auth[12]|http[123]|[a-z]{2,16}/[a-z]{2,8}(?:-[a-z]{2,16}){0,3}")
"""What is no word, and no secret either: `IDX10223`, `oauth2`."""
_LONGEST_WORD: Final = 16
_SCHEMES: Final = ("jwt", "token", "key")
"""Words that may stand before a token, and are ordinary ones as well."""
_BLANKS: Final = (" ", "\n")
_BEFORE_BLANKS: Final = (":", " ")
_MARKS: Final = ("'", '"')
_CLOSES: Final = (")", ",", "\n")
_PHRASES: Final = ("mnemonic", "phrase", "seed", "words", "passphrase")
_UNSPEAKABLE: Final = expression(r"[bcdfghjklmnpqrstvwxz]{4}(?!s)|q(?!u)", re.IGNORECASE)
"""What no word has in it."""
_LONGEST_CAPITALS: Final = 6
_NEXT_NAME: Final = expression(r"[A-Z][A-Z0-9]{1,20}_[A-Z0-9_]{1,40}=")
_CONSTANT: Final = expression(r"[A-Z]+(?:_[A-Z]+)+")
_ALGORITHM: Final = expression(
    r"(?:RSA|ECDSA|DSA|EdDSA|HMAC|ED25519|ecdsa|rsa|hmac)[-_](?:with[-_])?(?:SHA|sha)-?[0-9]{1,3}"
)
_ALGORITHMS: Final = frozenset("RDEHreh")
_CERTIFICATE: Final = expression(r"[a-z][a-z_-]{1,40}\.(?:crt|cer|pem|key|jks|p12|pfx)")
"""The name of a file: `secret_key="tls.crt"`."""
_CONNECTS: Final = expression(
    r"(?:[A-Za-z][\w .-]{1,30}=[^;\0\r\n'\"]{0,200};\s?){1,10}(?:[pP]assword|[pP]wd|PWD|PASSWORD|AccountKey|AccessKey|SharedAccess(?:Key|Signature))\s?=[^\s;'\"]{1,512}(?=;|['\"\r\n]|\s*\Z)"
)
"""`ConnectionString: Server=…;Password=…`: its parts have names of their own."""
_STRINGS: Final = ("string", "dsn")
FINGERPRINT: Final = expression(r"[0-9A-F]{16}|[0-9A-F]{40}")
OF_GNUPG: Final = expression(r"\b(?:RSA|DSA|EDDSA|ECDSA|GPG|PGP) key (?:ID )?\Z")
"""`using RSA key 880A…`: of a key of GnuPG."""
_COOKIES: Final = ("cookie", "cookies")
_COOKIE: Final = expression(r"_{0,2}[a-z]{2,16}[0-9]?(?:[_.-][a-z]{1,16}[0-9]?){0,4}")
"""What it is called: `cookie "_oauth2_proxy" not present`."""
_HOST: Final = expression(r"(?:[a-z0-9-]{1,40}\.){1,5}[a-z]{2,6}(?::[0-9]{1,5}){1,2}")
_NEXT_PATH: Final = expression(r"[a-z_]{2,24}=/[\w./-]{0,200}")
_UUID: Final = expression(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def is_one(text: str, at: int, inner: int, end: int, name: str, *, quoted: bool) -> bool:
    """Say whether what stands behind the name of a secret and a strict separator is something else.

    Args:
        text: where it stands.
        at: where the separator ends.
        inner: where the value begins, behind its quote.
        end: where it ends.
        name: as it is written.
        quoted: it stands in quotes.
    """
    value = text[inner:end]
    if (
        lookalikes.is_something_else(name, value)
        or lookalikes.is_path(value)
        or (value[0] in _ALGORITHMS and _ALGORITHM.fullmatch(value) is not None)
    ):
        return True
    if quoted:
        if text[at - len(name) - 3 : inner] == f"{text[inner - 1]}{name}: {text[inner - 1]}" and value[0] in _CLOSES:
            return True  # `getpass("Password: ")`: the quote closes
    elif (
        _is_said(text, at, end, value, name)
        or (is_short_code(name) and _CONSTANT.fullmatch(value) is not None)
        or (value == "sensitive" and text.startswith(" value)", end))  # Terraform
        or (name == "passwd" and value.islower() and _SENTENCE.match(text, end) is not None)  # what this program says
        or (text[at - 1 : at] == "\n" and _NEXT_NAME.match(value) is not None)
    ):
        return True
    return ("." in value and name.lower().endswith("key") and _CERTIFICATE.fullmatch(value) is not None) or (
        "=" in value and name.lower().endswith(_STRINGS) and _CONNECTS.match(text, inner) is not None
    )


def is_loose_one(text: str, inner: int, value: str, name: str, *, quoted: bool) -> bool:
    """Say the same where no strict separator stands before the value."""
    if quoted:
        return name.lower() in _COOKIES and _COOKIE.fullmatch(value) is not None
    if value.startswith("--") or (":" in value and _HOST.fullmatch(value) is not None):
        return True  # the next option; `certificate and private key www.example.com:443`
    if "=/" in value and _NEXT_PATH.fullmatch(value) is not None:
        return True  # `Missing Authorization Header path=/v2/prices`
    return text[inner - 1 : inner] == "{" and name == "Key" and _UUID.fullmatch(value) is not None


def _is_said(text: str, at: int, end: int, value: str, name: str) -> bool:
    """Say whether a sentence follows a colon, or a line, and no value: its first word is one, and another follows."""
    if text[at - 1 : at] not in _BLANKS:
        return False
    if name[:1] == "-":
        return _METAVAR.match(text, end - len(value)) is not None
    if is_short_code(name):
        return value == "code" and _GOES_ON.match(text, end) is not None
    low = name.lower()
    if low.endswith(_PHRASES):
        return False
    if text[at - 2 : at - 1] in _BEFORE_BLANKS and _STATUS.match(text, end - len(value)) is not None:
        return True
    if text[at - 2 : at - 1] != ":":
        return False
    scheme, _, rest = value.partition(" ")
    if rest and scheme.lower() in _SCHEMES and rest.lstrip("(").isalpha() and rest.islower():
        value = scheme  # `Invalid JWT: Token must be …`
        end -= len(rest) + 1
    if value.lower() in _BEGINNINGS:
        return text[end : end + 1] in _AFTER_BEGINNINGS
    if low.endswith(_PASSWORDS):
        return False
    return (
        len(value) <= _LONGEST_WORD
        and (
            (value.isalpha() and (value.islower() or value.istitle() or value.isupper()))
            or _CODED.fullmatch(value) is not None
        )
        and _UNSPEAKABLE.search(value) is None
        and (value.isupper() <= (len(value) <= _LONGEST_CAPITALS))
        and text[at - len(name) - 3 : at - len(name) - 2] not in _MARKS  # `-H 'X-Token: several words'`
        and _GOES_ON.match(text, end) is not None
    )
