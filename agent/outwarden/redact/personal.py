"""What identifies a person: card, account, identity, tax and phone numbers, e-mail and IP addresses.

Labelled numbers are believed by their label; without a label only what proves itself by a checksum or a strict shape.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from typing import Final

from outwarden.redact import checksums, values
from outwarden.redact.expression import expression
from outwarden.redact.spans import Span

_NUMBER: Final = expression(r"\+?\(?[0-9](?:[0-9]|[ ().\-/]{1,2}(?=[0-9(])){5,36}")
_ACCOUNT: Final = expression(
    r"[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}|[A-Z]{1,4}[0-9]{6,10}[A-Z]?\b|[A-Z]{2}(?: ?[0-9]{2}){3} ?[A-D]\b"
)
_PHONE: Final = expression(r"\+[1-9](?:[0-9]|[ ().\-]{1,2}(?=[0-9(])){8,22}")
_CALLED: Final = expression(
    r" ?(?:to|ke|from|dari|di):? (08[1-9][0-9]{7,10}(?![0-9A-Za-z])|00[1-9][0-9]{0,2}[ (.-](?:[0-9]|[ ().-](?=[0-9(])){6,16}(?![0-9A-Za-z]))"
)
_LINK: Final = expression(r"wa\.me/\+?([0-9]{9,15})(?![0-9A-Za-z])", re.IGNORECASE)
_IPV4: Final = expression(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9])(?!\.[0-9])")
_IPV6: Final = expression(
    rf"(?:[0-9a-fA-F]{{1,4}}:|:){{2,7}}(?:{_IPV4.pattern}|:|[0-9a-fA-F]{{1,4}}(?![0-9a-fA-F]))(?:%[\w.]{{1,16}})?"
)
_GLOBAL: Final = expression(
    r"(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?![:0-9A-Za-z])"
    r"|(?=[0-9a-fA-F:]{6,38}(?![:0-9A-Za-z]))(?:[0-9a-fA-F]{1,4}:){2,6}(?::[0-9a-fA-F]{1,4}){1,5}"
)
"""An address that is whole, or shortened once."""
_MAPPED: Final = expression(rf"::ffff:{_IPV4.pattern}", re.IGNORECASE)
_FORWARDED: Final = expression(rf"(?:for|by)=[\\\"'\[]{{0,4}}({_IPV6.pattern}|{_IPV4.pattern})", re.IGNORECASE)
_ADDRESS: Final = expression(
    rf"\[?(?:{_IPV6.pattern}|{_IPV4.pattern})\]?(?:,\s?(?:{_IPV6.pattern}|{_IPV4.pattern})){{0,9}}"
)
_CLIENT: Final = rf"({_IPV4.pattern}|{_IPV6.pattern})"
_LOGGED: Final = expression(rf"(?<![\w.:]){_CLIENT}(?::[0-9]{{1,5}})?(?: - [^\s\0]{{1,64}})? \[[0-9]{{2}}\Z")
_FURTHEST_LOGGED: Final = 128
_TABULATED: Final = expression(rf"\t{_CLIENT}\Z")
_BALANCED: Final = expression(rf" app/[\w-]{{1,64}}/[0-9a-f]{{16}} {_CLIENT}:[0-9]{{1,5}} ")
_STARTED: Final = expression(rf"\" for {_CLIENT} at [0-9]{{4}}-")
_SPOKEN: Final = expression(r"[A-Za-z]{4,6}[ :='\"(\[\\]{1,12}(?=[0-9a-fA-F]{0,4}[.:])")
_LOCAL: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-")
_DOMAIN: Final = expression(r"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])")
_AMOUNT_WORDS = """
    mcap marketcap capitalization revenue profit income assets liabilities equity earnings dividend dividends nav aum sales ebitda balance loss float
    share shares volume turnover cap outstanding total amount price idr rp usd count rows bytes ns ms nib size offset seq epoch timestamp
