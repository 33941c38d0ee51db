"""What stands for a value behind a name that says something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from outwarden.apis.shapes import is_plain
from outwarden.redact import houses, lookalikes, personal, values
from outwarden.redact.canonical import undisguised
from outwarden.redact.complaints import is_complaint
from outwarden.redact.expression import expression
from outwarden.redact.marks import MASK
from outwarden.redact.names import ADDRESS, HOUSE, MAYBE, NUMBER, PERSONAL, SECRET, USER, Kind
from outwarden.redact.pseudonyms import Pseudonyms
from outwarden.redact.vocabulary import vocabulary

_FULL_NAMES: Final = ("full_name", "fullname")
_LEAST_DIGITS: Final = 5
"""What has fewer is no personal number, whatever its name says."""
_ADDRESS: Final = expression(r"[0-9](?:\.[0-9]{1,3}){3}|:[0-9a-fA-F]{0,4}:")
_HOST: Final = expression(r"[A-Za-z][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}(?::[0-9]{1,5})?")
_MACHINES: Final = ("mac",)
_DESCRIBING: Final = vocabulary("""
    policy, rotationpolicy, encoding, type, kind, format, description, required, nullable, algorithm, alg, provider, method,
    scope, scopes, region, expiration, expiry, expires, expires_at, expires_in, expiresat, expiresin, created_at, createdat, issued_at, token_uri, auth_uri,
    status, token_type, project_id, projectid, minlength, maxlength, min_length, max_length, writeonly, readonly
""")
"""Names of what describes a secret that stands beside it."""
_ALGORITHMS: Final = ("algorithm", "alg")
_ALGORITHM: Final = expression(r"(?:[Hh]mac-?)?[A-Za-z]{2,8}-?[0-9]{1,4}")
_LARGEST: Final = 999
_LONGEST_DESCRIPTION: Final = 200
_PLACE: Final = expression(
    r"https?://[a-z0-9.-]{1,80}(?::[0-9]{1,5})?(?:/[a-z0-9_.-]{1,32}){0,6}|[a-z]{2,12}-[a-z]{4,12}-?[0-9]"
)
"""An address, or a region: `ap-southeast-3`."""
_TIME: Final = expression(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9:]{4,6})?"
)
_STRINGS: Final = ("connection_string", "connectionstring", "connection-string", "connection.string")
_CONNECTS: Final = expression(
    r"[a-z][a-z0-9+]{1,20}://[^\s/:@?#]{1,64}:[A-Za-z0-9_.~!*-]{3,128}@[\w.,:-]{1,200}(?:/[\w.-]{0,64}(?:\?[\w.=&-]{0,200})?)?"
    r"|(?:[A-Za-z][\w .]{1,40}=[\w .:,/\\-]{0,200};\s?){1,12}(?:[pP]assword|[pP]wd|PWD|AccountKey|AccessKey|SharedAccessKey)=[^\s;'\"]{3,256}"
    r"(?:;[A-Za-z][\w .]{1,40}=[\w .:,-]{0,200}){0,12};?"
)
"""How to get to a database or a queue, in a shape that leaves no doubt where the password ends."""
_LEAST_WHOLE: Final = 10**6
"""The same for whole numbers, which are more often counts."""


def text_for(meaning: Kind, value: str, pseudonyms: Pseudonyms, name: object = "") -> str | None:
    """Give what stands for a text, or None where the name does not settle it and the text must be scanned."""
    if meaning is USER:
        return pseudonyms.user(value)
    if meaning is PERSONAL and is_repository(name, value):
        return None
    if meaning is SECRET or meaning is PERSONAL:
        if meaning is SECRET and values.is_variable(value):
            return MASK
        if meaning is SECRET and str(name).lower().endswith(_STRINGS) and _CONNECTS.fullmatch(value) is not None:
            return None  # its password goes, the host stays
        return MASK if values.is_something(value) and not lookalikes.is_something_else(str(name), value) else None
    if meaning is HOUSE:
        return MASK if houses.is_one(value) else None
    if meaning is MAYBE:
        return (
            MASK
            if settled(meaning, value) is SECRET
            or values.is_spaced_hex(value)
            or (name == "pass" and values.is_passphrase(value))
            else None
        )
    seen = value if value.isascii() else undisguised(value)
    if meaning is NUMBER and personal.is_other(str(name), seen):
        return None
    if meaning is ADDRESS and _HOST.fullmatch(seen) is not None:
        return None
    if values.looks_secret(seen):
        return MASK
    if meaning is NUMBER:
        return MASK if sum(map(str.isdigit, seen)) >= _LEAST_DIGITS or personal.hides_digits(seen) else None
    if "%" in seen or _ADDRESS.search(seen) is not None:
        return MASK
    if str(name).lower().endswith(_MACHINES):
        return None  # `mac: macOS 14.5`
    return None if is_plain(seen) else MASK


def settled(meaning: Kind, value: str) -> Kind:
    """Say what a name means where its value decides that: of `feed_key` a random one is a secret, a digest is not."""
    if (
        meaning is MAYBE
        and values.looks_secret(value)
        and not lookalikes.is_digest(value)
        and not (":" in value and lookalikes.is_listed(value))
    ):
        return SECRET
    return meaning


def says_what_is_wrong(value: object) -> bool:
    """Say whether a list is what a validator says of the value of a field: `["This field is required."]`."""
    return isinstance(value, list) and all(isinstance(item, str) and is_complaint(item) for item in value)


def describes(name: object, value: object, among: Mapping[Any, Any]) -> bool:
    """Say whether a value below the name of a secret only tells of which sort it is, or until when it is valid.

    `{"credentials": {"type": "service_account", "expiration": "2026-…", …}}`, `{"password": {"type": "string", …}}` of a schema.
    """
    if not isinstance(name, str) or name.lower() not in _DESCRIBING:
        return False
    if name == "description" and not isinstance(among.get("type"), str):
        return False
    if isinstance(value, str):
        if name.lower() in _ALGORITHMS and _ALGORITHM.fullmatch(value) is not None:
            return True
        return is_time(value) or (
            len(value) <= _LONGEST_DESCRIPTION
            and not values.looks_secret(value)
            and (values.DIGITS.isdisjoint(value) or value.count(" ") > 1 or _PLACE.fullmatch(value) is not None)
        )
    return isinstance(value, int) and (value <= _LARGEST or str(name).lower().startswith("expir"))


def is_repository(name: object, value: str) -> bool:
    """Say whether a full name is that of a repository, `owner/name`, and of no person: `Anna/Lindqvist`."""
    return (
        value.count("/") == 1
        and str(name).lower() in _FULL_NAMES
        and " " not in value
        and not all(map(str.istitle, value.split("/")))
    )


def is_time(value: object) -> bool:
    """Say whether a value is a moment: below the name of a secret when it was made, or until when it is valid."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def number_for(meaning: Kind, value: float, pseudonyms: Pseudonyms) -> str | float:
    """Give what stands for a number."""
    if meaning is USER:
        return pseudonyms.user(str(value))
    if meaning is SECRET or (meaning is NUMBER and abs(value) >= _LEAST_WHOLE):
        return MASK
    return value
