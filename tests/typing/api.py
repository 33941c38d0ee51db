"""Type-checked, never run: the public hints are what we promise."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from concurrent.futures import Executor
from typing import Any, assert_type
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import outwarden
from outwarden.middleware import AsgiMiddleware, WsgiMiddleware

assert_type(outwarden.__version__, str)
assert_type(outwarden.secret("sesame"), str)


def blocks() -> None:
    with outwarden.user("ann", client_ip="192.0.2.1"), outwarden.call(name="report") as logical:
        assert_type(logical.call_id, str)


@outwarden.user(42)
@outwarden.call(name="add")
def add(one: int, other: int) -> int:
    return one + other


assert_type(add(1, other=2), int)


@outwarden.call(name="fetch")
async def fetch(path: str) -> bytes:
    return path.encode()


async def use() -> None:
    assert_type(await fetch("/"), bytes)


def hand_over(executor: Executor) -> None:
    assert_type(outwarden.carry(add)(1, 2), int)
    assert_type(executor.submit(outwarden.carry(add), 1, 2).result(), int)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("204 No Content", [])
    return []


wrapped: WSGIApplication = WsgiMiddleware(
    application, user=lambda environ: environ["REMOTE_USER"], trusted_proxies=["unix"]
)


async def served(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None: ...


AsgiMiddleware(AsgiMiddleware(served), user=lambda scope: scope["user"])