"""
_AMOUNTS: Final = frozenset(_AMOUNT_WORDS.split())
_NO_CARDS: Final = _AMOUNTS | {
    "trace",
    "span",
    "trade",
    "order",
    "trx",
    "txn",
    "invoice",
    "job",
    "build",
    "sequence",
    "snowflake",
    "tweet",
    "request",
}
_NAME_WORDS: Final = expression(r"[A-Z]?[a-z]{1,32}|[A-Z]{1,32}")
_LONGEST_NAME: Final = 64
_LAST_WORD: Final = expression(r"[\"'\s:=.]{0,4}([a-z]{2,16})(?![a-z])")
_FURTHEST: Final = 24
_TRACED: Final = expression(r"(?:trace|span|parent)[_.-]?id[\\'\": =]{1,6}\Z", re.IGNORECASE)
"""Numbers of traces have nineteen digits, and one in forty of them could be a card's."""
_TRACE: Final = expression(r"(?<![0-9a-z])[0-9a-f]{32}/\Z")
_FURTHEST_TRACE: Final = 40
_SPAN: Final = 17
"""`X-Cloud-Trace-Context: 105445aa…/6253195851509588661`"""
_STEPS: Final = ("", "/", "?", "#", " ", '"', "'")
"""What stands behind a step of a path."""
_BASE64: Final = expression(r"[A-Za-z0-9+/_-]{8,64}={0,2}")
_DIGITS: Final = [b"%d" % digit for digit in range(10)]
_FINS: Final = ("fin",)
_RRNS: Final = ("rrn",)
_RRN: Final = expression(r"[0-9]{6}-?[1-8][0-9]{6}(?![0-9A-Za-z])")
"""A number of Korea's residents; at banks it is the reference of a payment."""
_SURE_FINS: Final = ("uinfin", "nric_fin", "nricfin")
_UTRS: Final = ("utr",)
_UTR: Final = expression(r"[0-9]{5}[ -]?[0-9]{5}[Kk]?(?![0-9A-Za-z])")
"""What a taxpayer in Britain is known by; in India it is the reference of a payment, which is longer."""
_FIN: Final = expression(r"[STFGMstfgm][0-9]{7}[A-Za-z](?![0-9A-Za-z])")
"""An identity number of Singapore."""
_LEAST_HIDDEN: Final = 6
_LEAST_JOINTS: Final = 3
_LEAST_DIGITS: Final = 7
_LONGEST_LOCAL: Final = 64
_BEHIND_HOST: Final = (":", "/")
_USER: Final = expression(r"(?:\A|[\s\0'\"=])[\w.$#-]{1,64}/\Z")
_FURTHEST_USER: Final = 66
_PORT: Final = expression(r":[0-9]{2,5}(?:[/?\s'\"]|\Z)")
_LOGIN: Final = expression(
    r"\b(?:ssh|scp|sftp|rsync)(?:[ \t]{1,2}(?=[^\s\0]{0,40}[-0-9./~])[\w./~=-]{1,64}+){0,6}[ \t]{1,2}\Z"
)
_FURTHEST_LOGIN: Final = 96
_SCALED: Final = expression(r"@[1-9](?:\.[0-9])?x\.(?:[0-9a-f]{4,20}\.)?(?:png|jpe?g|gif|svg|webp|avif)\b")
_UNIT: Final = expression(r"@[\w:.-]{1,64}\.(?:service|socket|timer|target|mount|scope|slice)\b")
"""`worker@1.service`, of systemd."""
_MESSAGE: Final = expression(r"(?=[0-9a-f.]{0,40}[0-9])(?=[0-9.]{0,40}[a-f])[0-9a-f.]{12,64}")
"""The id of a message: `<6059b26788ecd3a1@mail.example.com>`."""
_CIPHER: Final = expression(r"[a-z0-9]{2,12}(?:-[a-z0-9]{1,10}){1,5}@(?:openssh\.com|libssh\.org)\b")
"""`logo@2x.png`: a picture of twice the size; `hmac-sha2-256-etm@openssh.com`: an algorithm."""
_QUOTES: Final = ("'", '"')
_NEXT_NAME: Final = expression(r"[A-Za-z_:.-]{1,48}=")
_LONG_HEX: Final = 16
_LONGEST_HEX: Final = 3_200


def number(text: str, at: int) -> Span | None:
    """A labelled number: whatever has enough digits."""
    found = _NUMBER.match(text, at)
    if found is None or sum(map(str.isdigit, found[0])) < _LEAST_DIGITS:
        found = _ACCOUNT.match(text, at)
    if found is None:
        return _encoded(text, at, "text.number")
    longer = _encoded(text, at, "text.number") if text[found.end() : found.end() + 1].isalpha() else None
    return longer or Span(at, found.end(), "text.number", spreads=False)


