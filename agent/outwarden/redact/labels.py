"""Labelled values in a text: `password=…`, `"apiKey": "…"`, `('Authorization', '…')`, `<token>…</token>`, `--secret …`."""

from __future__ import annotations

import re
from typing import Final

from outwarden.apis.shapes import is_plain
from outwarden.redact import nested, personal, positions, quotes, separators, tables, tokens, values
from outwarden.redact.canonical import canonical
from outwarden.redact.expression import expression
from outwarden.redact.names import (
    ADDRESS,
    MAYBE,
    NUMBER,
    PERSONAL,
    PLAIN,
    SECONDS,
    SECRET,
    USER,
    Judge,
    Kind,
    is_credential_parameter,
    is_harmless_pair,
    is_short_code,
    kind,
)
from outwarden.redact.spans import GLANCED, LOOKED, Span

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{0,80}")
_IN_NAMES: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
_LONGEST_NAME: Final = 80
_YOURS: Final = expression(r"\banda ?: ?\Z", re.IGNORECASE)
"""`kata sandi Anda: …`"""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_PRIOR: Final = 18
_SHORTEST_PRIOR: Final = 2
"""How long a word may be that stands before a name."""
_ARN: Final = expression(r"\barn:[\w:/-]{0,120}:\Z")
_FINGERPRINT: Final = expression(r"(?:[0-9A-Fa-f]{2}:){3}")
_JAVA: Final = "-D"
"""`java -Dpassword=…`"""
_LONGEST_KEY: Final = 48
_MOST_DIGITS: Final = 2
_LONG_NUMBER: Final = 24
_QUOTED: Final = expression(r"[^\s/.]{6,256}")
"""In a sentence, behind a name of a secret: `password 'Kucing_1234' was refused`."""
_SAID: Final = (" is ", " was ", " equal ", " be ")
_STATED: Final = expression(r" (['\"])((?=[^'\"\0\r\n]{0,40}[0-9@])[^'\"\0\r\n]{3,80})\1")
"""`Invalid birth date '…'`"""
_HUMPED: Final = expression(r"[A-Za-z]{1,40}[a-z][A-Z][a-z][A-Za-z]{0,60}")
"""`the password is "OrchidHarbor"`"""
_CELL: Final = frozenset("|\t")
_ENDS_LINE: Final = ("\n", "\r")
_WIDEST: Final = 64
_CLOSING: Final = frozenset("\"'`\\ ")
_BEFORE: Final = expression(
    r"""[vV]alue[\\'"]{0,3}\s?[:=]\s?[\\]{0,3}(['"])([^'"\0]{3,1024}?)[\\]{0,3}\1[\s,]{0,4}"""
    r"""(?:[\w-]{1,12}=[\\'"]{1,3}[\w-]{0,24}[\\'"]{1,3}\s){0,2}[\\'"]{0,3}(?:name|key|id)[\\'"]{0,3}\s?[:=]\s?[\\'"]{1,3}\Z"""
)
"""`value="…" name="token"`: the other way round."""
_SIGNS: Final = frozenset(":=")
_NAMES: Final = expression(r"(?:name|key|id)[\\'\"]{0,3}\s?[:=]")
_FURTHEST_BEFORE: Final = 1_200
_WORTH_LONG: Final = expression(r"[([{]{0,3}(?:b?[\\'\"`]{1,4})?(?:[^\s\0,'\"]{8}|(?:[0-9a-fA-F]{2} ){5})")
_WORTH: Final = expression(r"[([{]{0,3}(?:b?[\\'\"`]{1,4})?(?:[+(]{0,2}[0-9]|[^\s\0,'\"]{8})")
"""What must follow a label without a strict separator, or one that may be an ordinary word, to be looked at closely."""
_LONG_WORD: Final = expression(r"[^\s\0;,'\"<>`]{72,}+")
_REFERENCES: Final = expression(r"&(?:quot|apos|#3[49]);?")
_DIGEST: Final = expression(r"(?:sha(?:1|224|256|384|512)|md5)[:=-][0-9a-f]{32,128}")
_VARIABLE: Final = expression(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_TELLING: Final = (SECRET, NUMBER, PERSONAL, ADDRESS)
_SHORT: Final = (NUMBER, USER, ADDRESS)
_ARGUMENT: Final = expression(r"[ \t]{1,2}|, ?|\ufffd")
_OPTION: Final = expression(r"--([A-Za-z][A-Za-z0-9_.-]{1,78})")
_PEMS: Final = ("-----", "BLOCK-----")
"""A key in PEM has line ends and blanks: its own rule knows where it stops."""
_PEM_BEGINS: Final = frozenset("-%\\&=B")
_HEADERS: Final = ("authorization", "signature")
_SETTERS: Final = ("set", "with", "use", "update", "change", "login", "authenticate")
_CALLED: Final = expression(r"[({](?=[bBrRuU]?['\"])")
"""`set_password("…")`, `token{"…"}`"""
_OPENS: Final = ("(", "{")
_PASSWORDS: Final = ("password", "passwd", "passphrase", "pwd", "sandi", "requirepass", "masterauth")
_UNSPEAKABLE: Final = expression(r"(?=[a-z]{12,64}\Z)[a-z]*[bcdfghjklmnpqrstvwxz]{5}[a-z]*")
"""Small letters that no word is made of."""
_MADE_UP: Final = expression(
    r"[A-Za-z]{3,16}[-_.](?=[a-z0-9]{0,16}[A-Z0-9])(?=[A-Z0-9]{0,16}[A-Za-z])(?=[A-Za-z]{0,16}[0-9])[A-Za-z0-9]{4,16}"
    r"|(?=[A-Za-z0-9_.-]{0,32}[!@#$%^&*+][A-Za-z0-9])(?=[^a-z]{0,16}[a-z])(?=[^A-Z]{0,16}[A-Z])[A-Za-z0-9!@#$%^&*+_.-]{8,64}"
)
"""`Marble_w0585`, `aBcdEf!gHi`: no name of a thing."""
_PASSES: Final = ("pass",)
_ANGLED: Final = expression(r"<([^\s<>/\0'\"]{8,512})>")
_UUID: Final = expression(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_CODE: Final = expression(r"[A-Za-z0-9]{4,6}(?:-[A-Za-z0-9]{4,6}){1,5}")
_RANDOM: Final = 10
_SENTENCE: Final = expression(r" [a-z]{2,16} [a-z]{2,16}\b")
_COOKIE: Final = ("cookie", "cookies")
_PHRASE: Final = ("mnemonic", "phrase", "seed", "words")
_BYTE: Final = 2
_ONE: Final = ("time ", "factor ")
"""The first word of a name may itself be the end of one: `one-time code`."""
_MORE: Final = expression(
    r"[ \t]to[ \t]['\"]?([^\s\0'\",;]{8,512})|, (?:want|wanted|expected|new)[ :=]{1,2}['\"]?([^\s\0'\",;]{8,512})"
    r"|,? (?:but (?:got|was|received|found)|instead of)[ :=]{1,2}['\"]?([^\s\0'\",;]{8,512})"
)
"""`the key changed from … to …`, `signature mismatch: got …, want …`."""
_WRAPPED: Final = expression(
    r"\{\s{0,4}(?:[^{}\0]{0,200}[\s,{])?[\\'\"]{0,3}(?:(?:[A-Za-z_]{0,12}[vV]|v)alue|[SNB](?=[\\'\"]))[\\'\"]{0,3}\s?[:=]\s?(?=[\\]{0,3}['\"])"
)
_COLUMN: Final = expression(r" \([\w\", ]{1,200}\)=\(")
"""PostgreSQL: `Key (order_no)=(417) already exists.`: the column tells what the value is."""
_SETS: Final = expression(r"(?:ENV|ARG|SET|set|setenv|export)[ \t]{1,3}(?:-[a-zA-Z]{1,3} )?\Z")
_KEYED: Final = expression(r"\{\s{0,8}[\\'\"]{1,4}[\w.-]{1,40}[\\'\"]{1,4}\s?(?::|=>|=)")
"""An object: `"password": {"value": "…"}`; the names in it are no values."""


def find(text: str, at: int, judge: Judge = kind) -> Span | None:
    """Look at a label of which a part stands at `at`."""
    start = at
    if at and text[at - 1] in _IN_NAMES:
        floor = max(0, at - _LONGEST_NAME)
        start = floor + len(text[floor:at].rstrip(_IN_NAMES))
    after = _NAME.match(text, at)
    name = text[start : after.end() if after is not None else at].rstrip(".-")
    if name.startswith(_JAVA):
        start += len(_JAVA)
        name = name[len(_JAVA) :]
    stop = start + len(name)
    if name == "PASS":
        return None  # the result of a test; FTP has a rule of its own
    meaning = judge(name)
    before = text[start - 1] if start else ""
    if (meaning is PLAIN or meaning is MAYBE) and before and before in " \t":
        meaning = _meaning(text, start, name, meaning, judge)
    if meaning is PLAIN and not (before and before in "?&" and is_credential_parameter(name)):
        return None
    if before and _is_part_of_something(text, start, name):
        return None
    if before and before in "'\"" and (span := _in_front(text, start, meaning)) is not None:
        return span
    behind = text[stop : stop + 1]
    if behind == "/":
        return positions.step(text, start, stop, meaning)
    if behind == " " and (
        (name.lower() == "key" and _COLUMN.match(text, stop) is not None)
        or (not name.startswith("-") and separators.PROSE.match(text, stop) is not None)
    ):
        return None
    if (
        behind == ":"
        and text[stop + 1 : stop + 2] in _ENDS_LINE
        and (span := nested.below(text, stop, name)) is not None
    ):
        return span
    column = text[stop + 1 : stop + 2] if behind in _CLOSING else behind
    if column == " " and behind == " ":
        column = text[stop : stop + _WIDEST].lstrip(" ")[:1]
    in_table = tables.column(text, start, stop, meaning) if column in tables.PARTS else None
    if in_table is not None and in_table is not LOOKED:
        return in_table
    separator = separators.STRONG_FROM.get(behind, separators.STRONG).match(text, stop)
    strong = True
    if separator is None:
        strong = name.startswith("-")
        if meaning is PERSONAL and not strong:
            return _stated(text, stop) or in_table or GLANCED
        separator = (_ARGUMENT if strong else separators.WEAK).match(text, stop)
        if (
            separator is None
            and behind in _OPENS
            and (name.lower().startswith(_SETTERS) or "." in name or meaning is SECRET)
        ):
            separator = _CALLED.match(text, stop)
        if separator is None:
            return in_table or GLANCED
        strong = (strong and "," not in separator[0]) or _is_sure(text, start, name, meaning, separator)
        if meaning is USER and separator[0].endswith("("):
            return GLANCED  # `at login (auth.js:41:5)`
    if (not strong or meaning is MAYBE) and not _is_worth_it(text, separator.end(), name, meaning):
        return in_table or GLANCED
    span = _behind(text, separator, meaning, name, strong=strong)
    if span is not None and behind == ":":
        stop = quotes.argument(text, start, span.stop)
        span = span if stop == span.stop else span._replace(stop=stop)
    return span


def _behind(text: str, separator: re.Match[str], meaning: Kind, name: str, *, strong: bool) -> Span | None:
    """Look closely at what stands behind a name and a separator."""
    place = separator.end()
    if strong and meaning is SECRET and (token := tokens.find(text, place, name)) is not None:
        return token
    if strong and text[place : place + 1] == "{":
        wrapped = _WRAPPED.match(text, place)
        if wrapped is None and _KEYED.match(text, place) is not None:
            return None
        place = wrapped.end() if wrapped is not None else place
    if not strong and not _CELL.isdisjoint(separator[0]):
        strong = values.has_digit(text, place)
    return _judge(text, place, meaning, name, strong=strong) or _looked(text, place)


def _is_worth_it(text: str, at: int, name: str, meaning: Kind) -> bool:
    """Say whether anything that could be a value follows."""
    short = meaning in _SHORT or (meaning is SECRET and is_short_code(name))
    return (_WORTH if short else _WORTH_LONG).match(text, at) is not None


def _stated(text: str, at: int) -> Span | None:
    """Look at what stands in quotes behind a name that says something of a person."""
    found = _STATED.match(text, at)
    return Span(*found.span(2), "text.personal", spreads=False) if found is not None else None


def _looked(text: str, at: int) -> Span:
    """Say that a value was looked at closely, and how long it is, where it is long."""
    word = _LONG_WORD.match(text, at)
    return LOOKED if word is None else LOOKED._replace(stop=word.end() - at)


def _meaning(text: str, start: int, name: str, meaning: Kind, judge: Judge) -> Kind:
    """Say what a name stands before behind a blank; it may be the second word of one: `Recovery codes: …`."""
    if name.lower() in SECONDS:
        prior = _last_word(text[max(0, start - _LONGEST_PRIOR) : start - 1])
        if prior and (both := judge(f"{prior} {name}")) in _TELLING:
            return both
    return meaning


def _is_sure(text: str, start: int, name: str, meaning: Kind, separator: re.Match[str]) -> bool:
    """Say whether what stands around a name without a strict separator leaves no doubt that a value follows."""
    if _YOURS.search(separator[0]) is not None:
        return True
    if name.lower() == "password" and quotes.is_statement(text, start, separator.end()):
        return True
    if meaning is not SECRET:
        return False
    if text[start - 1 : start] == ":" and text[separator.start() : separator.start() + 2] == ' "':
        return True
    return name.isupper() and _SETS.search(text, max(0, start - _LONGEST_PRIOR), start) is not None


def _last_word(text: str) -> str:
    """Give the letters with which a text ends."""
    return text[len(text.rstrip(_LETTERS)) :]


def _is_name(value: str) -> bool:
    """Say whether a value is itself the name of a secret."""
    if len(value) > _LONGEST_KEY or sum(map(str.isdigit, value)) > _MOST_DIGITS or _NAME.fullmatch(value) is None:
        return False
    return kind(value) is SECRET


def spoken(pair: str, text: str, at: int) -> Span | None:
    """Look at a name of two words in a sentence: `the account number is …`, `kunci api anda adalah …`."""
    if at and (text[at - 1].isalnum() or text[at - 1] == "_" or (text[at - 1] == "-" and not pair.startswith(_ONE))):
        return None
    separator = separators.WEAK.match(text, at + len(pair))
    if separator is None:
        return None
    meaning = kind(pair)
    short = meaning in _SHORT or is_short_code(pair)
    if (_WORTH if short else _WORTH_LONG).match(text, separator.end()) is None:
        return None
    strong = _YOURS.search(separator[0]) is not None
    return _judge(text, separator.end(), meaning, pair, strong=strong) or _looked(text, separator.end())


def foreign(word: str, text: str, at: int) -> Span | None:
    """Look at a secret that another language names: `contraseña: …`, `la contraseña es …`."""
    if at and word.isascii() and text[at - 1].isalnum():
        return None
    end = at + len(word)
    separator = separators.STRONG.match(text, end)
    if separator is not None:
        return _judge(text, separator.end(), SECRET, word, strong=True) or LOOKED
    separator = separators.FOREIGN.match(text, end)
    if separator is None:
        return GLANCED
    return _judge(text, separator.end(), SECRET, "password", strong=False) or LOOKED


def _is_part_of_something(text: str, start: int, name: str) -> bool:
    """`arn:aws:secretsmanager:…:secret:…`, `AB:CC:01`, `cache key` look like labels and are none."""
    before = text[start - 1]
    if before == "<" and name == "code":
        return True  # HTML
    if len(name) == _BYTE and (before == ":" or _FINGERPRINT.match(text, start)):
        return True
    if before == ":":
        begin = text.rfind("arn:", max(0, start - _LONGEST_NAME * 2), start)
        return begin >= 0 and _ARN.match(text, begin, start) is not None
    if before not in " \t":
        return False
    prior = text[max(0, start - _LONGEST_PRIOR) : start - 1]
    prior = _last_word(prior)
    return _SHORTEST_PRIOR <= len(prior) < _LONGEST_PRIOR - 1 and is_harmless_pair(prior, name)


def _in_front(text: str, start: int, meaning: Kind) -> Span | None:
    """Look at the value that stands in front of its name."""
    floor = max(0, start - _LONGEST_PRIOR)
    if text[floor:start].rstrip("\\'\"").rstrip()[-1:] not in _SIGNS or not _NAMES.search(text, floor, start):
        return None
    at = text.rfind("alue", max(0, start - _FURTHEST_BEFORE), start)
    found = _BEFORE.search(text, at - 1, start) if at > 0 else None
    if found is None or meaning is USER or not values.is_something(found[2]):
        return None
    if meaning is MAYBE and not values.looks_secret(found[2]):
        return None
    return Span(found.start(2), found.end(2), "text.secret", meaning is SECRET)


def is_same(text: str, at: int, behind: int) -> bool:
    """Say whether two places are in the same name, so that one look is enough."""
    floor = max(0, behind - _LONGEST_NAME)
    before, rest = text[floor:behind], text[behind : at + _LONGEST_NAME]
    start, size = len(before.rstrip(_IN_NAMES)), len(rest) - len(rest.lstrip(_IN_NAMES))
    return floor + start <= at and (start > 0 or not floor) and size < _LONGEST_NAME - behind + at


def option(text: str, at: int, judge: Judge = kind) -> Span | None:
    """Look at an option of a command line, such as `--session-id`."""
    name = _OPTION.match(text, at)
    if name is None or judge(name[1]) is PLAIN:
        return None
    return find(text, name.end() - 1, judge)


def _is_chosen(name: str, value: str, *, strong: bool) -> bool:
    """Say whether a value behind the name of a password looks like one that a person or a generator of passwords made."""
    if not name.lower().endswith(_PASSES if strong else _PASSWORDS):
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
    if end < 0:
        end = values.bare(text, at, cookie=low.endswith(_COOKIE))
    if strong and low.endswith(_HEADERS):
        end = values.parameters(text, at, end)
    return values.wrapped(text, end) if strong else end


def _judge(text: str, at: int, meaning: Kind, name: str, *, strong: bool) -> Span | None:
    inner, quote = values.opening(text, at)
    if meaning is NUMBER or meaning is USER:
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
    if not quote and text[inner : inner + 1] == "<" and (angled := _ANGLED.match(text, inner)) is not None:
        inner, end = angled.span(1)
        strong = False  # it may be a placeholder
    value = text[inner:end]
    if not values.is_something(value) or name.lower().endswith(value.lower()):
        return None  # also `password=password`: code that hands something on
    if value[0] in _PEM_BEGINS and canonical(value[:64]).lstrip("'\"").startswith(_PEMS):
        return None
    if meaning is SECRET and strong:
        if name == "passwd" and not quote and value.islower() and _SENTENCE.match(text, end) is not None:
            return None  # what the program of this name says
        if quote and "[" in text[at:inner]:
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
        and (not strong or name.lower() == "key")
        and all(map(is_plain, value.split(":")))
    ):
        return None  # `key orders:417 evicted`
    if meaning is MAYBE and not strong and text[max(0, at - 5) : at].lower().find(" id") >= 0:
        return None  # `kms key id: …`
    if meaning is MAYBE and (_is_name(_REFERENCES.sub("", value)) or _DIGEST.fullmatch(value) is not None):
        return None  # `"key": "V2EncryptionKey"`: the secret comes behind it
    if meaning is PERSONAL:
        return Span(inner, end, "text.personal", spreads=False)
    if not strong and meaning is SECRET and _VARIABLE.fullmatch(name) and not quote and values.has_digit(text, inner):
        return Span(inner, end, "text.secret")  # `ENV DB_PASSWORD …`
    if (not strong or meaning is MAYBE) and values.ASSIGNMENT.match(value):
        return None
    if _is_chosen(name, value, strong=strong):
        return Span(inner, end, "text.secret")
    if not strong and name.lower().endswith(_PASSWORDS) and _UUID.fullmatch(value) is not None:
        return None  # `wrong password …`: of a request
    if is_short_code(name) and _CODE.fullmatch(value) is not None and values.has_digit(text, inner):
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
        if strong and name[-1] in "sS":
            end = nested.following(text, at, end, name, sure=False)
        return Span(inner, end, "text.secret")
    return None
