"""Asked: what a pool of urllib3 was asked for, and what can be read off it."""

from __future__ import annotations

from time import time
from typing import Any, Final

import msgspec
from urllib3.util import Retry

from outwarden.capture import lengths
from outwarden.rawcall import RawCall

_PORTS: Final = {"http": 80, "https": 443}


class Asked(msgspec.Struct, frozen=True):
    """What a pool was asked for."""

    pool: Any
    method: str
    url: str
    body: Any
    headers: Any


def is_policy(retries: Any, pool: Any) -> bool:
    """Say whether urllib3 itself decides about further attempts."""
    if retries is None:
        retries = getattr(pool, "retries", None) or Retry.DEFAULT
    if isinstance(retries, Retry):
        return bool(retries.total or retries.status_forcelist or retries.history)
    return bool(retries)


def address(asked: Asked) -> str:
    """Give the whole address of what a pool was asked for."""
    pool, url = asked.pool, asked.url
    if pool is None or not url.startswith("/"):
        return url
    host = f"[{pool.host}]" if ":" in pool.host and not pool.host.startswith("[") else pool.host
    port = "" if pool.port is None or pool.port == _PORTS.get(pool.scheme) else f":{pool.port}"
    return f"{pool.scheme}://{host}{port}{url}"


def read(asked: Asked) -> RawCall:
    """Read what an event needs off what a pool was asked for."""
    raw = RawCall(method=asked.method, url=address(asked), started_s=time())
    headers = asked.headers if asked.headers is not None else getattr(asked.pool, "headers", None)
    if headers:
        raw.request_headers = headers
    raw.request_bytes = 0 if asked.body is None else request_bytes(asked.body, headers)
    return raw


def request_bytes(body: Any, headers: Any) -> int | None:
    """Give the size of a body; None where nobody knows it beforehand."""
    if isinstance(body, bytes | bytearray):
        return len(body)
    length = lengths.told(headers.get("Content-Length")) if headers else None
    if length is not None:
        return length
    return len(body.encode()) if isinstance(body, str) else None
