"""ASGI: the calls that an application makes while it serves a request or a web socket are made for its user."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

from outwarden.labels import cover, uncover
from outwarden.middleware.proxies import Proxies
from outwarden.middleware.visitor import Visitors

if TYPE_CHECKING:
    from outwarden.geo import Address

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class AsgiMiddleware:
    """Wrap an ASGI application: `app.add_middleware(AsgiMiddleware, user=…)` in Starlette and FastAPI.

    Args:
        app: the application.
        user: gives the id of the user from the scope; None for nobody. An ordinary function, asked when the request
            makes its first outbound call, so what authenticates further in has done its work.
        trusted_proxies: addresses and networks whose X-Forwarded-For is believed; `unix` for a Unix socket.

    Raises:
        ValueError: an entry of `trusted_proxies` is no network, or holds everybody.
    """

    def __init__(
        self,
        app: Application,
        *,
        user: Callable[[Scope], object] | None = None,
        trusted_proxies: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._proxies = Proxies(trusted_proxies)
        self._visitors = Visitors(user, self._address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:  # lifespan: there is no user
            await self._app(scope, receive, send)
            return
        who = self._visitors.of(scope)
        cover(who, who)
        try:
            await self._app(scope, receive, send)
        finally:
            uncover(who)
            who.close()

    def _address(self, scope: Scope) -> Address | None:
        peer = scope.get("client")
        forwarded = b",".join(value for name, value in scope.get("headers", ()) if name == b"x-forwarded-for")
        return self._proxies.client(peer[0] if peer else None, forwarded.decode("latin-1"))
