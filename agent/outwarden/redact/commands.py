"""Passwords on command lines, behind options that say nothing by themselves, and in commands of protocols: `mysql -p…`, `AUTH PLAIN …`."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import values
from outwarden.redact.expression import expression
from outwarden.redact.names import Kind, kind
from outwarden.redact.programs import OPTIONS, OTHERS, SECONDS
from outwarden.redact.spans import LOOKED, Span

_BEFORE_HOST: Final = ("sqlplus", "sqlldr", "expdp", "impdp", "exp ", "imp ", "impacket-")
"""Of these `@` and a host follow the password."""
_SHORT: Final = expression(
    r"-([A-Za-z])(?: {1,2}['\"]?|['\"], ?['\"])(?!--)([A-Za-z0-9_!@#%^*+.,~=/-]{8,256})(?=['\"]?(?:[\s,\]]|\Z|\\|\0))"
)
_NAMED: Final = expression(r"[A-Za-z_]\w{1,40}=[^=/]")
_BEFORE_OPTION: Final = frozenset(" \t\r\n\0'\"[,")
_OFTEN: Final = frozenset("pPw")
"""Behind these stands a password where a user is named before."""
_USER: Final = expression(
    r"(?<![^\s\0'\"\[,])(?<!sudo )(?:-u|-U|-l|--user|--username|--login)(?:[ =]|['\"], ?['\"])['\"]?[A-Za-z_][\w.@\\-]{0,63}['\"]?(?=[\s,])"
)
_FURTHEST_USER: Final = 200
_WITH_LETTERS: Final = expression(r"[A-Za-z]{2}")
_SUBSTITUTED: Final = expression(r"<\((?:echo|printf) (?:-n |['\"]?%s['\"]? )?['\"]?([^\s\0'\"$)]{3,512})")
_FILE_OPTION: Final = expression(r"(?i:pass|key|secret|token|cred)[\w-]{0,20}[ =]['\"]?\Z")
_FURTHEST_FILE: Final = 40
_SENT: Final = expression(r"send (?:-- )?\\?\"([^\s\0\"$\\]{3,256})\\{1,3}[rn]")
_FURTHEST_ASKED: Final = 160
_FED: Final = expression(
    r"(?:sudo -S|passwd|secrets? \w{2,8}|zipcloak|login|kinit|--with-token|--(?:password-)?stdin|luks\w{2,8})[^|;&\r\n\0]{0,80}\Z"
)
_LONG_ONLY: Final = frozenset("tknTKN")
"""Behind these stand more often other things: only what is long is taken for a password."""
_LONG: Final = 20
_HERE: Final = expression(r"<<< ?['\"]?([^\s\0'\"$]{8,512})")
_MASK: Final = expression(r"add-mask::([^\s\0]{3,1024})", re.IGNORECASE)
_PASS: Final = expression(r"PASS ([^\s\0'\"\\]{3,256})(?=[ \t]*(?:[0-9]{3}(?![0-9])|S: |\\r|\\n|['\"]|\r|\n|\Z|\0))")
_FTP: Final = expression(
    r"\bUSER \S|\b331 |\b530 |\b(?:FTP|ftp|POP3|pop3)\b|\+OK|(?:-->|>>>|>|<|C:|\*cmd\*|\*put\*)[ '\"]{0,3}\Z"
)
_FURTHEST_FTP: Final = 240
_MAIL: Final = expression(
    r"(?:AUTH (?:PLAIN|LOGIN)|334 (?:VXNlcm5hbWU6|UGFzc3dvcmQ6|[A-Za-z0-9+/=]{0,16}))(?:[ \t]{1,2}|[\s\\rn]{1,6}(?:C: ?|>{1,3} ?|send: ?)?['\"]?)([A-Za-z0-9+/=]{8,4096})(?![A-Za-z0-9:])"
)
_OPTION: Final = expression(r"--(?:value|body|secret-string|secret-value)[ =]['\"]?(?=[^\s\0'\"$<-])")
_OPTION_VALUE: Final = expression(r"[^\s\0'\"]{3,4096}")
_OPTION_NAME: Final = expression(r"--?(?:name|key|secret-id|n)[ =]['\"]?([\w./-]{2,160})")
_SECRET_SET: Final = expression(r"\bsecrets? (?:set|create|put|add|update)\b|\bsecretsmanager\b")
_FURTHEST_OPTION: Final = 240
_COOKIES: Final = expression(r"(?:-b|--cookie)[ =]['\"]([^\s\0'\"=]{1,128}=[^\0\r\n'\"]{6,4096})")
_FURTHEST_CURL: Final = 1_200
_AUTH: Final = expression(
    r"auth(?:\r\n|\\r\\n)(?:\$[0-9]{1,3}(?:\r\n|\\r\\n)[^\s\0\\]{1,64}(?:\r\n|\\r\\n)(?=\$))?"
    r"\$[0-9]{1,4}(?:\r\n|\\r\\n)([^\s\0\\]{3,1024})",
    re.IGNORECASE,
)


def option(program: str, text: str, at: int) -> Span | None:
    """Look for the password among the arguments of a program that stands at `at`."""
    if at and text[at - 1].isalnum():
        return None
    found = _argument(OPTIONS[program].match(text, at))
    more = SECONDS.get(program) if found is not LOOKED and found is not None else None
    if found is None or more is None:
        return found
    second = _argument(more.match(text, found.stop))
    return found if second is LOOKED or second is None else found._replace(others=(found, second))


def password(literal: str, text: str, at: int) -> Span | None:
    """Look for the password of a statement, a function or a command whose literal stands at `at`."""
    return _argument(OTHERS[literal].match(text, at))


def _argument(found: re.Match[str] | None) -> Span | None:
    if found is None or found[1].startswith(("-", "$", "<", "{", "[")):
        return LOOKED
    end = found[1].find("@") if found[0].startswith(_BEFORE_HOST) else -1
    return Span(found.start(1), found.start(1) + end if end > 0 else found.end(1), "text.argument")


def short(text: str, at: int) -> Span | None:
    """`-p …` of any program, where what follows can hardly be anything but a password or a key."""
    if at and text[at - 1] not in _BEFORE_OPTION:
        return None
    found = _SHORT.match(text, at)
    if found is None:
        return None
    letter, value = found[1], found[2]
    if letter in "eE" and _NAMED.match(value) is not None:
        return None  # `-e NAME=value`: the name tells
    if not _is_random(value) or (letter in _LONG_ONLY and len(value) < _LONG):
        if letter not in _OFTEN or values.DIGITS.isdisjoint(value) or not _WITH_LETTERS.search(value):
            return None
        before = text[max(0, at - _FURTHEST_USER) : at]
        if "/" in value or _USER.search(before[max(before.rfind("\n"), before.rfind("\0")) + 1 :]) is None:
            return None
    return Span(found.start(2), found.end(2), "text.argument")


def _is_random(value: str) -> bool:
    """Say whether letters of both cases and digits are mixed as in no name, path or tag."""
    if "/" in value or "." in value:
        return len(value) > _LONG and values.looks_secret(value) and "/" not in value[:4]
    return (values.has_both_cases(value) and any(map(str.isdigit, value))) or (
        len(value) > _LONG and values.looks_secret(value)
    )


def substituted(text: str, at: int) -> Span | None:
    """A file that is none: `--password-file=<(echo …)`."""
    found = _SUBSTITUTED.match(text, at)
    if found is None or _FILE_OPTION.search(text, max(0, at - _FURTHEST_FILE), at) is None:
        return None
    return Span(found.start(1), found.end(1), "text.argument")


def sent(text: str, at: int) -> Span | None:
    """Expect: what is sent where a password was asked for."""
    found = _SENT.match(text, at)
    if found is None or "assword" not in text[max(0, at - _FURTHEST_ASKED) : found.end() + _FURTHEST_FILE]:
        return None
    return Span(found.start(1), found.end(1), "text.argument")


def here(text: str, at: int) -> Span | None:
    """A here-string that feeds a command: `--with-token <<< …`."""
    found = _HERE.match(text, at)
    if found is None:
        return None
    if not values.looks_secret(found[1]) and _FED.search(text, max(0, at - _FURTHEST_ASKED), at) is None:
        return None
    return Span(found.start(1), found.end(1), "text.argument")


def mask(text: str, at: int) -> Span | None:
    """CI: `::add-mask::…` says itself that the rest is secret."""
    found = _MASK.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def ftp(text: str, at: int) -> Span | None:
    """FTP and POP3: the line `PASS …`, where something near says that it is one."""
    if at and text[at - 1].isalnum():
        return None
    found = _PASS.match(text, at)
    if found is None or _FTP.search(text, max(0, at - _FURTHEST_FTP), at) is None:
        return None
    return Span(found.start(1), found.end(1), "text.secret")


def mail_login(text: str, at: int) -> Span | None:
    """SMTP and IMAP: what follows `AUTH PLAIN`, or the question for a name or a password, is in base64."""
    found = _MAIL.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


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


def cookies(text: str, at: int) -> Span | None:
    """curl: `-b 'name=…; other=…'`."""
    found = _COOKIES.match(text, at)
    if found is None or "curl" not in text[max(0, at - _FURTHEST_CURL) : at]:
        return None
    return Span(*found.span(1), "text.argument")


def redis(text: str, at: int) -> Span | None:
    """Redis: `AUTH` as it goes over the wire, each word with its length before it."""
    found = _AUTH.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None
