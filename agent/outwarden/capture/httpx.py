"""httpx: one event for each attempt on the wire, sync and async, HTTP/1.1 and HTTP/2.

`Client.send` is the logical call, the `handle_request` of the stock transports is the wire. A transport of the program's
own (a mock, a cache) that answers by itself makes attempt 0; one that tries again above a stock transport makes attempts.
"""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from time import time
from typing import Any, Final

import httpx

from outwarden.capture import lengths, otel, reconnect, tls
from outwarden.capture.body import Body, collected
from outwarden.capture.call import IGNORED, Call, Ignored, current, on_the_wire
from outwarden.capture.hook import Hook, carries, leave
from outwarden.capture.patch import Patch
from outwarden.capture.trace_headers import tracers
from outwarden.polite import is_unwatched, swallow
from outwarden.rawcall import RawCall

PLACE: Final = "capture.httpx"

_modules: Final = sys.modules


class HttpxHook(Hook):
    """Sees every call that goes through httpx."""

    def _made(self) -> list[Patch]:
        return [
            Patch(httpx.Client, "send", self._wrap_send),
            Patch(httpx.AsyncClient, "send", self._wrap_async_send),
            Patch(httpx.HTTPTransport, "handle_request", self._wrap_handle),
            Patch(httpx.AsyncHTTPTransport, "handle_async_request", self._wrap_async_handle),
        ]

    def _enter(self, client: object, request: httpx.Request, outer: Call | Ignored | None) -> Call | Ignored | None:
        """Begin a call; None where this is not the beginning of one. `outer`: the current call."""
        if not self._active or (
            outer is not None and not outer.over and (outer is IGNORED or carries(outer, str(request.url)))
        ):
            return None
        if is_unwatched() or (
            "opentelemetry.context" in _modules and otel.is_suppressed()  # the first look is cheaper
        ):
            return IGNORED
        tracing = self._tracing
        if tracing is not None and (tracing.eager or "opentelemetry.trace" in _modules):
            tracing.engage()
        return Call(self._record, client, request)

    def _leave(self, transport: object, request: httpx.Request, *, sync: bool) -> Call | None:
        """Begin an attempt; a transport that is used by itself begins a call with it."""
        if not self._active:
            return None
        call = current.get()
        if (
            call is None
            or call.over
            or (type(call) is Call and call.pending is not None and call.owner is not None and on_the_wire(call))
        ):
            call = self._begin(None)  # the last: a transport that asks twice at once, and takes what comes first
        if not isinstance(call, Call):
            return None
        raw = read(request)
        call.attempt(raw)
        if self._tracing is not None and len(_modules) != tracers.untraced and tracers.loaded():
            self._tracing.at_wire(raw)
        reconnect.follow(transport, request, call, read, sync=sync)
        return call

    # What follows runs in the middle of the program's calls, see requests.py.

    def _wrap_send(self, original: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
        enter = self._enter

        @functools.wraps(original, updated=())
        def send(self: httpx.Client, request: httpx.Request, **kwargs: Any) -> httpx.Response:
            call, alone = None, False
            try:
                outer = current.get()
                alone = outer is None or outer.over
                call = enter(self, request, outer)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None:
                return original(self, request, **kwargs)
            token = current.set(call)
            try:
                response = original(self, request, **kwargs)
            except BaseException as error:
                try:
                    leave(token)
                    _raised(call, request, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                if call is IGNORED:
                    leave(token)
                else:
                    call.over = True  # type: ignore[misc]  # a call then; so it may stay the current one
                    if not alone:
                        leave(token)
                    _returned(call, request, response)  # type: ignore[arg-type]  # as above
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return send

    def _wrap_async_send(
        self, original: Callable[..., Awaitable[httpx.Response]]
    ) -> Callable[..., Awaitable[httpx.Response]]:
        enter = self._enter

        @functools.wraps(original, updated=())
        async def send(self: httpx.AsyncClient, request: httpx.Request, **kwargs: Any) -> httpx.Response:
            call, alone = None, False
            try:
                outer = current.get()
                alone = outer is None or outer.over
                call = enter(self, request, outer)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None:
                return await original(self, request, **kwargs)
            token = current.set(call)
            try:
                response = await original(self, request, **kwargs)
            except BaseException as error:
                try:
                    leave(token)
                    _raised(call, request, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                if call is IGNORED:
                    leave(token)
                else:
                    call.over = True  # type: ignore[misc]  # a call then; so it may stay the current one
                    if not alone:
                        leave(token)
                    _returned(call, request, response)  # type: ignore[arg-type]  # as above
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return send

    def _wrap_handle(self, original: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
        begin = self._leave

        @functools.wraps(original, updated=())
        def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            call = None
            try:
                call = begin(self, request, sync=True)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None:
                return original(self, request)
            try:
                response = original(self, request)
            except BaseException as error:
                try:
                    _unanswered(call, request, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                _answered(call, request, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return handle_request

    def _wrap_async_handle(
        self, original: Callable[..., Awaitable[httpx.Response]]
    ) -> Callable[..., Awaitable[httpx.Response]]:
        begin = self._leave

        @functools.wraps(original, updated=())
        async def handle_async_request(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
            call = None
            try:
                call = begin(self, request, sync=False)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None:
                return await original(self, request)
            try:
                response = await original(self, request)
            except BaseException as error:
                try:
                    _unanswered(call, request, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                _answered(call, request, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return handle_async_request


def _answered(call: Call, request: httpx.Request, response: httpx.Response) -> None:
    if call.judged:
        reconnect.leave(request)
    call.answered(response.status_code, response.headers, response, size)
    stream = response.extensions.get("network_stream")
    if stream is not None:
        tls.note(call.pending, stream.get_extra_info("ssl_object"))
    if call.owner is None:
        _returned(call, request, response)


def _unanswered(call: Call, request: httpx.Request, error: BaseException) -> None:
    if call.judged:
        reconnect.leave(request)
    call.unanswered(error)
    if call.owner is None:
        call.raised(read, request, error)


def _returned(call: Call, request: httpx.Request, response: httpx.Response) -> None:
    """End the call. A body that the program wants to read by itself ends it later."""
    if not call.seen:  # answered without the wire, with all its redirects
        for hop in response.history:
            call.elsewhere(read(hop.request), hop.status_code, hop.headers, will_retry=True)
        request = response.request if response.history else request
        call.seen = False
    if not call.returned(read, request, response.status_code, response.headers):
        return
    if response.is_closed or response.is_stream_consumed:
        call.finish()
        return
    body = call.body()
    if body is not None:
        sync = isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _SyncStream(response.stream, body) if sync else _AsyncStream(response.stream, body)


def _raised(call: Call | Ignored, request: httpx.Request, error: BaseException) -> None:
    if isinstance(call, Call):
        call.raised(read, request, error)


class _Stream:
    """A body on its way through us to the program."""

    def __init__(self, stream: Any, body: Body) -> None:
        self._stream = stream
        self._body = body
        self._size = 0
        weakref.finalize(self, collected, body).atexit = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _ended(self, error: BaseException | None = None) -> None:
        try:
            self._body.end(self._size, error)
        except Exception as fault:
            swallow(PLACE, fault)


class _SyncStream(_Stream, httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self._stream:
                self._size += len(part)
                yield part
        except GeneratorExit:  # the program has read enough, and may still close the response
            raise
        except BaseException as error:
            self._ended(error)
            raise
        self._ended()

    def close(self) -> None:
        try:
            self._stream.close()
        finally:
            self._ended()


class _AsyncStream(_Stream, httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._stream:
                self._size += len(part)
                yield part
        except GeneratorExit:  # as above
            raise
        except BaseException as error:
            self._ended(error)
            raise
        self._ended()

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            self._ended()


def read(request: httpx.Request) -> RawCall:
    """Read what an event needs off a request."""
    raw = RawCall(request.method, str(request.url), time())
    raw.request_headers = request.headers
    body = getattr(request, "_content", None)  # a stream has none
    if body is not None:
        raw.request_bytes = len(body)
    else:
        raw.request_bytes = lengths.told(request.headers.get("Content-Length"))
    return raw


def size(response: httpx.Response) -> int | None:
    """Give the bytes of the body that came over the wire; None where a transport above has taken them."""
    return response.num_bytes_downloaded if response.is_stream_consumed else None
