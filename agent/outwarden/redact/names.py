"""Which names stand before a secret: header names, parameter names, keys of mappings, labels in a text.

The words are listed in `secret_names`, `personal_names`, `harmless_names` and, of other languages, `foreign_names`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from outwarden.redact.harmless_names import (
    HARMLESS_FIRST,
    HARMLESS_LAST,
    HARMLESS_PAIRS,
    QUALIFIERS,
    TRAILING,
    VAGUE_QUALIFIERS,
)
from outwarden.redact.personal_names import (
    ADDRESS_PAIRS,
    ADDRESS_WORDS,
    BODIES,
    FIRST_NUMBERS,
    HOUSE_WORDS,
    NAME_KINDS,
    NUMBER_PAIRS,
    NUMBER_SUFFIXES,
    NUMBER_THREES,
    NUMBER_WORDS,
    OFFICES,
    OUR_SIDE,
    PEOPLE,
    PERSONAL_PAIRS,
    PERSONAL_WORDS,
    QUIET_NUMBERS,
    QUIET_PERSONAL,
    USER_PAIRS,
    USER_WORDS,
)
from outwarden.redact.secret_names import (
    CODE_PAIRS,
    CODE_WORDS,
    HASHED,
    MAYBE_WORDS,
    QUERY_NAMES,
    QUIET_SECRETS,
    SECRET_PAIRS,
    SECRET_SUFFIXES,
    SECRET_THREES,
    SECRET_WORDS,
    STRONG_WORDS,
)

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LONGEST_NAME: Final = 200
_LONG_WORD: Final = 8
_SHORT_WORD: Final = 4
_PLURAL: Final = 2
_ALL_QUALIFIERS: Final = QUALIFIERS | VAGUE_QUALIFIERS
_NUMBERING: Final = ("number", "no", "num")


class Kind(Enum):
    """What a name says about the value that follows."""

    PLAIN = auto()
    SECRET = auto()
    """A credential, whatever it looks like."""
    MAYBE = auto()
    """A credential if it looks like one: `stripe_key` is, `cache_key` is not."""
    USER = auto()
    """Names a user: becomes a pseudonym."""
    NUMBER = auto()
    """A personal number: card, phone, identity, tax, account."""
    ADDRESS = auto()
    """An IP address of a person's machine."""
    PERSONAL = auto()
    """Something else about a person: e-mail, birth date, passport."""
    HOUSE = auto()
    """The address of a person's house if it looks like one."""

    __hash__ = object.__hash__  # that of an `Enum` is a function in Python


PLAIN: Final = Kind.PLAIN
SECRET: Final = Kind.SECRET
MAYBE: Final = Kind.MAYBE
USER: Final = Kind.USER
NUMBER: Final = Kind.NUMBER
ADDRESS: Final = Kind.ADDRESS
PERSONAL: Final = Kind.PERSONAL
HOUSE: Final = Kind.HOUSE
"""The same by themselves, for where they are asked for often: it takes ten times as long to ask the `Enum` for one."""

LABELS: Final = (
    frozenset(
        label.replace(" ", "")
        for words in (SECRET_WORDS, MAYBE_WORDS, NUMBER_WORDS, PERSONAL_WORDS, USER_WORDS, ADDRESS_WORDS, HOUSE_WORDS)
        for label in words
    )
    | TRAILING
    | frozenset(
        pair.split()[1]
        for pairs in (SECRET_PAIRS, NUMBER_PAIRS, PERSONAL_PAIRS, USER_PAIRS, ADDRESS_PAIRS)
        for pair in pairs
    )
)
"""The last word of every name that is not plain: what a text is searched for."""

SECONDS: Final = frozenset(
    pair.split()[1]
    for pairs in (SECRET_PAIRS, NUMBER_PAIRS, PERSONAL_PAIRS, ADDRESS_PAIRS, QUIET_NUMBERS)
    for pair in pairs
)
"""The second words of names of two words, which may stand apart: `Recovery codes: …`."""

SPOKEN: Final = SECRET_PAIRS | NUMBER_PAIRS | ADDRESS_PAIRS
"""Names of two words as they stand in a sentence: `the account number is …`."""