def is_other(name: str, value: str) -> bool:
    """Say whether a value is none of the numbers of which its name may be that: `fin` is the end of things as well."""
    if name.lower().endswith(_RRNS):
        return _RRN.match(value.lstrip("'\"")) is None
    if name.lower().endswith(_UTRS):
        return _UTR.match(value.lstrip("'\"")) is None
    return (
        name.lower().endswith(_FINS)
        and not name.lower().endswith(_SURE_FINS)
        and _FIN.match(value.lstrip("'\"")) is None
    )


def _encoded(text: str, at: int, rule: str) -> Span | None:
    """What stands behind such a label and looks like a key is the number in some encoding."""
    end = values.bare(text, at)
    said = text[at:end]
    if text[end : end + 1] in _QUOTES and _NEXT_NAME.fullmatch(said) is not None and not hides_digits(said):
        return None  # `<Login ns:id="…"/>`: the next name
    if values.ASSIGNMENT.match(said):
        return None  # `"fk_user" SQLSTATE=23503`
    spaced = len(said) > _LONG_HEX and values.is_spaced_hex(said)
    if spaced or values.looks_secret(said) or hides_digits(said):
        return Span(at, end, rule, spreads=False)
    return None


def hides_digits(value: str) -> bool:
    """Say whether a value is a number in base64, which may have no digit itself: `ODUwNzMwMDMzMjg=`."""
    if _BASE64.fullmatch(value) is None:
        return False
    digits = value.rstrip("=").replace("-", "+").replace("_", "/")
    if len(digits) % 4 == 1:
        return False
    said = a2b_base64(digits + "=" * (-len(digits) % 4))
    return said.isascii() and sum(map(said.count, _DIGITS)) >= _LEAST_HIDDEN


def address(text: str, at: int) -> Span | None:
    """A labelled IP address, or several with commas between."""
    found = _ADDRESS.match(text, at)
    if found is None:
        return _encoded(text, at, "text.ip")
    end = found.end()
    if text[end : end + 1] == ":" and values.begins_in_hex(text, at):
        near = text[at : at + _LONGEST_HEX]
        whole = values.bare(near, 0)
        if values.is_spaced_hex(near[:whole]):
            end = at + whole  # in hex with colons it begins like one of IPv6
    return Span(at, end, "text.ip", spreads=False)


def plain_address(text: str, at: int) -> Span | None:
    """An IP address behind a word that may as well stand before something else."""
    found = _ADDRESS.match(text, at)
    if found is None or found[0].count(".") + found[0].count(":") < _LEAST_JOINTS:
        return None
    return Span(at, found.end(), "text.ip", spreads=False)


def global_address(text: str, at: int) -> Span | None:
    """An IPv6 address that stands alone: nothing else has its shape."""
    if at and (text[at - 1].isalnum() or text[at - 1] == ":"):
        return None
    found = (_MAPPED if text[at] == ":" else _GLOBAL).match(text, at)
    return Span(at, found.end(), "text.ip", spreads=False) if found is not None else None


def spoken_address(text: str, at: int) -> Span | None:
    """`client '203.0.113.9'`, `from 203.0.113.9`: an address behind a word that says whose it is."""
    if at and text[at - 1].isalnum():
        return None
    found = _SPOKEN.match(text, at)
    return plain_address(text, found.end()) if found is not None else None


def logged(text: str, at: int) -> Span | None:
    """The log of a web server or a proxy begins with the client: `203.0.113.9 - - [01/Jan/2026:…`; `at` is behind the day."""
    return _one(_LOGGED.search(text, max(0, at - _FURTHEST_LOGGED), at))


def tabulated(text: str, at: int) -> Span | None:
    """The log of CloudFront, with tabs between: the client stands before the method."""
    return _one(_TABULATED.search(text, max(0, at - _FURTHEST_LOGGED), at))


def balanced(text: str, at: int) -> Span | None:
    """The log of a load balancer of AWS: `app/name/… 203.0.113.9:55012 …`."""
    return _one(_BALANCED.match(text, at))


def started(text: str, at: int) -> Span | None:
    """Rails: `Started GET "/path" for 203.0.113.9 at 2026-…`."""
    return _one(_STARTED.match(text, at))


def _one(found: re.Match[str] | None) -> Span | None:
    return Span(*found.span(1), "text.ip", spreads=False) if found is not None else None


def forwarded(text: str, at: int) -> Span | None:
    """The header `Forwarded`: `for=203.0.113.9;proto=https;by=…`."""
    if at and (text[at - 1].isalnum() or text[at - 1] in "_-"):
        return None
    found = _FORWARDED.match(text, at)
    return Span(found.start(1), found.end(), "text.ip", spreads=False) if found is not None else None


