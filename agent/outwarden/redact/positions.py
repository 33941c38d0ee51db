"""Secrets whose name stands elsewhere: in a list of columns, in the path of a link, on the line before."""

from __future__ import annotations

import re
from typing import Final

from outwarden.apis.shapes import is_plain
from outwarden.redact import named, values
from outwarden.redact.expression import expression
from outwarden.redact.names import Kind, kind
from outwarden.redact.spans import GLANCED, LOOKED, Span

_TELLING: Final = frozenset((Kind.SECRET, Kind.NUMBER, Kind.PERSONAL, Kind.ADDRESS))
_SHORT_NAME: Final = 4
_KEYS: Final = ("_key", "-key")
_NUMBER_STEP: Final = expression(r"/((?:\+|%2[Bb])?[0-9](?:[.-]?[0-9]){9,23})(?![\w.-])")
_BEFORE_STEP: Final = expression("[A-Za-z0-9+]{12,}")
_LONGEST_BEFORE: Final = 64
_STEP: Final = expression(r"/([^\s\0/?#'\"<>]{8,512})")
_SOURCE: Final = expression(
    r"[\w@.-]{1,120}\.(?:c|cc|cpp|cs|go|h|java|js|jsx|kt|mjs|php|py|rb|rs|scala|swift|ts|tsx|vue)(?::[0-9]{1,6}){0,2}"
)
"""A file of source code, and a line in it."""
_CODED: Final = expression(r"[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){2,9}")
_NETRC: Final = expression(r"machine \S{1,200}\s{1,8}login \S{1,200}\s{1,8}password (\S{3,512})")
_FOR: Final = expression(
    r"for (?:parameter|field|option|argument|header|property|variable|column|setting|attribute|config(?:uration)?(?: property| key| option)?|key"
    r"|environment variable|env var) ['\"`]?([\w.-]{2,80})"
)
_QUOTES: Final = ("'", '"', "`")
_REFUSED: Final = expression(r"[^'\"`\0\r\n]{3,512}")
_BARE: Final = expression(r"[^\s'\"`\0]{3,512}")
_OPTION: Final = expression(r"--(?:value|body|secret-string|secret-value)[ =]['\"]?(?=[^\s\0'\"$<-])")
_OPTION_VALUE: Final = expression(r"[^\s\0'\"]{3,4096}")
_OPTION_NAME: Final = expression(r"--?(?:name|key|secret-id|n)[ =]['\"]?([\w./-]{2,160})")
_SECRET_SET: Final = expression(r"\bsecrets? (?:set|create|put|add|update)\b|\bsecretsmanager\b")
_FURTHEST_OPTION: Final = 240
_AUTH: Final = expression(
    r"auth(?:\r\n|\\r\\n)(?:\$[0-9]{1,3}(?:\r\n|\\r\\n)[^\s\0\\]{1,64}(?:\r\n|\\r\\n)(?=\$))?"
    r"\$[0-9]{1,4}(?:\r\n|\\r\\n)([^\s\0\\]{3,1024})",
    re.IGNORECASE,
)
_HASHES: Final = 66
_SAMBA: Final = expression(r":([0-9A-FX]{32}:[0-9A-F]{32}):\[U")
_INSERT: Final = expression(r"values?\s{0,4}\(", re.IGNORECASE)
_COLUMNS: Final = expression(r"\(([^()\0]{1,600})\)\s{0,4}\Z")
_FURTHEST: Final = 640
_VALUE: Final = expression(
    r"\s{0,4}(?:[NEB]?'((?:[^'\0]|''){0,2048})'|\"([^\"\0]{0,2048})\"|([^,()'\"\0]{0,256}))\s{0,4}([,)])"
)
_NEXT_ROW: Final = expression(r"\s{0,4},\s{0,4}\(")
_AROUND: Final = ' \t\r\n`"[]'
_MOST: Final = 60
_LINK: Final = expression(r"[a-z-]{0,36}/(?:[A-Za-z0-9]{1,12}/)?([A-Za-z0-9_.~=-]{12,512})")
_SHORT_LINK: Final = 16
_HOOK: Final = expression(r"hooks?/((?:[A-Za-z0-9_@-]{1,64}/){0,4}[A-Za-z0-9_-]{8,512})")
_UUID: Final = expression(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_FURTHEST_SCHEME: Final = 256
_KEY_STEP: Final = expression(
    r"/(?:api_?key|key|token|secret)/([A-Za-z0-9_~=-]{20,512})(?![A-Za-z0-9_.~=-])", re.IGNORECASE
)
_INTEGRATION: Final = expression(r"integrations?/([0-9a-f]{32})(?![0-9A-Za-z])")
_DUPLICATE: Final = "uplicate entry '"
_DUPLICATE_KEY: Final = expression(r"' for key '(?:[\w$]{1,64}\.){0,2}([\w$-]{1,80})'", re.IGNORECASE)
_SHORTEST: Final = 3
_LONGEST: Final = 512
_LONGEST_KEY: Final = 224
_INDEX_WORDS: Final = expression(
    r"(?:\A(?:uk|uq|idx|ix|ux|unique|index)_)|(?:_(?:uk|uq|idx|ix|ux|unique|uniq|index|key)\Z)", re.IGNORECASE
)
_SAYS: Final = expression(
    r"(?:is an? (?:expired|invalid|wrong|old)|is (?:not a|no) valid|as (?:the|your|my|its)) ([A-Za-z][\w-]{1,40})(?: ([A-Za-z]{2,20}))?"
)
_SAID: Final = expression(r" ['\"`)]{0,2}?([^\s\0'\"`(]{8,512})(?=[\s'\"`(=:]|\Z)")
"""A value in front of what follows it, both read from behind: so it is tried at one place, not at each that may begin it."""
_FURTHEST_SAID: Final = 520
_LOGIN: Final = expression(
    r"(?:\w{5,11}|log(?:ged)? in with|sign(?:ed)? in with|connect(?:ing|ed) as)[ :=]{1,3}['\"]?[\w.@-]{1,48}['\"]? {0,2}/ {0,2}['\"]?([^\s\0'\"/,;]{6,128})",
    re.IGNORECASE,
)
_HOOK_HOST: Final = expression(r"//(?:hook\.[a-z0-9.]{1,32}|hc-ping\.com)/([A-Za-z0-9_-]{16,512})")
_INPUT: Final = expression(r"input_value=b?(['\"])")
_FIELD: Final = expression(
    r"(?:\A|\n)[ \t]{0,4}([\w.-]{1,80})\r?\n[^\r\n\0]{0,240}\Z|validation errors? for [\w.\[\]-]{1,80} ([\w.-]{1,80}) [^\r\n\0]{0,160}\Z"
)
_FURTHEST_FIELD: Final = 330
_JSON_INPUT: Final = expression(r"\"(?:input|received)[\\\"]{1,4}\s?:\s?[\\]{0,3}\"([^\0\"\\]{3,512})")
_WAY: Final = expression(r"\"(?:loc|path)[\\\"]{1,4}\s?:\s?\[")
_LAST_STEP: Final = expression(r"[\\]{0,3}\"([\w.-]{1,80})[\\]{0,3}\"\s?\Z")
_LONGEST_WAY: Final = 160
_LONGEST_STEP: Final = 90
_FURTHEST_WAY: Final = 241
_MOST_WAYS: Final = 8
_VARIABLE: Final = expression(r"\$([A-Za-z_]\w{0,63})[\\\"'`]{0,4}\s{0,2}(?:of type [^\0]{1,40} )?\Z")
_VARIABLE_VALUE: Final = expression(r"got invalid value:?\s{0,2}[\\]{0,3}\"([^\0\"\\]{3,512})", re.IGNORECASE)
_PGPASS: Final = expression(r":(?:5432|\*):[^\s:\0]{1,64}:[^\s:\0]{1,64}:([^\s:\0'\"]{3,256})")
_PRIVATE: Final = expression(r"/private-([0-9a-f]{20,64})(?![0-9A-Za-z])")
_SENT: Final = expression(r"(?<![0-9A-Za-z])(?:[A-Z]{1,3}-)?([0-9]{3}[ -]?[0-9]{3}|[0-9]{4,8})[ \t]{1,2}\Z")
_SENT_AS: Final = expression(
    r"(?:is your|adalah kode)[^\r\n\0.]{0,60}?(?:code|otp|pin|passcode|password|verifikasi|keamanan|rahasia)\b",
    re.IGNORECASE,
)
_FURTHEST_SENT: Final = 16
_STORED: Final = expression(
    r"(?:SecureString|/secrets/[\w./-]{1,160})[\\'\"]{1,4}\s{0,4},\s{0,40}[\\'\"]{1,4}[vV]alue[\\'\"]{1,4}\s{0,4}:\s{0,4}[\\]{0,3}['\"]"
    r"([^\0'\"\\]{3,4096})"
)
_FURTHEST_LOC: Final = 480
_FURTHEST_VARIABLE: Final = 120
_VAULT: Final = expression(
    r"\$ANSIBLE_VAULT;[0-9.]{1,5};\w{1,12}(?:;[\w.-]{1,40})?(?:(?:\r?\n|\\{1,3}n)[ \t]{0,24}[0-9a-f]{8,80}){1,400}"
)


def inserted(text: str, at: int) -> Span | None:
    """SQL: `INSERT INTO … (name, api_key) VALUES ('x', '…')`; the values of all telling columns."""
    begin = _INSERT.match(text, at)
    opened = text.rfind("(", max(0, at - _FURTHEST), at) if begin is not None else -1
    columns = _COLUMNS.match(text, opened, at) if opened >= 0 else None
    if begin is None or columns is None:
        return None
    place = begin.end()
    found: list[Span] = []
    meanings = [kind(column.strip(_AROUND)) for column in columns[1].split(",")[:_MOST]]
    if _TELLING.isdisjoint(meanings) and Kind.MAYBE not in meanings:
        return None
    for _ in range(_MOST):
        place = _row(text, place, meanings, found)
        following = _NEXT_ROW.match(text, place)
        if following is None:
            break
        place = following.end()
    return found[0]._replace(others=tuple(found)) if found else None


def _row(text: str, place: int, meanings: list[Kind], found: list[Span]) -> int:
    """Look at the values of one row; gives where it ends."""
    for meaning in meanings:
        value = _VALUE.match(text, place)
        if value is None:
            break
        group = next(number for number in (1, 2, 3) if value[number] is not None)
        if meaning is Kind.MAYBE and values.looks_secret(value[group]):
            found.append(Span(value.start(group), value.end(group), "text.secret"))
        elif meaning in _TELLING and values.is_something(value[group]):
            rule = "text.secret" if meaning is Kind.SECRET else "text.personal"
            found.append(Span(value.start(group), value.end(group), rule, meaning is Kind.SECRET))
        place = value.end()
        if value[4] == ")":
            break
    return place


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


def refused_input(text: str, at: int) -> Span | None:
    """Pydantic names a field on one line and shows its value on the next."""
    opened = _INPUT.match(text, at)
    if opened is None:
        return None
    start = opened.end()
    stop = text.find(f"{opened[1]},", start + _SHORTEST, start + _LONGEST + 2)
    if stop < 0 or text.find("\0", start, stop) >= 0:
        return GLANCED
    return _named(_FIELD.search(text, max(0, at - _FURTHEST_FIELD), at), (start, stop), text)


def refused_json(text: str, at: int) -> Span | None:
    """The same in JSON: `{"loc": ["body", "api_key"], …, "input": "…"}`."""
    found = _JSON_INPUT.match(text, at)
    if found is None or _WAY.search(text, max(0, at - _FURTHEST_LOC), at) is None:
        return None
    return _named(_last_step(text, max(0, at - _FURTHEST_LOC), at), found.span(1), text)


def refused_variable(text: str, at: int) -> Span | None:
    """GraphQL: `Variable "$apiKey" got invalid value "…"`."""
    found = _VARIABLE_VALUE.match(text, at)
    if found is None:
        return None
    return _named(_VARIABLE.search(text, max(0, at - _FURTHEST_VARIABLE), at), found.span(1), text)


def _last_step(text: str, floor: int, at: int) -> re.Match[str] | None:
    """Give the name at the end of the way to a field, in the same object: `"loc": ["body", "api_key"], …`."""
    inside = max(at - _FURTHEST_WAY, text.rfind("{", floor, at) + 1, text.rfind("}", floor, at) + 1)
    floor = max(floor, text.rfind("]", floor, inside) + 1, text.rfind("\0", floor, at) + 1)
    for _ in range(_MOST_WAYS):
        way = _WAY.search(text, floor, at)
        end = text.find("]", way.end(), at) if way is not None else -1
        if way is None or end < 0:
            break
        step = _LAST_STEP.search(text, max(way.end(), end - _LONGEST_STEP), end)
        if step is not None and step.start() - way.end() <= _LONGEST_WAY:
            return step
        floor = end if step is None else way.start() + 1
    return None


def _named(before: re.Match[str] | None, value: tuple[int, int], text: str) -> Span | None:
    """Give a value, if the name of a secret stands before it."""
    meaning = kind(before[before.lastindex or 1]) if before is not None else Kind.PLAIN
    meaning = named.settled(meaning, text[slice(*value)])
    if meaning not in _TELLING:
        return LOOKED
    rule = "text.secret" if meaning is Kind.SECRET else "text.personal"
    return Span(*value, rule, meaning is Kind.SECRET)


def pgpass(text: str, at: int) -> Span | None:
    """PostgreSQL's password file: `host:5432:database:user:password`."""
    found = _PGPASS.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def private_link(text: str, at: int) -> Span | None:
    """The secret in the address of a private calendar or feed: `/private-…/basic.ics`."""
    found = _PRIVATE.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def vault(text: str, at: int) -> Span | None:
    """What Ansible encrypted: whoever has the text can try passwords on it."""
    found = _VAULT.match(text, at)
    return Span(at, found.end(), "ansible.vault", spreads=False) if found is not None else None


def sent_code(text: str, at: int) -> Span | None:
    """`123456 is your verification code`: the value stands in front."""
    found = _SENT.search(text, max(0, at - _FURTHEST_SENT), at)
    if found is None:
        return None
    if _SENT_AS.match(text, at) is None:
        return LOOKED
    return Span(found.start(1), found.end(1), "text.secret", spreads=False)


def stored(text: str, at: int) -> Span | None:
    """What a store of secrets answers: its type or its address stands before the value."""
    found = _STORED.match(text, at)
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


def integration(text: str, at: int) -> Span | None:
    """A service that takes alarms from whoever knows its address: `https://events.…/integration/…/enqueue`."""
    found = _INTEGRATION.match(text, at)
    return Span(found.start(1), found.end(1), "text.webhook") if found is not None else None


def duplicate(text: str, at: int) -> Span | None:
    """MySQL: `Duplicate entry '…' for key 'users.phone'`: the index tells what the value is."""
    start = at + len(_DUPLICATE)
    found = _DUPLICATE_KEY.search(text, start + _SHORTEST, start + _LONGEST + _LONGEST_KEY)
    stop = found.start() if found is not None else 0
    if found is None or stop - start > _LONGEST or text.find("\0", start, stop) >= 0:
        return LOOKED
    meaning = kind(_INDEX_WORDS.sub("", found[1]))
    if meaning is Kind.SECRET or (meaning is Kind.MAYBE and values.looks_secret(text[start:stop])):
        return Span(start, stop, "text.secret")
    if meaning in (Kind.NUMBER, Kind.PERSONAL, Kind.ADDRESS):
        return Span(start, stop, "text.personal", spreads=False)
    return None


def step(text: str, start: int, stop: int, meaning: Kind) -> Span | None:
    """A secret in a path, behind a step that is its name: `/reset_token/…`."""
    if (
        meaning is Kind.NUMBER
        and (number := _NUMBER_STEP.match(text, stop)) is not None
        and text[start - 1 : start] == "/"
    ):
        return Span(*number.span(1), "text.personal", spreads=False)
    if meaning is not Kind.SECRET and not (meaning is Kind.MAYBE and text.startswith(_KEYS, stop - 4)):
        return None
    if text[start - 1 : start] != "/":
        return None
    found = _STEP.match(text, stop)
    if found is None or (stop - start <= _SHORT_NAME and _is_inside_token(text, start - 1)):
        return None
    value = found[1].partition("&")[0]
    if _SOURCE.fullmatch(value) is not None:
        return None
    coded = _CODED.fullmatch(value) is not None and not values.DIGITS.isdisjoint(value)
    if not coded and not values.looks_secret(value):
        return None
    return Span(found.start(1), found.start(1) + len(value), "text.secret")


def _is_inside_token(text: str, end: int) -> bool:
    """Say whether what stands before a slash is no step of a path: in base64 `/pw/` is chance."""
    before = _BEFORE_STEP.match(text[max(0, end - _LONGEST_BEFORE) : end][::-1])
    return before is not None and not is_plain(before[0][::-1])


def netrc(text: str, at: int) -> Span | None:
    """The file of passwords of curl, ftp and git: `machine … login … password …`."""
    found = _NETRC.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def samba(text: str, at: int) -> Span | None:
    """Samba's file of users: both hashes of a password stand before the flags."""
    found = _SAMBA.match(text, at - _HASHES) if at >= _HASHES else None
    return Span(*found.span(1), "text.secret") if found is not None else None


def redis(text: str, at: int) -> Span | None:
    """Redis: `AUTH` as it goes over the wire, each word with its length before it."""
    found = _AUTH.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def key_step(text: str, at: int) -> Span | None:
    """A key in a path, behind a step that says so: `/with/key/…`."""
    found = _KEY_STEP.match(text, at)
    if found is None or is_plain(found[1]) or values.DIGITS.isdisjoint(found[1]):
        return None
    return Span(found.start(1), found.end(1), "text.secret")


def named_behind(text: str, at: int) -> Span | None:
    """`… is an expired signing key`, `use … as the password`: the value stands before its name."""
    found = _SAYS.match(text, at)
    before = _SAID.match(text[max(0, at - _FURTHEST_SAID) : at][::-1]) if found is not None else None
    if found is None or before is None:
        return None
    start, stop = at - before.end(1), at - before.start(1)
    meanings = {kind(found[1]), kind(f"{found[1]} {found[2]}") if found[2] else Kind.PLAIN}
    if not meanings.isdisjoint((Kind.NUMBER, Kind.PERSONAL, Kind.ADDRESS)):
        return Span(start, stop, "text.personal", spreads=False)
    if meanings.isdisjoint((Kind.SECRET, Kind.MAYBE)) or not values.looks_secret(text[start:stop]):
        return None
    return Span(start, stop, "text.secret")


def refused_for(text: str, at: int) -> Span | None:
    """`Invalid value '…' for parameter 'api_key'`, `Invalid value … for configuration sasl.password`"""
    place = _refused(text, at)
    found = _FOR.match(text, at) if place is not None else None
    if found is None or place is None:
        return None
    meaning = kind(found[1])
    if meaning not in _TELLING or not values.is_something(text[slice(*place)]):
        return None
    rule = "text.secret" if meaning is Kind.SECRET else "text.personal"
    return Span(*place, rule, meaning is Kind.SECRET)


def _refused(text: str, at: int) -> tuple[int, int] | None:
    """Give where the value begins and ends that stands before a blank: in quotes, or behind the word `value`."""
    if text[at - 1 : at] != " ":
        return None
    floor = max(0, at - _FURTHEST_SAID)
    if text[at - 2 : at - 1] in _QUOTES:
        place = text.rfind(text[at - 2], floor, at - 2) + 1, at - 2
        return place if place[0] > floor and _REFUSED.fullmatch(text, *place) is not None else None
    place = text.rfind(" ", floor, at - 1) + 1, at - 1
    told = text.endswith("value ", floor, place[0]) and _BARE.fullmatch(text, *place) is not None
    return place if told else None


def option_value(text: str, at: int) -> Span | None:
    """Tools of secret stores: `secret set --name db_password --value …`."""
    option = _OPTION.match(text, at)
    if option is None:
        return None
    before = text[max(0, at - _FURTHEST_OPTION) : at].rpartition("\0")[2].rpartition("\n")[2]
    told = "SecureString" in before or ("secret" in before and _SECRET_SET.search(before) is not None)
    if not told:
        named = _OPTION_NAME.search(before)
        if named is None or kind(named[1]) is not Kind.SECRET:
            return LOOKED
    found = _OPTION_VALUE.match(text, option.end())
    return Span(*found.span(), "text.argument") if found is not None else LOOKED


def user_and_password(text: str, at: int) -> Span | None:
    """`creds bot / …`: a name, a slash, and a password."""
    found = _LOGIN.match(text, at)
    if found is None or not values.looks_secret(found[1]):
        return None
    return Span(found.start(1), found.end(1), "text.secret")