@lru_cache(maxsize=8192)
def kind(name: str) -> Kind:
    """Say what a name such as `x-api-key`, `clientSecret`, `DB_PASSWORD` or `enduser.id` stands before."""
    if not name.isascii() and (said := _as_others_say_it(name)) is not None:
        return said
    words = [word.lower() for word in _WORDS.findall(name[-_LONGEST_NAME:])]
    words = _whole(words)
    if words == ["key", "b64"]:
        return Kind.SECRET
    while words and (words[-1].isdigit() or (len(words) > 1 and words[-1] in TRAILING)):
        words.pop()
    if len(words) > 1 and words[0] == "self":
        del words[0]
    if not words:
        return Kind.PLAIN
    if len(words) > 1 and words[-1] in _ALL_QUALIFIERS and (meaning := _qualified(words)) is not None:
        return meaning
    if len(words[-1]) > _LONG_WORD:
        words[-1] = words[-1].removesuffix("value")  # `CLIENTSECRETVALUE`
    if len(words[-1]) > _SHORT_WORD and words[-1] not in SECRET_WORDS:
        words[-1] = words[-1].removesuffix("nya")  # `tokennya`: its token
    last = words[-1]
    if words == ["hash"]:
        return Kind.PLAIN  # of a file, a block, a commit; those of passwords show what they are
    if last == "cc" and len(words) > 1 and words[-2].isdigit():
        return Kind.PLAIN  # the end of a number in hex
    if words[-3:] in (["private", "key", "id"], ["public", "key", "token"]) or (
        words[-2:] == ["trace", "id"] and words[0] in FIRST_NUMBERS
    ):
        return Kind.PLAIN  # the second names an assembly of .NET; `ssn_trace_id`
    two = " ".join(words[-2:])
    joined = "".join(words[-2:])
    if (
        two in NUMBER_PAIRS
        or two in QUIET_NUMBERS
        or (last in NUMBER_WORDS and two not in PERSONAL_PAIRS)
        or joined in NUMBER_WORDS
        or last.endswith(NUMBER_SUFFIXES)
        or " ".join(words[-3:]) in NUMBER_THREES
        or (last in _NUMBERING and len(words) > 1 and words[-2] in NUMBER_WORDS)
    ):
        return Kind.NUMBER
    if last == "hash" and len(words) > 1 and words[-2] not in HASHED:
        return Kind.PLAIN
    if two in HARMLESS_PAIRS or (len(words) > 1 and words[0] in HARMLESS_FIRST):
        return Kind.PLAIN
    if (
        last in SECRET_WORDS
        or two in SECRET_PAIRS
        or two in QUIET_SECRETS
        or joined in SECRET_WORDS
        or (len(words) > _PLURAL and " ".join(words[-3:]) in SECRET_THREES)
        or joined.endswith(SECRET_SUFFIXES)
    ):
        return Kind.SECRET
    if last == "id" and words[-3:-1] == ["access", "key"]:
        return Kind.SECRET
    if two in ADDRESS_PAIRS or last in ADDRESS_WORDS or joined in ADDRESS_WORDS:
        return Kind.PLAIN if words[0] in OUR_SIDE and BODIES.isdisjoint(words) else Kind.ADDRESS
    if two in PERSONAL_PAIRS or two in QUIET_PERSONAL or last in PERSONAL_WORDS:
        return Kind.PERSONAL
    if last == "name" and len(words) > _PLURAL and words[-2] in NAME_KINDS and not PEOPLE.isdisjoint(words):
        return Kind.PERSONAL
    if last in HOUSE_WORDS:
        return Kind.HOUSE if OFFICES.isdisjoint(words) else Kind.PLAIN
    if two in USER_PAIRS or last in USER_WORDS or joined in USER_WORDS:
        return Kind.USER
    if last in MAYBE_WORDS or joined in MAYBE_WORDS or (last[-1] == "s" and len(last) > _PLURAL and _is_one(words)):
        return Kind.MAYBE
    return _inner(words)


def _whole(words: list[str]) -> list[str]:
    """Put together what letters and digits say only together: `base64`, `p12`."""
    if words[-1:] == ["64"] and words[-2:-1] in (["b"], ["base"]):
        words = [*words[:-2], "b64"]
        if len(words) > 1 and words[-2].isdigit():
            return [*_whole(words[:-1]), "b64"]
    return [*words[:-2], "pkcs"] if words[-2:] == ["p", "12"] else words