def phone(text: str, at: int) -> Span | None:
    """A phone number with its country code."""
    found = _PHONE.match(text, at)
    if found is None or not 9 <= sum(map(str.isdigit, found[0])) <= 15:
        return None
    before = text[at - 1] if at else " "
    if before == "=" and text[at - 2 : at - 1].isalpha() and not stands_behind_amount(text, at):
        before = " "  # `to=+62…`: a name before it, not base64
    spoken = not found[0][1:].isdigit()
    step = before == "/" and text[found.end() : found.end() + 1] in _STEPS and len(found[0]) > _LEAST_DIGITS + 3
    if (
        before.isalnum()
        or (before in "+/=_-." and not spoken and not step)
        or text[found.end() : found.end() + 1].isalnum()
    ):
        return None  # base64, or a time zone
    return Span(at, found.end(), "text.phone", spreads=False)


def called(text: str, at: int) -> Span | None:
    """A number that something is sent to: `SMS to 0812…`, `WA ke 0812…`, or with the country code behind two zeros."""
    found = _CALLED.match(text, at)
    return Span(*found.span(1), "text.phone", spreads=False) if found is not None else None


def link(text: str, at: int) -> Span | None:
    """`wa.me/6281…`: a link that is a phone number."""
    found = _LINK.match(text, at)
    return Span(found.start(1), found.end(1), "text.phone", spreads=False) if found is not None else None


def email(text: str, at: int) -> Span | None:
    """An e-mail address around an `@`."""
    found = _DOMAIN.match(text, at)
    if found is None:
        return None
    start = at
    floor = max(0, at - _LONGEST_LOCAL)
    while start > floor and text[start - 1] in _LOCAL:
        start -= 1
    if (
        start == at
        or _is_login(text, start, at, found.end())
        or _SCALED.match(text, at) is not None
        or _UNIT.match(text, at) is not None
        or (text[start - 1 : start] == "<" and _MESSAGE.fullmatch(text, start, at) is not None)
        or _CIPHER.match(text, start) is not None
    ):
        return None
    if (
        text[start - 1 : start] == "/"
        and _USER.search(text, max(0, start - _FURTHEST_USER), start)
        and _PORT.match(text, found.end()) is not None
    ):
        return Span(start, at, "text.userinfo")  # `sqlplus user/password@host:1521`
    return Span(start, found.end(), "text.email", spreads=False)


def _is_login(text: str, start: int, at: int, stop: int) -> bool:
    """Say whether this is where someone logs in, as `git@github.com:…`, or behind `ssh`: no address of a person."""
    if text[start:at] == "git" and text[stop : stop + 1] in _BEHIND_HOST:
        return True
    return _LOGIN.search(text, max(0, start - _FURTHEST_LOGIN), start) is not None


def card(text: str, start: int, stop: int) -> Span | None:
    """An unlabelled card number: issuer, length and check digit fit, and nothing before it says that it is an amount."""
    digits = "".join(filter(str.isdigit, text[start:stop]))
    if text[start - 1 : start] == ";" and text[stop : stop + 1] == "=" and checksums.luhn(digits):
        return Span(start, stop, "text.card", spreads=False)  # what a reader of magnetic stripes reads
    if not checksums.is_card(digits):
        return None
    if stands_behind_amount(text, start):
        return None
    if _TRACED.search(text, max(0, start - _FURTHEST), start) is not None:
        return None
    if stop - start >= _SPAN and _TRACE.search(text, max(0, start - _FURTHEST_TRACE), start) is not None:
        return None
    return Span(start, stop, "text.card", spreads=False)


def stands_behind_amount(text: str, start: int) -> bool:
    """Say whether the word before a number says that it is an amount."""
    before = _LAST_WORD.match(text[max(0, start - _FURTHEST) : start][::-1].lower())
    return before is not None and before[1][::-1] in _AMOUNTS


def is_amount(name: str) -> bool:
    """Say whether the name of a field says that its value is an amount: `market_cap_idr`, `sharesOutstanding`."""
    return not (_NO_CARDS).isdisjoint(word.lower() for word in _NAME_WORDS.findall(name[-_LONGEST_NAME:]))


def iban(text: str, start: int, stop: int) -> Span | None:
    """An unlabelled IBAN: country, length and check digits fit."""
    return Span(start, stop, "text.iban", spreads=False) if checksums.is_iban(text[start:stop]) else None
