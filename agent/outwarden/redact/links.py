"""Credentials inside URLs, in a text: userinfo, and bot tokens in paths."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import personal, values
from outwarden.redact.expression import expression
from outwarden.redact.spans import LOOKED, Span

_STOPS: Final = frozenset(" \t\0\"'<>`|")
_FURTHEST: Final = 512
_HOOK: Final = expression(r"/services/(T[A-Z0-9]{5,14}/B[A-Z0-9]{5,14}/[A-Za-z0-9]{6,64})")
_NO_PORT: Final = expression(r"://[^\s\0:/@'\"?#]{1,128}+:([^\s\0:/@'\"?#]{6,256})(?=[/\s\0'\"]|\Z)")
_LONG: Final = expression(
    r"://(?![^/:@]*+(?::[0-9]{1,5})?/)(?:[^\s\0\"'<>`|@:/?#]{1,256}+:)?([^\s\0\"'<>`|@:?#]{256,16384}+)@"
)
_LONG_BEGINS: Final = 256
_LONGEST: Final = 16_384
"""A token as long as this, as registries of images give, or longer; no run of it goes on into another URL."""
_WEB: Final = ("http", "https", "ws", "wss")
"""Of these a token alone may be the userinfo."""
_LOGIN: Final = expression(r"[a-z]{2,12}(?:_[a-z]{2,12})?")
_ORACLE: Final = expression(r"jdbc:oracle:[a-z0-9]{1,8}:[^\s\0/@:'\"]{1,64}/([^\s\0@]{1,256})@", re.IGNORECASE)
_PATH: Final = expression(r"[^/:@]*+(?::[0-9]{1,5})?/")
"""A host and a slash: what follows is no userinfo, an `@` there is part of the path."""
_WIFI: Final = expression(r"WIFI:(?:[A-OQ-Z]:[^;\s\0]{0,64};){0,4}P:([^;\0\r\n'\"]{4,128})", re.IGNORECASE)
_SUBPROTOCOL: Final = expression(r"bearer\.([A-Za-z0-9_.~+/=-]{8,2048})", re.IGNORECASE)
_SOCKET: Final = expression(r"websocket-protocol", re.IGNORECASE)
_FURTHEST_SOCKET: Final = 120
_BOT: Final = expression(r"[0-9]{6,12}:[A-Za-z0-9_-]{8,128}")


def at_sign(text: str, at: int) -> Span | None:
    """An `@` closes the userinfo of a URL, or stands in an e-mail address."""
    floor = max(0, at - _FURTHEST)
    slashes = text.rfind("://", floor, at)
    if slashes >= 0 and _STOPS.isdisjoint(text[slashes:at]) and _PATH.match(text, slashes + 3, at) is None:
        start = slashes + 3
        colon = text.find(":", start, at)
        if colon >= 0 and not values.looks_secret(text[start:colon]):
            start = colon + 1
        if colon < 0 and not text.endswith(_WEB, floor, slashes) and _LOGIN.fullmatch(text, start, at) is not None:
            return LOOKED  # `ssh://git@host`, `postgres://app@host`
        if start == at or not values.is_something(text[start:at]):
            return None
        return Span(start, at, "text.userinfo", at - start >= 8)
    return personal.email(text, at)


def oracle(text: str, at: int) -> Span | None:
    """`jdbc:oracle:thin:user/password@//host`: the only driver that writes the password behind a slash."""
    found = _ORACLE.match(text, at)
    return Span(found.start(1), found.end(1), "text.userinfo") if found is not None else None


def no_port(text: str, at: int) -> Span | None:
    """What stands where a port should, and is none, is the password of a userinfo that was cut off before its `@`.

    So is what an `@` follows that stands too far off for `at_sign` to look back.
    """
    found = _NO_PORT.match(text, at)
    if found is None and text.find("@", at + _LONG_BEGINS, at + _LONGEST) >= 0:
        found = _LONG.match(text, at)
    if (
        found is None
        or found[1].partition(";")[0].isdigit()
        or found[1].startswith("[")
        or not values.is_something(found[1])
    ):
        return None
    return Span(found.start(1), found.end(1), "text.userinfo")


def bot(text: str, at: int) -> Span | None:
    """A Telegram bot's token: a number, a colon, and a key."""
    start = at
    while start > 0 and text[start - 1].isdigit() and at - start < 12:
        start -= 1
    found = _BOT.match(text, start)
    return Span(start, found.end(), "telegram.token") if found is not None else None


def hook(text: str, at: int) -> Span | None:
    """The path of a Slack webhook, also where the host is not shown."""
    found = _HOOK.match(text, at)
    return Span(found.start(1), found.end(1), "slack.webhook") if found is not None else None


def wifi(text: str, at: int) -> Span | None:
    """What a picture of a code says of a network: `WIFI:T:WPA;S:name;P:password;;`."""
    found = _WIFI.match(text, at)
    return Span(found.start(1), found.end(1), "text.secret") if found is not None else None


def subprotocol(text: str, at: int) -> Span | None:
    """A token that a browser sends as the name of a protocol: `Sec-WebSocket-Protocol: graphql-ws, bearer.…`."""
    found = _SUBPROTOCOL.match(text, at)
    if found is None or not (_SOCKET.search(text, max(0, at - _FURTHEST_SOCKET), at) or values.looks_secret(found[1])):
        return None
    return Span(found.start(1), found.end(1), "text.secret")
