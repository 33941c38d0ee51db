"""requests: one event for each attempt on the wire.

`Session.send` is the logical call. Its attempts, also those that urllib3 makes by itself (`HTTPAdapter(max_retries=Retry(…))`),
are what the wire sees; an answer that has not passed there came from a cache or an adapter of the program's own.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any, Final

from requests.models import PreparedRequest, Response
from requests.sessions import Session

from outwarden.capture import otel
from outwarden.capture.call import IGNORED, Call, Ignored, current
from outwarden.capture.hook import Hook, carries, leave
from outwarden.capture.interruption import is_hop
from outwarden.capture.patch import Patch
from outwarden.capture.requests_ends import not_from_the_wire, raised, returned, size, sized
from outwarden.capture.trace_headers import tracers
from outwarden.capture.wire import wire
from outwarden.polite import is_unwatched, swallow
from outwarden.process import process

PLACE: Final = "capture.requests"

_ANEW: Final = Ignored()
_modules: Final = sys.modules


class RequestsHook(Hook):
    """Sees every call that goes through requests."""

    def _made(self) -> list[Patch]:
        return [Patch(Session, "send", self._wrap_session_send)]

    def install(self) -> None:
        """Watch from now on, also sessions that exist already."""
        wire.watch(self)
        super().install()

    def uninstall(self) -> None:
        """Put everything back."""
        super().uninstall()
        wire.forget(self)

    def _enter(self, session: Session, request: PreparedRequest, options: Mapping[str, Any]) -> Call | Ignored | None:
        """Begin a call, or the next hop of one; `_ANEW`: spans begin, and `Session.send` is another one from now on."""
        if not self._active:
            return None
        outer = current.get()
        if outer is not None and not outer.over:
            if outer.owner is session and options.get("allow_redirects") is False and is_hop(outer):
                outer.follow(request)
                return outer
            if outer is IGNORED or carries(outer, request.url or ""):
                return None
        if (
            is_unwatched()
            or ("opentelemetry.context" in _modules and otel.is_suppressed())  # the first look is cheaper
            or not isinstance(request, PreparedRequest)
        ):
            return IGNORED
        tracing = self._tracing
        if tracing is not None and (tracing.eager or "opentelemetry.trace" in _modules) and tracing.engage():
            return _ANEW
        call = Call(self._record, session, request)
        call.handed, call.tracing = request.headers, tracing
        return call

    # What follows runs in the middle of the program's calls. Nothing of ours may raise there, and each function adds
    # one frame to the tracebacks that pass. `original` is never called from within an `except`: what it raised would
    # get our fault as its context.

    def _wrap_session_send(self, original: Callable[..., Response]) -> Callable[..., Response]:
        hook, enter, record = self, self._enter, self._record
        tracing = self._tracing
        eager = tracing is not None and tracing.eager

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
                    plain.handed, plain.tracing = request.headers, tracing
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
                        raised(call, request, error)  # type: ignore[arg-type]  # a call then
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
                    elif (
                        raw is None
                        or raw.status is None
                        or plain.answer is not response.raw
                        or plain.judged
                        or plain.pid != process.pid
                    ):
                        sized(plain, response)
                        plain.finish()
                    else:  # as `finish` does it, without its frame
                        plain.pending = plain.answer = None
                        raw.duration_s = perf_counter() - plain.began
                        raw.response_headers = response.headers
                        raw.response_bytes = size(response)
                        record(raw)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return send
