"""aiohttp: one event for each attempt on the wire.

`ClientSession._request` is the logical call: everything public comes through it, and it follows redirects by itself. An
attempt begins when it asks the connector for a connection, and is answered in `ClientResponse.start`. The body arrives
later, on its own: the call ends when its last byte has come, or when the response is closed, released or collected.
"""

from __future__ import annotations

import functools
import sys
from asyncio import CancelledError
from collections.abc import Awaitable, Callable
from time import perf_counter, time
from typing import Any, Final

from aiohttp import BaseConnector, ClientResponse, ClientSession

from outwarden.capture import otel, tls
from outwarden.capture.aiohttp_body import AiohttpBody, size
from outwarden.capture.call import IGNORED, Call, Ignored, current, on_the_wire
from outwarden.capture.hook import Hook, carries, leave
from outwarden.capture.interruption import runs_within
from outwarden.capture.patch import Patch
from outwarden.capture.trace_headers import tracers
from outwarden.event import ids
from outwarden.labels import user_layer
from outwarden.polite import is_unwatched, swallow
from outwarden.process import process
from outwarden.rawcall import RawCall

PLACE: Final = "capture.aiohttp"

_ANEW: Final = Ignored()
_SWITCHED: Final = 101
_TUNNEL: Final = "CONNECT"
_MOST_ADDRESSES: Final = 64
_API: Final = "opentelemetry.trace"
_modules: Final = sys.modules


