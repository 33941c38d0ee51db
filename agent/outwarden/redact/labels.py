"""Labelled values in a text: `password=…`, `"apiKey": "…"`, `('Authorization', '…')`, `<token>…</token>`, `--secret …`."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import (
    aligned,
    houses,
    name_lists,
    nested,
    paths,
    personal,
    persons,
    quotes,
    separators,
    surroundings,
    tables,
    tokens,
    values,
)
from outwarden.redact.expression import expression
from outwarden.redact.labelled import NAME, judged
from outwarden.redact.names import (
    ADDRESS,
    HOUSE,
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
    is_short_code,
    kind,
)
from outwarden.redact.spans import GLANCED, LOOKED, READ, Span

_IN_NAMES: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
_LONGEST_NAME: Final = 80
_YOURS: Final = expression(r"\banda ?: ?\Z", re.IGNORECASE)
"""`kata sandi Anda: …`"""
_JAVA: Final = "-D"
"""`java -Dpassword=…`"""
_SCOPED: Final = expression(r"::(?:(?:[A-Z][a-z]{2,16}){1,5}(?:::|[^\w=]|\Z)|[a-z_]{2,24}\()")
_TASK: Final = expression(r"\[[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\]")
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
_WORTH_LONG: Final = expression(
    r"(?:Some\(|String\()?[([{]{0,3}(?:b?[\\'\"`]{1,4})?(?:[^\s\0,'\"]{8}|(?:[0-9a-fA-F]{2} ){5})|\{\s?[\\'\"]{1,3}[\w$]"
)
_WORTH: Final = expression(r"[([{]{0,3}(?:b?[\\'\"`]{1,4})?(?:[+(]{0,2}[0-9]|[^\s\0,'\"]{8})")
"""What must follow a label without a strict separator, or one that may be an ordinary word, to be looked at closely."""
_LONG_WORD: Final = expression(r"[^\s\0;,'\"<>`]{72,}+")
_LOGIN: Final = expression(r":[^\s\0/@'\"]{1,512}@")
_TELLING: Final = (SECRET, NUMBER, PERSONAL, ADDRESS)
_SHORT: Final = (NUMBER, USER, ADDRESS)
_ARGUMENT: Final = expression(r"[ \t]{1,2}|, ?|\ufffd")
_OPTION: Final = expression(r"--([A-Za-z][A-Za-z0-9_.-]{1,78})")
_SETTERS: Final = ("set", "with", "use", "update", "change", "login", "authenticate")
_CALLED: Final = expression(r"[({](?=[bBrRuU]?['\"])")
"""`set_password("…")`, `token{"…"}`"""
_OPENS: Final = ("(", "{")
_LOOSELY: Final = 125
"""What it costs besides where no strict separator stands before a value, in characters of a long one."""
_ONE: Final = ("time ", "factor ")
"""The first word of a name may itself be the end of one: `one-time code`."""
_WRAPPED: Final = expression(
    r"\{\s{0,4}(?:[^{}\0]{0,200}[\s,{])?[\\'\"]{0,3}(?:(?:[A-Za-z_]{0,12}[vV]|v)alue|current|latest|previous|primary|plaintext|default|content|data|text|string|v|[SNB](?=[\\'\"])|\$(?:eq|ne|in|regex))[\\'\"]{0,3}\s?[:=]\s?(?=\[?\s?[\\]{0,3}['\"])"
)
_COLUMN: Final = expression(r" \([\w\", ]{1,200}\)=\(")
"""PostgreSQL: `Key (order_no)=(417) already exists.`: the column tells what the value is."""
_SETS: Final = expression(r"(?:ENV|ARG|SET|set|setenv|export)[ \t]{1,3}(?:-[a-zA-Z]{1,3} )?\Z")
_KEYED: Final = expression(r"\{\s{0,8}(?:[\\'\"]{1,4}[\w.-]{1,40}[\\'\"]{1,4}\s?(?::|=>|=)|[a-z]\w{1,24}: )")
"""An object: `"password": {"value": "…"}`; the names in it are no values."""


def find(text: str, at: int, judge: Judge = kind) -> Span | None:
    """Look at a label of which a part stands at `at`."""
    start = at
    if at and text[at - 1] in _IN_NAMES:
        floor = max(0, at - _LONGEST_NAME)
        start = floor + len(text[floor:at].rstrip(_IN_NAMES))
    after = NAME.match(text, at)
    name = text[start : after.end() if after is not None else at].rstrip(".-")
    if name.startswith(_JAVA):
        start += len(_JAVA)
        name = name[len(_JAVA) :]
    stop = start + len(name)
    if text[start - 3 : start] == "://" and _LOGIN.match(text, stop) is not None:
        return None  # the first half of a userinfo: what stands before its `@` goes, and no more
    if name == "PASS":
        return None  # the result of a test; FTP has a rule of its own
    meaning = judge(name)
    before = text[start - 1] if start else ""
    if (meaning is PLAIN or meaning is MAYBE or meaning is HOUSE) and before and before in " \t":
        meaning = _meaning(text, start, name, meaning, judge)
    if meaning is PLAIN and not (before and before in "?&" and is_credential_parameter(name)):
        return None
    if before and surroundings.tell_otherwise(text, start, name):
        return None
    if before and before in "'\"" and (span := _in_front(text, start, meaning)) is not None:
        return span
    behind = text[stop : stop + 1]
    if (behind == ":" and name[:1].isupper() and _SCOPED.match(text, stop) is not None) or (
        behind == "[" and "." in name and _TASK.match(text, stop) is not None
    ):
        return None  # `OmniAuth::Strategies`; of Celery: `users.tasks.rotate_keys[…]`
    if behind == "/":
        return paths.step(text, start, stop, meaning)
    if behind == " " and (
        (name.lower() == "key" and _COLUMN.match(text, stop) is not None)
        or (
            not name.startswith("-")
            and separators.PROSE.match(text, stop) is not None
            and not (name.isupper() and _SETS.search(text, max(0, start - surroundings.LONGEST_PRIOR), start))
        )
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
    in_table, nothing = (tables.column(text, start, stop, meaning), READ) if column in tables.PARTS else (None, GLANCED)
    if (
        in_table is None
        and (behind == "\n" or text[stop : stop + 2] == "  ")
        and (in_table := aligned.column(text, start, stop, meaning)) is LOOKED
    ):
        in_table = None
    if in_table is not None and in_table is not LOOKED:
        return in_table
    separator = separators.STRONG_FROM.get(behind, separators.STRONG).match(text, stop)
    strong = True
    if separator is None:
        strong = name.startswith("-")
        if meaning is PERSONAL and not strong:
            return persons.stated(text, stop) or in_table or nothing
        if meaning is HOUSE and not strong:
            return in_table or nothing
        separator = _loosely(text, stop, name, meaning, strong=strong)
        if (
            separator is None
            and behind in _OPENS
            and (name.lower().startswith(_SETTERS) or "." in name or meaning is SECRET)
        ):
            separator = _CALLED.match(text, stop)
        if separator is None:
            return in_table or nothing
        strong = (strong and "," not in separator[0]) or _is_sure(text, start, name, meaning, separator)
        if meaning is USER and (separator[0].endswith("(") or before == "/"):
            return GLANCED  # `at login (auth.js:41:5)`, `POST /Account/Login 443 401`
    if (not strong or meaning is MAYBE) and not _is_worth_it(text, separator.end(), name, meaning):
        return in_table or nothing
    if "," in separator[0] and name_lists.is_in_one(text, start, separator.end()):
        return GLANCED
    span = _behind(text, separator, meaning, name, strong=strong)
    if span is not None and behind == ":":
        stop = quotes.argument(text, start, span.stop)
        span = span if stop == span.stop else span._replace(stop=stop)
    return span


def inside(shift: int, text: str, at: int) -> Span | None:
    """Look at a label whose last word begins `shift` characters behind `at`."""
    return find(text, at + shift)


def _loosely(text: str, stop: int, name: str, meaning: Kind, *, strong: bool) -> re.Match[str] | None:
    """Find what parts a name from a value where it need not."""
    if meaning is SECRET and name[:1].isupper() and (opened := separators.OBJECT.match(text, stop)) is not None:
        return opened
    return (_ARGUMENT if strong else separators.WEAK).match(text, stop)


def _behind(text: str, separator: re.Match[str], meaning: Kind, name: str, *, strong: bool) -> Span | None:
    """Look closely at what stands behind a name and a separator."""
    place = separator.end()
    if meaning is NUMBER and personal.is_other(name, text[place : place + _WIDEST].lstrip("'\"\\([")):
        return GLANCED
    if strong and meaning is SECRET and (token := tokens.find(text, place, name)) is not None:
        return token
    if strong and meaning is NUMBER and text[place + 1 : place + 2] == "{" and text[place] in "'\"":
        place += 1  # JSON in quotes
    if strong and text[place : place + 1] == "{":
        wrapped = _WRAPPED.match(text, place)
        if wrapped is None and _KEYED.match(text, place) is not None:
            return None
        place = wrapped.end() if wrapped is not None else place
    if not strong and not _CELL.isdisjoint(separator[0]):
        strong = values.has_digit(text, place)
    span = judged(text, place, meaning, name, strong=strong)
    if span is None:
        return houses.looked(text[place : place + _WIDEST]) if meaning is HOUSE else _looked(text, place, strong=strong)
    return span


def _is_worth_it(text: str, at: int, name: str, meaning: Kind) -> bool:
    """Say whether anything that could be a value follows."""
    short = meaning in _SHORT or (meaning is SECRET and is_short_code(name))
    return (_WORTH if short else _WORTH_LONG).match(text, at) is not None


def _looked(text: str, at: int, *, strong: bool) -> Span:
    """Say that a value was looked at closely, and how long it is, where it is long."""
    word = _LONG_WORD.match(text, at)
    if word is None and strong:
        return LOOKED
    return LOOKED._replace(stop=(0 if word is None else word.end() - at) + (0 if strong else _LOOSELY))


def _meaning(text: str, start: int, name: str, meaning: Kind, judge: Judge) -> Kind:
    """Say what a name stands before behind a blank; it may be the second word of one: `Recovery codes: …`."""
    if name.lower() in SECONDS:
        prior = surroundings.last_word(text[max(0, start - surroundings.LONGEST_PRIOR) : start - 1])
        if prior and (both := judge(f"{prior} {name}")) in _TELLING:
            return both
    return meaning


def _is_sure(text: str, start: int, name: str, meaning: Kind, separator: re.Match[str]) -> bool:
    """Say whether what stands around a name without a strict separator leaves no doubt that a value follows."""
    if _YOURS.search(separator[0]) is not None:
        return True
    if name.lower() == "password" and quotes.is_statement(text, start, separator.end()):
        return True
    if meaning is not SECRET or text.startswith("--", separator.end()):
        return False  # `secret set NAME --body …`
    if text[start - 1 : start] == ":" and text[separator.start() : separator.start() + 2] == ' "':
        return True
    return name.isupper() and _SETS.search(text, max(0, start - surroundings.LONGEST_PRIOR), start) is not None


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
    return judged(text, separator.end(), meaning, pair, strong=strong) or _looked(text, separator.end(), strong=strong)


def foreign(word: str, text: str, at: int) -> Span | None:
    """Look at a secret that another language names: `contraseña: …`, `la contraseña es …`."""
    if at and word.isascii() and text[at - 1].isalnum():
        return None
    end = at + len(word)
    separator = separators.STRONG.match(text, end)
    if separator is not None:
        return _behind(text, separator, SECRET, word, strong=True)
    part = text[end : end + _WIDEST].lstrip(" ")[:1]
    in_table = tables.column(text, at, end, SECRET) if part in tables.PARTS else None
    if in_table is not None and in_table is not LOOKED:
        return in_table
    separator = (separators.WEAK if part == "|" else separators.FOREIGN).match(text, end)
    if separator is None:
        return in_table or GLANCED
    sure = part == "|" and values.has_digit(text, separator.end())
    return judged(text, separator.end(), SECRET, "password", strong=sure) or LOOKED


def foreign_number(word: str, text: str, at: int) -> Span | None:
    """Look at a personal number that another language names: `身份证号: …`."""
    separator = separators.STRONG.match(text, at + len(word))
    return _behind(text, separator, NUMBER, word, strong=True) if separator is not None else GLANCED


def _in_front(text: str, start: int, meaning: Kind) -> Span | None:
    """Look at the value that stands in front of its name."""
    floor = max(0, start - surroundings.LONGEST_PRIOR)
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