def _qualified(words: list[str]) -> Kind | None:
    """Say what a name stands before that tells at its end which one of several it is: `API_KEY_PROD`, `password_old_2`."""
    if " ".join(words[-3:-1]) in HARMLESS_PAIRS:
        return Kind.PLAIN
    meaning = kind("_".join(words[:-1]))
    if meaning in (Kind.PLAIN, Kind.USER, Kind.HOUSE, Kind.ADDRESS):
        return None
    if words[-1] in QUALIFIERS:
        return meaning
    return Kind.MAYBE if meaning is Kind.SECRET else None


def _is_one(words: list[str]) -> bool:
    """Say whether a name in the plural is that of several secrets, such as `auth_codes` or `session_ids`."""
    return kind("_".join([*words[:-1], words[-1][:-1]])) is Kind.SECRET


def _as_others_say_it(name: str) -> Kind | None:
    from outwarden.redact.foreign_names import FOREIGN, NUMBERS  # noqa: PLC0415 - 2 ms that few programs need

    low = name.lower()
    apart = low.replace("_", " ").replace("-", " ")
    if low.endswith(FOREIGN) or apart.endswith(FOREIGN):
        return Kind.SECRET
    return Kind.NUMBER if apart.endswith(NUMBERS) else None


def _inner(words: list[str]) -> Kind:
    """A strong word in front counts as well, as in `password_hash`, unless what follows makes it harmless."""
    if words[-1] in HARMLESS_LAST:
        return Kind.PLAIN
    if words[0] in FIRST_NUMBERS:
        return Kind.NUMBER  # `nik_pemohon`, of whoever it is
    strong = any(word in STRONG_WORDS for word in words[:-1])
    return Kind.MAYBE if strong else Kind.PLAIN


@lru_cache(maxsize=1024)
def is_short_code(name: str) -> bool:
    """Say whether a name stands before a code of a few digits, such as `otp` or `verification_code`."""
    words = [word.lower() for word in _WORDS.findall(name[-_LONGEST_NAME:])]
    return bool(words) and (
        words[-1] in CODE_WORDS
        or words[-2:] == ["time", "password"]
        or words[:1] == ["kode"]
        or (words[-1] == "code" and words[-2:-1] != [] and words[-2] in CODE_PAIRS)
    )


def is_harmless_pair(first: str, second: str) -> bool:
    """Say whether two words that a blank parts name something harmless: `cache key`."""
    return f"{first} {second}".lower() in HARMLESS_PAIRS


Judge = Callable[[str], Kind]
"""Says what a name stands before."""


def is_credential_parameter(name: str, judge: Judge = kind) -> bool:
    """Say the same of a query parameter, where short names such as `key` and `sig` are credentials as well."""
    return name.lower() in QUERY_NAMES or judge(name) is Kind.SECRET


def written_as_one(name: str) -> str:
    """Give a name's words without what stands between them: `X-Employee-No` and `employeeNo` end in `employeeno`."""
    return "".join(word.lower() for word in _WORDS.findall(name[-_LONGEST_NAME:]) if not word.isdigit())


def last_word(name: str) -> str:
    """Give the last word of a name, in small letters: of `token_uri` and `tokenUri` it is `uri`."""
    words = _WORDS.findall(name[-_LONGEST_NAME:])
    return words[-1].lower() if words else ""


def judge_with(names: Iterable[str]) -> Judge:
    """Give a judge that takes more names than ours for those of secrets, also where they end a longer name."""
    more = tuple(filter(None, map(written_as_one, names)))
    if not more:
        return kind

    @lru_cache(maxsize=8192)
    def judge(name: str) -> Kind:
        return Kind.SECRET if written_as_one(name).endswith(more) and _ends_with(name, more) else kind(name)

    return judge


def _ends_with(name: str, more: tuple[str, ...]) -> bool:
    """Say whether a name ends in whole words that are one of these: `pin` is no end of `shipping`."""
    words = [word.lower() for word in _WORDS.findall(name[-_LONGEST_NAME:]) if not word.isdigit()]
    return any("".join(words[at:]) in more for at in range(len(words)))
