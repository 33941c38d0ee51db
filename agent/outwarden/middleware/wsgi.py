"""WSGI: the calls that an application makes while it answers a request are made for that request's user."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from outwarden.labels import Who, cover, uncover
from outwarden.middleware.proxies import Proxies
from outwarden.middleware.visitor import Visitors

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from outwarden.geo import Address


class WsgiMiddleware:
    """Wrap a WSGI application: `app.wsgi_app = WsgiMiddleware(app.wsgi_app, user=…)`.

    Args:
        app: the application.
        user: gives the id of the user from the environ; None for nobody. It is asked when the request makes its first
            outbound call, so what authenticates further in has done its work.
        trusted_proxies: addresses and networks whose X-Forwarded-For is believed; `unix` for a Unix socket.

    Raises:
        ValueError: an entry of `trusted_proxies` is no network, or holds everybody.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        user: Callable[[WSGIEnvironment], object] | None = None,
        trusted_proxies: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._proxies = Proxies(trusted_proxies)
        self._visitors = Visitors(user, self._address)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        who = self._visitors.of(environ)
        cover(who, who)
        try:
            body = self._app(environ, start_response)
        except BaseException:
            who.close()
            raise
        finally:
            uncover(who)
        if isinstance(body, (list, tuple)) or _is_file(body, environ):
            who.close()  # no code of the application runs any more, and servers send these kinds faster
            return body
        return _Body(body, who)

    def _address(self, environ: WSGIEnvironment) -> Address | None:
        return self._proxies.client(environ.get("REMOTE_ADDR"), environ.get("HTTP_X_FORWARDED_FOR", ""))


class _Body:
    """A body that is made while it is sent: also then the calls are the user's."""

    def __init__(self, body: Iterable[bytes], who: Who) -> None:
        self._body = body
        self._who = who
        self._chunks: Iterator[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        cover(self, self._who)
        try:
            if self._chunks is None:
                self._chunks = iter(self._body)
            return next(self._chunks)
        finally:
            uncover(self)

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        cover(self, self._who)
        try:
            if close is not None:
                close()
        finally:
            uncover(self)
            self._who.close()


def _is_file(body: Iterable[bytes], environ: WSGIEnvironment) -> bool:
    wrapper = environ.get("wsgi.file_wrapper")
    return isinstance(wrapper, type) and isinstance(body, wrapper)
