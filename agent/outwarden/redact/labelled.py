"""What stands behind a label: where the value ends, and whether it is one that must go."""

from __future__ import annotations

import re
from typing import Final

from outwarden.apis.shapes import is_plain
from outwarden.redact import houses, lookalikes, nested, personal, persons, quotes, sayings, values
from outwarden.redact.canonical import canonical
from outwarden.redact.expression import expression
from outwarden.redact.named import is_repository, is_time
from outwarden.redact.names import (
    ADDRESS,
    HOUSE,
    MAYBE,
    NUMBER,
    PERSONAL,
    SECRET,
    USER,
    Kind,
    is_short_code,
    kind,
)
from outwarden.redact.spans import Span

NAME: Final = re.compile(r"[A-Za-z0-9_.-]{0,80}")
_LONGEST_KEY: Final = 48
_MARKS: Final = ("'", '"')
_FOLLOWED: Final = (PERSONAL, HOUSE)
"""What has blanks in it also where no quotes are around it."""
_MOST_DIGITS: Final = 2
_LONG_NUMBER: Final = 24
_QUOTED: Final = expression(r"[^\s/.]{6,256}")
"""In a sentence, behind a name of a secret: `password 'Kucing_1234' was refused`."""
_SAID: Final = (" is ", " was ", " equal ", " be ")
_HUMPED: Final = expression(r"[A-Za-z]{1,40}[a-z][A-Z][a-z][A-Za-z]{0,60}")
"""`the password is "OrchidHarbor"`"""
_REFERENCES: Final = expression(r"&(?:quot|apos|#3[49]);?")
_VARIABLE: Final = expression(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_DOMAINS: Final = ("com.", "org.", "io.", "net.")
_PEMS: Final = ("-----", "BLOCK-----")
"""A key in PEM has line ends and blanks: its own rule knows where it stops."""
_PEM_BEGINS: Final = frozenset("-%\\&=B")
_HEADERS: Final = ("authorization", "signature")
_PASSWORDS: Final = ("password", "passwd", "passphrase", "pwd", "sandi", "requirepass", "masterauth")
_SPOKEN: Final = (*_PASSWORDS, "_pass", "-pass")
_UNSPEAKABLE: Final = expression(r"(?=[a-z]{12,64}\Z)[a-z]*[bcdfghjklmnpqrstvwxz]{5}[a-z]*")
"""Small letters that no word is made of."""
_MADE_UP: Final = expression(
    r"[A-Za-z]{3,16}[0-9]{0,4}[-_.](?=[a-z0-9]{0,16}[A-Z0-9])(?=[A-Z0-9]{0,16}[A-Za-z])(?=[A-Za-z]{0,16}[0-9])[A-Za-z0-9]{4,16}"
    r"|(?=[A-Za-z0-9_.-]{0,32}[!?@#$%^&*+~][A-Za-z0-9])(?=[^a-z]{0,16}[a-z])(?=[^A-Z]{0,16}[A-Z])[A-Za-z0-9!?@#$%^&*+~_.-]{8,64}"
)
"""`Marble_w0585`, `aBcdEf!gHi`: no name of a thing."""
_PASSES: Final = ("pass", "auth")
_ANGLED: Final = expression(r"<([^\s<>/\0'\"]{8,512})>")
_UUID: Final = expression(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_METADATA: Final = expression(r"metadata|[nN]amespace|resourceVersion|ownerReferences|apiVersion|Object")
_FURTHEST_METADATA: Final = 400
_CODE: Final = expression(r"[A-Za-z0-9]{4,6}(?:-[A-Za-z0-9]{4,6}){1,5}")
_LICENCES: Final = ("license key", "licence key", "product key", "activation key")
_RANDOM: Final = 10
_GROUPED: Final = expression(r"[a-z]{4}(?: [a-z]{4}){3}(?![A-Za-z0-9]| [a-z])")
"""A password that Google gives an app."""
_EXPIRY: Final = 14
"""`<Credentials><Expiration>…`: not the first value below the name is the secret."""
_IN_ROWS: Final = ("cookie", "s")
"""Names behind which more than one cell of a row belongs to the value."""
_COOKIE: Final = ("cookie", "cookies")
_SEVERAL: Final = expression(r"s(?:[_-]?(?:base64|b64|hex|old|new|current))?\Z", re.IGNORECASE)
_PHRASE: Final = ("mnemonic", "phrase", "seed", "words")
_MORE: Final = expression(
    r"[ \t]to[ \t]['\"]?([^\s\0'\",;]{8,512})|, (?:want|wanted|expected|new)[ :=]{1,2}['\"]?([^\s\0'\",;]{8,512})"
    r"|,? (?:but (?:got|was|received|found)|instead of)[ :=]{1,2}['\"]?([^\s\0'\",;]{8,512})"
)
"""`the key changed from … to …`, `signature mismatch: got …, want …`."""


def judged(text: str, at: int, meaning: Kind, name: str, *, strong: bool) -> Span | None:
    """Give the value that stands behind a name and its separator; None where there is none, or one that may stay.

    Args:
        text: where it stands.
        at: where the separator ends.
        meaning: what the name stands before.
        name: as it is written.
        strong: the separator leaves no doubt that a value follows.
    """
    inner, quote = values.opening(text, at)
    if meaning is NUMBER or meaning is USER:
        if meaning is USER and (text.startswith("arn:", inner) or _is_object(text, inner, name)):
            return None
        return personal.number(text, inner)
    if meaning is ADDRESS:
        return personal.address(text, inner)
    if quote:
        end = values.quoted(text, inner, quote)
    elif text[inner : inner + 1] in quotes.REFERENCES and (mark := quotes.reference(text, inner)):
        inner, end = mark
        quote = text[end]
    else:
        inner = at if text[at:inner].strip("([{") else inner
        end = _end(
            text, inner, meaning, name.lower(), tagged=text[at - 1] == ">" and text[at - 2] not in "-=", strong=strong
        )
    if meaning in _FOLLOWED and not quote:
        end = persons.end(text, end, name)
    if not quote and text[inner : inner + 1] == "<" and (angled := _ANGLED.match(text, inner)) is not None:
        inner, end = angled.span(1)
        strong = False  # it may be a placeholder
    elif not quote and text[inner - 1 : inner] == "[" and meaning is not MAYBE:
        end = values.bracketed(text, inner, end)
    value = text[inner:end]
    if (
        (meaning is HOUSE and not houses.is_one(value))
        or not (
            values.is_something(value) or (strong and meaning is SECRET and _is_written(text, at, name, value, quote))
        )
        or name.lower().endswith(value.lower())
        or (meaning is PERSONAL and is_repository(name, value))
        or (meaning is SECRET and "xpir" in text[max(0, at - _EXPIRY) : at] and is_time(value))
    ):
        return None  # also `password=password`: code that hands something on
    if value[0] in _PEM_BEGINS and canonical(value[:64]).lstrip("'\"").startswith(_PEMS):
        return None
    if meaning is SECRET and (
        lookalikes.is_something_else(name, value)
        or (strong and sayings.is_one(text, at, inner, end, name, quoted=bool(quote)))
    ):
        return None  # a sentence, an algorithm
    if meaning is SECRET and strong:
        if quote and ("[" in text[at:inner] or text[at - 3 : at].strip().lower() == "in"):
            return Span(inner, nested.following(text, at, end, name, sure=True), "text.secret")
        return Span(
            inner,
            quotes.joined(text, end) if quote else nested.following(text, inner, end, name, sure=True),
            "text.secret",
        )
    if name == "pass" and strong and values.has_both_cases(value) and values.has_digit(text, inner):
        return Span(inner, end, "text.secret")
    if (
        meaning is MAYBE
        and ":" in value
        and (not strong or name.lower() in ("key", "session") or name.startswith(_DOMAINS))
        and lookalikes.is_listed(value)
    ):
        return None  # `key orders:417 evicted`, `com.auth0:java-jwt:jar:4.4.0`
    if (
        meaning is MAYBE
        and not strong
        and (
            text[max(0, at - 5) : at].lower().find(" id") >= 0
            or (sayings.FINGERPRINT.fullmatch(value) is not None and sayings.OF_GNUPG.search(text, max(0, at - 16), at))
        )
    ):
        return None  # `kms key id: …`, `using RSA key …`
    if meaning is MAYBE and (_is_name(_REFERENCES.sub("", value)) or lookalikes.is_digest(value)):
        return None  # `"key": "V2EncryptionKey"`: the secret comes behind it
    if meaning in _FOLLOWED:
        return Span(inner, quotes.joined(text, end) if quote else end, "text.personal", spreads=False)
    if (
        not strong
        and meaning is SECRET
        and _VARIABLE.fullmatch(name)
        and not quote
        and values.has_digit(text, inner)
        and values.ASSIGNMENT.match(value) is None
    ):
        return Span(inner, end, "text.secret")  # `ENV DB_PASSWORD …`
    if not strong and sayings.is_loose_one(text, inner, value, name, quoted=bool(quote)):
        return None
    if (not strong or meaning is MAYBE) and (
        values.ASSIGNMENT.match(value) or (not quote and _is_next_name(text, end, value))
    ):
        return None
    if _is_chosen(name, value, strong=strong):
        return Span(inner, end, "text.secret")
    if (
        not strong
        and name.lower().endswith(_PASSWORDS)
        and _UUID.fullmatch(value) is not None
        and not text[max(0, at - 8) : at].endswith((*_SAID, ","))
    ):
        return None  # `wrong password …`: of a request
    if (
        (is_short_code(name) or name in _LICENCES)
        and _CODE.fullmatch(value) is not None
        and values.has_digit(text, inner)
    ):
        return Span(inner, end, "text.secret")
    if not strong and value.isdigit():
        if meaning is SECRET and len(value) >= _LONG_NUMBER:
            return Span(inner, end, "text.secret")  # digits in hex, or what else nobody counts
        return Span(inner, end, "text.secret", spreads=False) if is_short_code(name) and 4 <= len(value) <= 10 else None
    if (
        quote
        and meaning is SECRET
        and _QUOTED.fullmatch(value)
        and (values.has_digit(text, inner) or (text[max(0, at - 8) : at].endswith(_SAID) and _HUMPED.fullmatch(value)))
    ):
        return Span(inner, end, "text.secret")
    if values.is_spaced_hex(value):
        return Span(inner, end, "text.secret")
    if values.looks_secret(value.strip()) and (strong or not quote or " " not in value):
        more = _MORE.match(text, end + len(quote)) if not strong else None
        last = more.lastindex if more is not None else None
        if more is not None and last is not None and values.looks_secret(more[last]):
            end = more.end(last)
        if not quote:
            end = values.wrapped(text, end)
        if strong and _SEVERAL.search(name) is not None:
            end = nested.following(text, at, end, name, sure=False)
        return Span(inner, end, "text.secret")
    return None


def _is_object(text: str, at: int, name: str) -> bool:
    """Say whether an identifier is that of an object in Kubernetes, which is called as those of users are."""
    return (
        name.lower() == "uid"
        and _UUID.match(text, at) is not None
        and _METADATA.search(text, max(0, at - _FURTHEST_METADATA), at) is not None
    )


def _is_next_name(text: str, end: int, value: str) -> bool:
    """Say whether a word is the name of the value in quotes behind it: `secrets set DATABASE_PASSWORD='…'`."""
    return value[-1] == "=" and text[end : end + 1] in _MARKS and value[:-1].isidentifier()


def _is_written(text: str, at: int, name: str, value: str, quote: str) -> bool:
    """Say whether what is called as a variable is the value itself: in quotes, or behind that of the environment."""
    return values.is_variable(value) and (quote != "" or (name.isupper() and text[at - 1] == "="))


def _is_name(value: str) -> bool:
    """Say whether a value is itself the name of a secret."""
    if len(value) > _LONGEST_KEY or sum(map(str.isdigit, value)) > _MOST_DIGITS or NAME.fullmatch(value) is None:
        return False
    return kind(value) is SECRET


def _is_chosen(name: str, value: str, *, strong: bool) -> bool:
    """Say whether a value behind the name of a password looks like one that a person or a generator of passwords made."""
    if not name.lower().endswith(_PASSES if strong else _SPOKEN):
        return False
    if (
        values.is_passphrase(value)
        or _UNSPEAKABLE.fullmatch(value) is not None
        or _MADE_UP.fullmatch(value) is not None
    ):
        return True
    return (
        not strong
        and len(value) >= _RANDOM
        and value.isalnum()
        and values.has_both_cases(value)
        and not is_plain(value)
    )


def _end(text: str, at: int, meaning: Kind, low: str, *, tagged: bool, strong: bool) -> int:
    """Give where a value without quotes ends, by the name before it, in small letters."""
    end = values.until_tag(text, at) if tagged and meaning is SECRET else -1
    if meaning is SECRET and low.endswith(_PHRASE):
        end = values.phrase(text, at)
    elif text[at + 4 : at + 5] == " " and low.endswith(_PASSWORDS) and (grouped := _GROUPED.match(text, at)):
        end = grouped.end()
    if end < 0:
        if (
            not strong
            and text[at - 1] == ","
            and not low.endswith(_IN_ROWS)
            and (comma := text.find(",", at, at + values.LONGEST)) >= 0
        ):
            end = at + values.bare(text[at:comma], 0)  # a cell of a row
        else:
            end = values.bare(text, at, cookie=low.endswith(_COOKIE))
    if (
        strong
        and low.endswith(_HEADERS)
        and not (text[at - 1] == "=" and text[end : end + 1] != "," and low.endswith("signature"))
    ):
        end = values.parameters(text, at, end)
    return values.wrapped(text, end) if strong else end
