"""Take a URL apart, in one linear pass and without ever failing: what cannot be understood is not shown."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from outwarden.apis.shapes import is_plain

_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")
_LONGEST_HOST = 253
_LONGEST_PORT = 8
_SCHEMES = frozenset(("http", "https", "ws", "wss", "ftp"))


class Url(msgspec.Struct, frozen=True):
    """The parts of a URL before the query."""

    scheme: str | None
    userinfo: str
    host: str
    """In lower case; empty when there is none or it is not a host name."""
    port: int | None
    path: str


def split(head: str) -> Url:
    """Split a URL whose query and fragment were cut off."""
    scheme, found, rest = head.partition("://")
    if not found:
        authority, slash, path = head.partition("/")
        userinfo, _, authority = authority.rpartition("@")
        host, port = _host(authority)
        if "." not in host or not host.rsplit(".", 1)[1].isalpha():
            host, port = "", None  # no scheme and no host name: it may be anything, also a pasted key
        return Url(
            None, userinfo, host, port, slash + path if host or not authority else "/" + authority + slash + path
        )
    authority, slash, path = rest.replace("\\", "/").partition("/")
    userinfo, _, authority = authority.rpartition("@")
    host, port = _host(authority)
    scheme = scheme.strip().lower()
    return Url(scheme if scheme in _SCHEMES else None, userinfo, host, port, slash + path)


def cut(url: str) -> tuple[str, str]:
    """Cut a URL into what stands before the query, and the query; the fragment is dropped."""
    if "#" in url:
        url = url[: url.index("#")]
    head, _, query = url.partition("?")
    return head, query


def pairs(query: str) -> list[tuple[str, str]]:
    """Split a query into names and values, both as they were written; a part without `=` is a value without a name."""
    found = []
    for part in query.replace(";", "&").split("&"):
        if part:
            name, equals, value = part.partition("=")
            found.append((name, value) if equals else ("", name))
    return found


def _host(authority: str) -> tuple[str, int | None]:
    if len(authority) > _LONGEST_HOST + _LONGEST_PORT:
        return "", None
    return _known_host(authority)


@lru_cache(maxsize=256)
def _known_host(authority: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        host, _, rest = authority[1:].partition("]")
        host = host.lower()
        good = all(character in "0123456789abcdef:.%" for character in host)
        return (f"[{host}]" if good and len(host) <= 64 else ""), _port(rest[1:])
    host, colon, port = authority.rpartition(":")
    if not colon:
        host, port = authority, ""
    host = host.lower().rstrip(".")
    if len(host) > _LONGEST_HOST or not _HOST_CHARACTERS.issuperset(host) or max(map(len, host.split("."))) > 63:
        return "", None
    if "." not in host and not is_plain(host):
        return "", None  # a name without a dot is `localhost` or a service beside us; a key has its shape neither
    return host, _port(port)


def _port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else None