class AiohttpHook(Hook):
    """Sees every call that goes through aiohttp's client."""

    def _made(self) -> list[Patch]:
        return [
            Patch(ClientSession, "_request", self._wrap_request),
            Patch(BaseConnector, "connect", self._wrap_connect),
            Patch(ClientResponse, "start", self._wrap_start),
        ]

    # What follows runs in the middle of the program's calls, see requests.py. What each plain call takes stands here
    # without frames of its own, see call.py.

    def _wrap_request(self, original: Callable[..., Awaitable[ClientResponse]]) -> Callable[..., Any]:
        hook, record, tracing = self, self._record, self._tracing

        @functools.wraps(original, updated=())
        async def _request(self: ClientSession, method: Any, str_or_url: Any, **kwargs: Any) -> ClientResponse:
            call: Call | Ignored | None = None  # this is not the beginning of one
            alone = False
            try:
                outer = current.get()
                alone = outer is None or outer.over
                if hook._active and (alone or not (outer is IGNORED or carries(outer, str(str_or_url)))):
                    if is_unwatched() or (
                        "opentelemetry.context" in _modules and otel.is_suppressed()  # the first look is cheaper
                    ):
                        call = IGNORED
                    elif tracing is not None and (tracing.eager or _API in _modules) and tracing.engage():
                        call = _ANEW
                    else:
                        call = Call(record, self)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None:
                return await original(self, method, str_or_url, **kwargs)
            if call is _ANEW:
                return await ClientSession._request(self, method, str_or_url, **kwargs)  # noqa: SLF001 - ours
            token = current.set(call)
            try:
                response = await original(self, method, str_or_url, **kwargs)
            except BaseException as error:
                try:
                    leave(token)
                    if isinstance(call, Call):
                        for one in getattr(call, "beside", (call,)):
                            if one.pending is not None and isinstance(one.pending.error, CancelledError):
                                one.pending.error = None  # it was by this one that it was cancelled: a timeout, perhaps
                            one.raised(_unsent, (self, method, str_or_url), error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                if not alone or call is IGNORED:
                    leave(token)
                if isinstance(call, Call):
                    raw, answer = call.pending, call.answer
                    call.over = True  # so it may stay the current one
                    if raw is not None and answer is response and answer._closed and call.pid == process.pid:  # noqa: SLF001 - `closed` may be overridden
                        # The body is here; what follows is `call.finish`.
                        call.owner = call.pending = call.answer = None
                        raw.duration_s = perf_counter() - call.began
                        raw.response_bytes = size(answer.content, raw.response_headers)
                        record(raw)
                    else:
                        _returned(call, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return _request

    def _wrap_connect(self, original: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        hook, tracing = self, self._tracing

        @functools.wraps(original, updated=())
        async def connect(self: BaseConnector, req: Any, *args: Any, **kwargs: Any) -> Any:
            call = None
            try:
                call = current.get()
                if isinstance(call, Call) and not call.over and hook._active:
                    body, url, headers = req.body, req.url, req.headers
                    known = _addresses.get(id(url))
                    address = known[1] if known is not None and known[0] is url else _address(url)
                    length = len(body) if isinstance(body, bytes) else getattr(body, "size", None)
                    if call.call_id or call.layer is not None or user_layer() is not None:
                        raw = RawCall(req.method, address, time(), "", 0, headers, length)
                        call = _attempted(call, raw)
                    else:  # the first attempt of a call without labels: as `attempt` does it, without its frame
                        call_id = f"{ids.beginning}{next(ids.counter)}"
                        raw = RawCall(req.method, address, time(), call_id, 1, headers, length)
                        call.call_id, call.attempts, call.seen, call.pending = call_id, 1, True, raw
                        call.began = perf_counter()
                    if tracing is not None and len(_modules) != tracers.untraced and tracers.loaded():
                        tracing.at_wire(raw)
                else:
                    call = None
            except Exception as fault:
                call = None
                swallow(PLACE, fault)
            try:
                return await original(self, req, *args, **kwargs)
            except BaseException as error:
                try:
                    if call is not None:
                        call.unanswered(error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise

        return connect

    def _wrap_start(self, original: Callable[..., Awaitable[ClientResponse]]) -> Callable[..., Any]:
        hook = self

        @functools.wraps(original, updated=())
        async def start(self: ClientResponse, connection: Any) -> ClientResponse:
            call = layer = None
            try:
                if self.method != _TUNNEL and hook._active:  # to a proxy, within `connect`
                    call = current.get()
                    if isinstance(call, Call) and (raw := call.pending) is not None and raw.url[:5] != "http:":
                        layer = connection.transport.get_extra_info("ssl_object")  # now: a short answer gives it back
            except Exception as fault:
                swallow(PLACE, fault)
            try:
                response = await original(self, connection)
            except BaseException as error:
                try:
                    if isinstance(call, Call):
                        call.unanswered(error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                if isinstance(call, Call) and not call.over and (raw := call.pending) is not None:
                    raw.headers_s = perf_counter() - call.began
                    raw.status = response.status
                    raw.response_headers = response.headers
                    call.answer = response
                    call.size_of = _size
                    if layer is not None:
                        tls.note(raw, layer)
                    if call.attempts > 1 and hasattr(call, "beside"):
                        _ends_by_itself(call, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return start


_addresses: dict[int, tuple[Any, str]] = {}
"""The latest URLs with their texts, by identity: yarl gives the same URL for the same text, but takes a microsecond to say the text."""


def _address(url: Any) -> str:
    """Give the text of a URL, and remember it."""
    global _addresses  # noqa: PLW0603 - swapped whole: other threads may be reading
    text = str(url)
    if len(_addresses) >= _MOST_ADDRESSES:
        _addresses = {}
    _addresses[id(url)] = url, text
    return text


def _attempted(call: Call, raw: RawCall) -> Call:
    """Begin an attempt that may not be the first of its call; give what it belongs to.

    While another one waits for its answer, in another task (a middleware that asks twice at once and takes what comes
    first), it belongs to a call of its own, which shares the id and the numbers.
    """
    if call.pending is not None and on_the_wire(call) and not runs_within(call):
        if not hasattr(call, "beside"):
            call.beside = [call]
        other = Call(call.record, None)
        other.call_id, other.layer, other.beside = call.call_id, call.layer, call.beside
        call.beside.append(other)
        current.set(other)  # in this task only
        call = other
    if not hasattr(call, "beside"):
        call.attempt(raw)
    else:
        call.attempts = max(one.attempts for one in call.beside)
        call.attempt(raw)
        call.beside[0].attempts = max(call.attempts, 2)  # more than one: by that it sees that it is not alone
    return call


def _ends_by_itself(call: Call, response: ClientResponse) -> None:
    """Let an attempt that has others beside it end with the body of its own answer."""
    own = Call(call.record, None)
    own.pending, own.answer, own.size_of, own.began, own.over = call.pending, response, _size, call.began, True
    call.pending = call.answer = None
    _await_body(own, response)


def _returned(call: Call, response: ClientResponse) -> None:
    """End all but the body of a call."""
    if call.attempts > 1 and hasattr(call, "beside"):
        for one in call.beside:
            one.over = True
            one.finish()  # those without an answer: nobody waits for it any more
        return
    if call.seen:  # as `call.returned` does it, without its frame
        call.owner = call.request = None
        if call.pending is None:
            return
    elif not call.returned(_mocked, response, response.status, response.headers):
        return
    _await_body(call, response)


def _await_body(call: Call, response: ClientResponse) -> None:
    connection = response._connection  # noqa: SLF001 - `connection` may be overridden
    if connection is None or response._closed or response.status == _SWITCHED:  # noqa: SLF001 - as above
        call.finish()
        return
    call.answer = None
    connection.add_callback(AiohttpBody(call, response.content))


def _mocked(response: ClientResponse) -> RawCall:
    """Read what can be known of a request that a middleware answered."""
    return RawCall(method=response.method, url=str(response.url), started_s=time())


def _unsent(asked: tuple[ClientSession, object, object]) -> RawCall:
    """Read what can be known of a request that never came to be."""
    session, method, url = asked
    base = getattr(session, "_base_url", None)
    return RawCall(
        method=str(method).upper(),
        url=f"{str(base).rstrip('/')}{url}" if base is not None else str(url),
        started_s=time(),
    )


def _size(response: ClientResponse) -> int | None:
    return size(response.content, response.headers)
