"""requests: one event for each attempt on the wire.

Two methods are wrapped: `Session.send` is the logical call, `HTTPAdapter.send` is the wire. Attempts that urllib3 makes
by itself (`HTTPAdapter(max_retries=Retry(…))`) lie below, and are seen by the hook on urllib3.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from time import perf_counter, time
from typing import Any, Final

from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest, Response
from requests.sessions import Session

from outwarden.capture import otel, tls
from outwarden.capture.call import IGNORED, Call, Ignored, current
from outwarden.capture.hook import Hook, carries, leave
from outwarden.capture.interruption import interrupts
from outwarden.capture.patch import Patch, takes_the_same
from outwarden.capture.requests_ends import answered, not_from_the_wire, read, request_bytes, returned, size, unanswered
from outwarden.capture.trace_headers import tracers
from outwarden.event import ids
from outwarden.labels import user_layer
from outwarden.polite import is_unwatched, swallow
from outwarden.process import process
from outwarden.rawcall import RawCall

PLACE: Final = "capture.requests"

_ANEW: Final = Ignored()
_modules: Final = sys.modules


class RequestsHook(Hook):
    """Sees every call that goes through requests."""

    def _made(self) -> list[Patch]:
        return [
            Patch(Session, "send", self._wrap_session_send),
            Patch(HTTPAdapter, "send", self._wrap_adapter_send),
        ]

    def _enter(self, session: Session, request: PreparedRequest, options: Mapping[str, Any]) -> Call | Ignored | None:
        """Begin a call, or the next hop of one; `_ANEW`: spans begin, and `Session.send` is another one from now on."""
        outer = current.get()
        if outer is not None and not outer.over:
            if outer.owner is session and options.get("allow_redirects") is False and not interrupts(outer):
                outer.follow()
                return outer
            if outer is IGNORED or carries(outer, request.url or ""):
                return None
        if (
            not self._active
            or is_unwatched()
            or ("opentelemetry.context" in _modules and otel.is_suppressed())  # the first look is cheaper
            or not isinstance(request, PreparedRequest)
        ):
            return IGNORED
        tracing = self._tracing
        if tracing is not None and (tracing.eager or "opentelemetry.trace" in _modules) and tracing.engage():
            return _ANEW
        return Call(self._record, session, request)

    def _leave(self, adapter: HTTPAdapter, request: PreparedRequest) -> Call | None:
        """Begin an attempt; an adapter that is used by itself begins a call with it."""
        call = current.get()
        if call is None or call.over:
            call = self._begin(None)
        if call is IGNORED:
            return None
        assert isinstance(call, Call)
        body: Any = request.body
        raw = RawCall(
            request.method or "",
            request.url or "",
            time(),
            request_headers=request.headers,
            request_bytes=0 if body is None else request_bytes(request),
        )
        call.attempt(raw)
        if self._tracing is not None and len(_modules) != tracers.untraced and tracers.loaded():
            self._tracing.at_wire(raw)
        retries = getattr(adapter, "max_retries", None)
        if retries is not None and (retries.total or retries.status_forcelist):
            call.judged = True
            call.on_wire = "begun"
        else:
            call.on_wire = "alone"
            call.handed = request.headers
        return call

    # What follows runs in the middle of the program's calls. Nothing of ours may raise there, and each function adds
    # one frame to the tracebacks that pass. `original` is never called from within an `except`: what it raised would
    # get our fault as its context.

    def _wrap_session_send(self, original: Callable[..., Response]) -> Callable[..., Response]:
        hook, enter, record = self, self._enter, self._record
        eager = self._tracing is not None and self._tracing.eager

        @functools.wraps(original, updated=())
        def send(self: Session, request: PreparedRequest, **kwargs: Any) -> Response:
            call: Call | Ignored | None = None
            plain: Call | None = None
            try:
                outer = current.get()
                if (  # as `enter` does it, without its frame
                    (outer is None or outer.over)
                    and hook._active
                    and not is_unwatched()
                    and (len(_modules) == tracers.untraced or "opentelemetry.context" not in _modules)
                    and not eager
                    and type(request) is PreparedRequest
                ):
                    call = plain = Call(record, self, request)
                else:
                    call = enter(self, request, kwargs)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None:
                return original(self, request, **kwargs)
            if call is _ANEW:
                return Session.send(self, request, **kwargs)
            token = current.set(call)
            try:
                response = original(self, request, **kwargs)
            except BaseException as error:
                try:
                    leave(token)
                    if call is not IGNORED:
                        call.raised(read, request, error)  # type: ignore[union-attr]  # a call then
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                if plain is None or plain.hops or kwargs.get("stream", self.stream):
                    current.reset(token)
                    if type(call) is Call:
                        returned(call, request, response, kwargs.get("stream", self.stream))
                else:  # its body has come; it stays the current one, but over
                    plain.over = True
                    plain.owner = plain.request = plain.handed = None
                    raw = plain.pending
                    if not plain.seen:
                        not_from_the_wire(plain, request, response)
                    elif raw is None or plain.answer is not response or plain.judged or plain.pid != process.pid:
                        plain.finish()
                    else:  # as `finish` does it, without its frame
                        plain.pending = plain.answer = None
                        raw.duration_s = perf_counter() - plain.began
                        raw.response_bytes = size(response)
                        record(raw)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return send

    def _wrap_adapter_send(self, original: Callable[..., Response]) -> Callable[..., Response]:
        by_position = self._wrap_adapter_by_position(original)
        if takes_the_same(by_position, original):
            return by_position
        begin = self._leave

        @functools.wraps(original, updated=())
        def send(self: HTTPAdapter, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
            call = token = None
            try:
                call = begin(self, request)
                if call is not None and call.owner is None:
                    token = current.set(call)
            except Exception as fault:
                swallow(PLACE, fault)
            try:
                response = original(self, request, *args, **kwargs)
            except BaseException as error:
                try:
                    unanswered(call, token, request, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                answered(call, token, request, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return send

    def _wrap_adapter_by_position(self, original: Callable[..., Response]) -> Callable[..., Response]:
        """Make the same wrapper for requests' own `send`, in fewer steps."""
        begin, tracing = self._leave, self._tracing

        @functools.wraps(original, updated=())
        def send(  # noqa: PLR0917 - as adapters are asked
            self: HTTPAdapter, request: PreparedRequest, stream: Any, timeout: Any, verify: Any, cert: Any, proxies: Any
        ) -> Response:
            call = token = None
            try:
                outer = current.get()
                if (  # the first attempt of a call without labels: as `begin` does it, without its frames
                    type(outer) is Call
                    and not (outer.over or outer.call_id)
                    and outer.layer is None
                    and user_layer() is None
                ):
                    call_id = f"{ids.beginning}{next(ids.counter)}"
                    length = 0 if request.body is None else request_bytes(request)
                    headers = request.headers
                    raw = RawCall(request.method or "", request.url or "", time(), call_id, 1, headers, length)
                    outer.call_id, outer.attempts, outer.seen, outer.pending = call_id, 1, True, raw
                    call = outer
                    if tracing is not None and len(_modules) != tracers.untraced and tracers.loaded():
                        tracing.at_wire(raw)
                    retries = self.max_retries
                    if retries.total or retries.status_forcelist:
                        call.judged, call.on_wire = True, "begun"
                    else:
                        call.on_wire, call.handed = "alone", headers
                    call.began = perf_counter()
                else:
                    call = begin(self, request)
                    if call is not None and call.owner is None:
                        token = current.set(call)
            except Exception as fault:
                swallow(PLACE, fault)
            try:
                response = original(self, request, stream, timeout, verify, cert, proxies)
            except BaseException as error:
                try:
                    unanswered(call, token, request, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                if token is None and call is not None and (noted := call.pending) is not None:
                    call.on_wire = None
                    noted.headers_s = perf_counter() - call.began
                    noted.status = response.status_code
                    noted.response_headers = response.headers
                    call.answer = response
                    call.size_of = size
                    if noted.url[:6] == "https:":
                        tls.note(noted, getattr(getattr(response.raw, "_connection", None), "sock", None))
                else:
                    answered(call, token, request, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return send
