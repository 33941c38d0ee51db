"""Secrets that only their neighbour gives away: the other half of a pair of keys, a statement and its parameters, what was refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from outwarden.redact import lookalikes, named, values
from outwarden.redact.expression import expression
from outwarden.redact.names import Kind, kind
from outwarden.redact.spans import GLANCED, LOOKED, Span

_TELLING: Final = frozenset((Kind.SECRET, Kind.NUMBER, Kind.PERSONAL))
_AWS_PAIR: Final = expression(
    r"A[KS]IA[A-Z2-7]{16}(?![A-Za-z0-9])[^\r\n\0]{1,80}?(?<![A-Za-z0-9+/=_%.-])([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=_%.-])"
)
_STATEMENT: Final = expression(r"(?:se(?:lect|t)|insert|update|delete|replace|merge|call|exec(?:ute)?|w(?:ith|here))\b")
_VERBS: Final = ("select", "insert", "update", "delete", "replace", "merge", "call", "exec", "with", "where", "set")
"""Where none of these is there is no statement; to ask so takes a fiftieth of what the expression does."""
_FURTHEST_STATEMENT: Final = 600
_READ: Final = Span(0, 1_200, "")
"""What it costs to read a statement that tells nothing."""
_COMPARED: Final = expression(
    r"[\"`\[]?\b([A-Za-z_]\w{0,63}+)[\"`\]]?\s{0,2}(?:=|<>|!=|:=|\blike\b|\bilike\b)\s{0,2}(?:\w{1,24}\()?(\?|%s|[$:@][A-Za-z]?[0-9]{1,3})",
    re.IGNORECASE,
)
_INSERTED: Final = expression(r"\(([\w\s,.\"`\[\]]{3,600})\)\s{0,4}values\s{0,4}\(([^()\0]{1,400})\)", re.IGNORECASE)
_PLACE: Final = expression(r"\?|%s|[$:@][A-Za-z]?([0-9]{1,3})")
_PARAMETERS: Final = expression(
    r"(?:parameters?|params|args|binds?|bindings)['\"]?\s?(?:[:=]|<-)\s{0,2}(?=[\[({'\"$A-Za-z0-9])",
    re.IGNORECASE,
)
_VALUE: Final = expression(
    r"[\s\[({,]{0,6}(?:\$([0-9]{1,3})\s?=\s?)?(?:[uUbBN]?'((?:[^'\0\\]|\\.|''){0,1024})'|[bB]?\"((?:[^\"\0\\]|\\.){0,1024})\"|([^\s\0,'\"()\[\]{}]{1,512}))(?:\([A-Za-z]{2,12}\))?\s{0,2}(?=[,\])}\r\n\0]|\Z| --|$)"
)
_BOUND: Final = expression(
    r"binding parameter \(?\[?([0-9]{1,3})(?::[A-Z_]{2,24}\)|\] as \[[A-Z_]{2,24}\]) (?:<-|-) \[([^\]\0\r\n]{3,400})\]"
)
_MOST: Final = 40
_REJECTED: Final = expression(r"rejected value \[([^\]\0\r\n]{3,512})\][^\r\n\0]{0,8}codes \[([\w.]{1,200})[\],]")
_CHAIN: Final = expression(r"through reference chain: (?:[\w.$]{1,160}\[\"?([\w.-]{1,80})\"?\](?:->)?){1,8}")
_QUOTED_BEFORE: Final = expression(r"(['\"`])([^'\"`\0\r\n]{3,512})\1[^'\"`\0\r\n]{0,40}\Z")
_FURTHEST: Final = 600
_CAST: Final = expression(
    r"['\"`] (?:as(?: an?)?|(?i:to)(?= [A-Za-z0-9]{1,30}[-_.])|in (?:the )?(?:header|field|parameter|option|property|setting|variable)|into (?:Go struct )?field|(?:\(type [a-z]{3,10}\) )?at path) ['\"`]?([A-Za-z_][\w.-]{2,80})"
)
_SHORT_OF: Final = expression(
    r"Failed validating [^\r\n\0]{1,60} in schema(?:\[[^\]\0]{1,80}\])*?\['([\w.-]{1,80})'\]:?\s{0,2}(?=[\r\n{\0]|\Z)"
)
_REFUSED_FIRST: Final = expression(r"(['\"])([^'\"\0\r\n]{3,512})\1 (?:is|does|was|has) [^\0\r\n]{1,120}\s{1,4}\Z")
_WHERE: Final = expression(r"where '([^'\0\r\n]{6,512})' = [^\0\r\n]{1,160}?\.(\w{2,64})(?=\s|\(|\Z|\0)")
_SETTING: Final = expression(
    r"value\s?=\s?'([^'\0]{3,1024})'[^\0;]{0,120}?\bwhere\s(?:\w{1,32}\.)?(?:name|key|param|option_name|setting)\s?=\s?'([\w.-]{2,80})'",
    re.IGNORECASE,
)
_ENCODE: Final = expression(r"UnicodeEncodeError\(\\?['\"][\w-]{2,16}\\?['\"], ?\\?['\"]([^\s'\"\0]{8,4096})")
_ACTUAL: Final = expression(r"actual value was ['\"]?([^\s\0'\"]{6,1024}?)(?=\.?(?:['\"\s\0]|\Z))", re.IGNORECASE)
_PARAMETER: Final = expression(r"\(Parameter '([\w.]{2,64})'\)\s{1,4}\Z")
_OF_PARAMETER: Final = expression(r"\(Parameter '([\w.]{2,64})'\)")
_SECOND: Final = expression(r"\"params\": ?\[\"[^\"\0]{1,64}\", ?\"([^\"\0]{3,256})\"")
_LOGIN: Final = expression(r"\"method\": ?\"[\w./]{0,40}(?:[lL]ogin|[aA]uth|[aA]uthenticate|[sS]ignIn)\"")
_BEFORE_DSN: Final = " \t\r\n\0'\"=,(/@"
_FURTHEST_DSN: Final = 320
_FURTHEST_CLOSE: Final = 48
_BLANKS: Final = " \t\r\n\0'\"=,("
_ORACLE: Final = expression(r"\A[^\s/@:]{1,64}/([^\s/@]{3,64})@(?://)?[\w.-]{1,128}\Z")
_MAPPED: Final = expression(r"\]:(?:25|465|587|2525)[ \t]{1,8}[^\s:\0]{1,128}:([^\s\0]{3,256})")
_KEY_LOG: Final = expression(r"[0-9a-f]{64} ([0-9a-f]{64,96})(?![0-9a-f])", re.IGNORECASE)
_LITERAL: Final = expression(r"--from-literal[ =]['\"]?[\w.-]{1,80}=['\"]?([^\s\0'\"]{3,1024})")
_USERS: Final = expression(r"\"[a-z_][a-z0-9_.@-]{0,63}\" \"([^\"\s\0]{6,256})\"[ \t]{0,4}(?=[\r\n\0]|\Z)")
_VERSION: Final = expression(r"[\d.,:/%+-]+|v?\d[\w.+-]*|[A-Z]{1,8}/[\d.]+")
_RAW_KEY: Final = expression(
    r"KeySpec(?:@[0-9a-f]{1,8})?\[[^\]\0]{0,80}?(?:raw|key|encoded|bytes)=([^\s\0,\]]{8,1024})"
)
_STATE: Final = expression(r"state=([A-Za-z0-9_.~%-]{16,1024})(?![A-Za-z0-9_.~%-])")
_BEFORE_STATE: Final = frozenset("?&;\0\"' #")
_FIX: Final = expression(r"(?:\x01|\^A|\|)(?:554|925)=([^\x01|^\0\r\n]{3,256})")
_FURTHEST_FIX: Final = 1_000
_RADIUS: Final = expression(r"\[[^\]\[/\0\r\n]{1,64}/([^\]\[\0\r\n<]{3,256})\Z")
_OAUTH: Final = expression(r"(?:[?&]|\\u0026)(?:code|client_id|response_type|redirect_uri|scope|session_state|nonce)=")
_FURTHEST_OAUTH: Final = 400
_NEW_VALUE: Final = expression(r"new value: ['\"]?([^\s\0'\"]{6,256})", re.IGNORECASE)
_FURTHEST_RESET: Final = 120


def fix(text: str, at: int) -> Span | None:
    """FIX: the fields of a password and of a new one in a message that logs on."""
    found = _FIX.match(text, at)
    if found is None or "8=FIX" not in text[max(0, at - _FURTHEST_FIX) : at]:
        return None
    return Span(*found.span(1), "text.secret")


def radius(text: str, at: int) -> Span | None:
    """FreeRADIUS: `Login incorrect …: [name/password] (from client …`."""
    found = _RADIUS.search(text, max(0, at - _FURTHEST_DSN), at)
    if found is None or not values.is_something(found[1]):
        return None
    return Span(*found.span(1), "text.secret")


def aws_pair(text: str, at: int) -> Span | None:
    """The secret key behind its access key id, in one line."""
    found = _AWS_PAIR.match(text, at)
    if found is None or values.DIGITS.isdisjoint(found[1]) or not values.has_both_cases(found[1]):
        return None
    span = Span(*found.span(1), "aws.secret")
    return span._replace(others=(span,))


def parameters(text: str, at: int) -> Span | None:
    """SQL: the values of a statement that stand behind it, or before it, as `UPDATE t SET token = ?` and `[parameters: ('…',)]`."""
    opened = _PARAMETERS.match(text, at)
    if opened is None:
        return None
    floor = max(0, at - _FURTHEST_STATEMENT, text.rfind("\0", 0, at) + 1)
    before = text[floor:at]
    if not _is_statement(before):
        limit = opened.end() + _FURTHEST_STATEMENT
        joint = text.find("\0", opened.end(), limit)
        before = text[opened.end() : joint if joint >= 0 else limit]
        if not _is_statement(before):
            return LOOKED
    meanings = columns(before)
    if _TELLING.isdisjoint(meanings.values()) and Kind.MAYBE not in meanings.values():
        return _READ
    found: list[Span] = []
    for number, (start, stop) in listed(text, opened.end()):
        meaning = named.settled(meanings.get(number, Kind.PLAIN), text[start:stop])
        if meaning in _TELLING and values.is_something(text[start:stop]):
            rule = "text.secret" if meaning is Kind.SECRET else "text.personal"
            found.append(Span(start, stop, rule, meaning is Kind.SECRET))
    return found[0]._replace(others=tuple(found)) if found else LOOKED


def _is_statement(text: str) -> bool:
    low = text.lower()
    return any(map(low.__contains__, _VERBS)) and _STATEMENT.search(low) is not None


def listed(text: str, at: int = 0) -> Iterator[tuple[int, tuple[int, int]]]:
    """Give the numbers of the values of a list such as `('…', 7)` or `$1 = '…'`, and where each begins and ends."""
    for number in range(1, _MOST):
        value = _VALUE.match(text, at)
        if value is None:
            break
        group = next(one for one in (2, 3, 4) if value[one] is not None)
        yield int(value[1]) if value[1] else number, value.span(group)
        at = value.end()


def columns(statement: str) -> dict[int, Kind]:
    """Say what each numbered place of a statement holds, by the name of its column."""
    meanings: dict[int, Kind] = {}
    places = [(found.start(), int(found[1]) if found[1] else 0) for found in _PLACE.finditer(statement)][:_MOST]
    order = {start: number or at for at, (start, number) in enumerate(places, 1)}
    for compared in _COMPARED.finditer(statement):
        if (number := order.get(compared.start(2))) is not None:
            meanings[number] = kind(compared[1])
    for inserted in _INSERTED.finditer(statement):
        names = [name.strip(' \t\r\n"`[]') for name in inserted[1].split(",")]
        shown = inserted[2].split(",")
        start = inserted.start(2)
        for name, piece in zip(names, shown, strict=False):
            at = start + len(piece) - len(piece.lstrip())
            if (number := order.get(at)) is not None:
                meanings[number] = kind(name)
            start += len(piece) + 1
    return meanings


def rejected(text: str, at: int) -> Span | None:
    """Spring: `rejected value […]; codes [typeMismatch.login.password]`."""
    found = _REJECTED.match(text, at)
    return _named(found[2].rpartition(".")[2], text, found.span(1)) if found is not None else GLANCED


def chained(text: str, at: int) -> Span | None:
    """Jackson: `… from String "…": through reference chain: Login["password"]`."""
    found = _CHAIN.match(text, at)
    before = _QUOTED_BEFORE.search(text, max(0, at - _FURTHEST), at) if found is not None else None
    return _named(found[1], text, before.span(2)) if found is not None and before is not None else LOOKED


def cast(text: str, at: int) -> Span | None:
    """`could not parse "…" as ACCESS_TOKEN`, `MOVE '…' TO WS-PASSWORD`, `unknown value '…' in header Authorization`: `at` is where the quote closes."""
    found = _CAST.match(text, at)
    if found is None or kind(found[1]) not in (*_TELLING, Kind.MAYBE):
        return None
    begin = text.rfind(text[at], max(0, at - _FURTHEST), at)
    return _named(found[1], text, (begin + 1, at)) if begin >= 0 and "\n" not in text[begin:at] else None


def invalid(text: str, at: int) -> Span | None:
    """jsonschema: `'…' is too short … Failed validating 'minLength' in schema['properties']['api_key']`."""
    found = _SHORT_OF.match(text, at)
    before = _REFUSED_FIRST.search(text, max(0, at - _FURTHEST // 2), at) if found is not None else None
    return _named(found[1], text, before.span(2)) if found is not None and before is not None else LOOKED


def actual(text: str, at: int) -> Span | None:
    """.NET: `… (Parameter 'apiKey') Actual value was …`."""
    found = _ACTUAL.match(text, at)
    before = _PARAMETER.search(text, max(0, at - _FURTHEST_DSN), at) if found is not None else None
    return _named(before[1], text, found.span(1)) if found is not None and before is not None else None


def refused_parameter(text: str, at: int) -> Span | None:
    """.NET: `Value '…' is not valid. (Parameter 'apiKey')`."""
    found = _OF_PARAMETER.match(text, at)
    close = text.rfind("'", max(0, at - _FURTHEST_CLOSE), at) if found is not None else -1
    begin = text.rfind("'", max(0, close - _FURTHEST_DSN), close) + 1 if close > 0 else 0
    if found is None or not begin or "\n" in text[begin:at] or "\0" in text[begin:at]:
        return LOOKED
    return _named(found[1], text, (begin, close))


def bound(text: str, at: int) -> Span | None:
    """Hibernate: `… set token=? …`, and below it `binding parameter (1:VARCHAR) <- […]`, a line for each."""
    found = _BOUND.match(text, at)
    if found is None:
        return LOOKED
    floor = max(0, at - _FURTHEST_STATEMENT, text.rfind("\0", 0, at) + 1)
    before = text[floor:at].partition("binding parameter ")[0]  # the statement stands before the first of them
    meaning = columns(before).get(int(found[1]), Kind.PLAIN) if _is_statement(before) else Kind.PLAIN
    if meaning not in _TELLING or not values.is_something(found[2]):
        return _READ
    return Span(*found.span(2), "text.secret" if meaning is Kind.SECRET else "text.personal", meaning is Kind.SECRET)


def called(text: str, at: int) -> Span | None:
    """JSON-RPC: `"method": "login", "params": ["app", "…"]`."""
    found = _SECOND.match(text, at)
    if found is None or _LOGIN.search(text, max(0, at - _FURTHEST_RESET), at) is None:
        return None
    return Span(*found.span(1), "text.secret")


def asserted(text: str, at: int) -> Span | None:
    """pytest: `+  where '…' = <Client>.api_key`; the line above shows the same."""
    found = _WHERE.match(text, at)
    return _named(found[2], text, found.span(1)) if found is not None else LOOKED


def setting(text: str, at: int) -> Span | None:
    """SQL: `SET value = '…' WHERE name = 'api_key'`."""
    found = _SETTING.match(text, at)
    return _named(found[2], text, found.span(1)) if found is not None else LOOKED


def _named(name: str, text: str, place: tuple[int, int]) -> Span | None:
    """Give a value, if its name is that of a secret."""
    value = text[slice(*place)]
    meaning = named.settled(kind(name), value)
    if meaning not in _TELLING or not values.is_something(value):
        return LOOKED
    return Span(*place, "text.secret" if meaning is Kind.SECRET else "text.personal", meaning is Kind.SECRET)


def unencodable(text: str, at: int) -> Span | None:
    """Python: what could not be written in the encoding of a header."""
    found = _ENCODE.match(text, at)
    return Span(*found.span(1), "text.header") if found is not None and values.looks_secret(found[1]) else None


def go_dsn(text: str, at: int) -> Span | None:
    """Go: `user:password@tcp(host:3306)/db`."""
    piece = text[max(0, at - _FURTHEST_DSN) : at]
    begin = max(map(piece.rfind, _BEFORE_DSN)) + 1
    user, colon, password = piece[begin:].partition(":")
    if not (user and colon) or not values.is_something(password):
        return LOOKED
    return Span(at - len(password), at, "text.userinfo")


def oracle_login(text: str, at: int) -> Span | None:
    """Oracle: `user/password@host:1521`."""
    piece = text[max(0, at - _FURTHEST_DSN) : at]
    found = _ORACLE.search(piece[max(map(piece.rfind, _BLANKS)) + 1 :])
    if found is None or not values.is_something(found[1]):
        return LOOKED
    stop = at - len(found[0]) + found.end(1) - found.start()
    return Span(stop - len(found[1]), stop, "text.userinfo")


def mapped(text: str, at: int) -> Span | None:
    """Postfix: `[host]:587 user:password`."""
    found = _MAPPED.match(text, at)
    return Span(*found.span(1), "text.secret") if found is not None else None


def key_log(label: str, text: str, at: int) -> Span | None:
    """TLS: a line of a file of session keys."""
    found = _KEY_LOG.match(text, at + len(label))
    return Span(*found.span(1), "text.secret") if found is not None else None


def from_literal(text: str, at: int) -> Span | None:
    """`kubectl create secret … --from-literal=x=…`: whatever it is called."""
    found = _LITERAL.match(text, at)
    if found is None or lookalikes.is_reference(found[1]):
        return LOOKED
    begin = max(0, at - _FURTHEST, text.rfind("\n", 0, at), text.rfind("\0", 0, at))
    return Span(*found.span(1), "text.argument") if " secret " in text[begin:at] else LOOKED


def user_list(text: str, at: int) -> Span | None:
    """PgBouncer: a line `"user" "password"`; `at` is in its middle."""
    begin = max(text.rfind("\n", max(0, at - 80), at), text.rfind("\0", max(0, at - 80), at)) + 1
    found = _USERS.match(text, begin) if begin or at < 80 else None
    if found is None or values.DIGITS.isdisjoint(found[1]) or _VERSION.fullmatch(found[1]) is not None:
        return None
    return Span(*found.span(1), "text.secret")


def raw_key(text: str, at: int) -> Span | None:
    """Java: `SecretKeySpec[raw=…]`."""
    found = _RAW_KEY.match(text, at)
    return Span(*found.span(1), "text.secret") if found is not None and values.is_something(found[1]) else LOOKED


def new_value(text: str, at: int) -> Span | None:
    """Elasticsearch: `Password for the [elastic] user successfully reset. New value: …`."""
    found = _NEW_VALUE.match(text, at)
    begin = max(0, at - _FURTHEST_RESET)
    return Span(*found.span(1), "text.secret") if found is not None and "assword" in text[begin:at] else None


def state(text: str, at: int) -> Span | None:
    """OAuth: the value that a browser must bring back, among the other parameters."""
    found = _STATE.match(text, at)
    if at and text[at - 1] not in _BEFORE_STATE:
        return None
    if found is None or not values.looks_secret(found[1]):
        return None
    if _OAUTH.search(text, found.end(), found.end() + _FURTHEST_OAUTH) is None and (
        _OAUTH.search(text, max(0, at - _FURTHEST_OAUTH), at) is None
    ):
        return None
    return Span(*found.span(1), "text.secret")
