"""urllib of the standard library: one event for each attempt on the wire.

`OpenerDirector.open` is the logical call, and calls itself for redirects; `AbstractHTTPHandler.do_open` is the wire. What
is opened without HTTP (`file:`, `data:`, `ftp:`) is no call.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from time import time
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import AbstractHTTPHandler, OpenerDirector, Request

from outwarden.capture import lengths, reading, tls
from outwarden.capture.call import IGNORED, Call, Ignored, current, on_the_wire, under_way
from outwarden.capture.hook import Hook, carries, leave
from outwarden.capture.interruption import interrupts
from outwarden.capture.patch import Patch
from outwarden.polite import swallow
from outwarden.rawcall import RawCall

PLACE: Final = "capture.urllib"


class UrllibHook(Hook):
    """Sees every HTTP call that goes through urllib.request."""

    def _made(self) -> list[Patch]:
        return [
            Patch(OpenerDirector, "open", self._wrap_open),
            Patch(AbstractHTTPHandler, "do_open", self._wrap_do_open),
        ]

    def _enter(self, opener: OpenerDirector, wanted: object) -> Call | Ignored | None:
        """Begin a call, or the next hop of one; None where nothing begins."""
        url = wanted.full_url if isinstance(wanted, Request) else wanted
        if not self._active or not isinstance(url, str) or url[:4].lower() != "http":
            return None
        outer = under_way(current.get())
        if outer is not None:
            if outer.owner is opener and not on_the_wire(outer) and not interrupts(outer):
                outer.follow()
                return outer
            if outer is IGNORED or carries(outer, url):
                return None
        if not self._watches():
            return IGNORED
        if self._tracing is not None:
            self._tracing.engage()
        return Call(self._record, opener)

    def _leave(self, request: Request) -> Call | None:
        """Begin an attempt."""
        call = under_way(current.get())
        if not self._active or not isinstance(call, Call):
            return None
        raw = read(request)
        call.attempt(raw)
        if self._tracing is not None:
            self._tracing.at_wire(raw, request.headers, request.unredirected_hdrs)
        return call

    # What follows runs in the middle of the program's calls, see requests.py.

    def _wrap_open(self, original: Callable[..., Any]) -> Callable[..., Any]:
        enter = self._enter

        @functools.wraps(original, updated=())
        def open(self: OpenerDirector, fullurl: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: A001 - its name
            call = None
            try:
                call = enter(self, fullurl)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None:
                return original(self, fullurl, *args, **kwargs)
            token = current.set(call)
            try:
                response = original(self, fullurl, *args, **kwargs)
            except BaseException as error:
                try:
                    leave(token)
                    if isinstance(call, Call):
                        _raised(call, fullurl, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                leave(token)
                if isinstance(call, Call):
                    _returned(call, fullurl, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return open

    def _wrap_do_open(self, original: Callable[..., Any]) -> Callable[..., Any]:
        begin = self._leave

        @functools.wraps(original, updated=())
        def do_open(self: AbstractHTTPHandler, http_class: Any, req: Any, **http_conn_args: Any) -> Any:
            call = None
            try:
                call = begin(req)
            except Exception as fault:
                swallow(PLACE, fault)
            try:
                response = original(self, http_class, req, **http_conn_args)
            except BaseException as error:
                try:
                    if call is not None:
                        call.unanswered(error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                if call is not None:
                    call.answered(response.status, response.headers)
                    tls.note(call.pending, getattr(getattr(response.fp, "raw", None), "_sock", None))
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return do_open


def _returned(call: Call, wanted: object, response: Any) -> None:
    """End a hop, or all but the body of the call."""
    status = getattr(response, "status", None)
    if call.returned(read, wanted, status, getattr(response, "headers", None) or {}):
        _rest(call, response)


def _raised(call: Call, wanted: object, error: BaseException) -> None:
    """End a hop or the call; an HTTPError is an answer whose body can still be read."""
    raw = call.pending
    if isinstance(error, HTTPError) and error.code >= 400 and raw is not None and raw.status == error.code:
        if call.returned(read, wanted, error.code, error.headers):
            _rest(call, error.fp)
        return
    if isinstance(error, HTTPError) and error.code < 400 and raw is not None:
        raw.error, raw.failure = error, "aborted"  # it goes round in circles
    call.raised(read, wanted, error)


def _rest(call: Call, response: Any) -> None:
    if hasattr(response, "isclosed") and not response.isclosed() and getattr(response, "length", None) != 0:
        reading.hand_over(call, response)
        return
    if call.pending is not None:
        call.pending.response_bytes = 0
    call.finish()


def read(request: Any) -> RawCall:
    """Read what an event needs off a Request, or off the address alone."""
    if not isinstance(request, Request):
        return RawCall(method="GET", url=str(request), started_s=time())
    raw = RawCall(method=request.get_method(), url=request.full_url, started_s=time())
    raw.request_headers = {**request.headers, **request.unredirected_hdrs}
    data: Any = request.data
    if data is None:
        raw.request_bytes = 0
    elif isinstance(data, bytes | bytearray):
        raw.request_bytes = len(data)
    else:
        raw.request_bytes = lengths.told(request.get_header("Content-length"))
    return raw
