"""requests: one event for each attempt on the wire.

Two methods are wrapped: `Session.send` is the logical call, `HTTPAdapter.send` is the wire. Attempts that urllib3 makes
by itself (`HTTPAdapter(max_retries=Retry(…))`) lie below and are seen as one.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final

from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest, Response
from requests.sessions import Session

from outwarden.capture import otel
from outwarden.capture.call import Call, Ignored
from outwarden.capture.patch import Patch
from outwarden.capture.recorder import Recorder
from outwarden.polite import is_unwatched, swallow
from outwarden.rawcall import RawCall

PLACE: Final = "capture.requests"

_current: Final[ContextVar[Call | Ignored | None]] = ContextVar("outwarden_call", default=None)
_IGNORED: Final = Ignored()
_ANEW: Final = Ignored()
_modules: Final = sys.modules


class RequestsHook:
    """Sees every call that goes through requests, in all sessions of this process.

    Args:
        record: gets each finished attempt; what it raises is swallowed.
        tracing: makes or enriches spans; None for none.
    """

    def __init__(self, record: Callable[[RawCall], object], tracing: otel.Tracing | None = None) -> None:
        self._record = Recorder(record)
        self._tracing = tracing
        self._active = False
        self._patches = (
            Patch(Session, "send", self._wrap_session_send),
            Patch(HTTPAdapter, "send", self._wrap_adapter_send),
        )

    def install(self) -> None:
        """Watch from now on, also sessions that exist already."""
        for patch in self._patches:
            patch.apply()
        self._active = True

    def uninstall(self) -> None:
        """Put everything back."""
        self._active = False
        if self._tracing is not None:
            self._tracing.uninstall()
        for patch in self._patches:
            patch.remove()

    def _watches(self) -> bool:
        """Say whether a call is the program's own."""
        return (
            self._active
            and not is_unwatched()
            and not ("opentelemetry.context" in _modules and otel.is_suppressed())  # the first look is cheaper
        )

    def _enter(self, session: Session, request: PreparedRequest, options: Mapping[str, Any]) -> Call | Ignored:
        """Begin a call, or the next hop of one; `_ANEW`: spans begin, and `Session.send` is another one from now on."""
        outer = _current.get()
        if outer is not None and outer.session is session and options.get("allow_redirects") is False:
            outer.follow()
            return outer
        if not self._watches() or not isinstance(request, PreparedRequest):
            return _IGNORED
        if self._tracing is not None:
            if self._tracing.engage():
                return _ANEW
            self._tracing.keep_to_ourselves(request)
        return Call(self._record, session)

    def _leave(self, request: PreparedRequest) -> Call | Ignored:
        """Begin an attempt; an adapter that is used by itself begins a call with it."""
        call = _current.get()
        if call is None:
            if not self._watches():
                return _IGNORED
            call = Call(self._record, None)
        raw = call.leave(request)
        if raw is not None and self._tracing is not None:
            self._tracing.at_wire(raw)
        return call

    # What follows runs in the middle of the program's calls. Nothing of ours may raise there, and each function adds
    # one frame to the tracebacks that pass. `original` is never called from within an `except`: what it raised would
    # get our fault as its context.

    def _wrap_session_send(self, original: Callable[..., Response]) -> Callable[..., Response]:
        enter = self._enter

        @functools.wraps(original, updated=())
        def send(self: Session, request: PreparedRequest, **kwargs: Any) -> Response:
            call = None
            try:
                call = enter(self, request, kwargs)
            except Exception as fault:
                swallow(PLACE, fault)
            if call is None:
                return original(self, request, **kwargs)
            if call is _ANEW:
                return Session.send(self, request, **kwargs)
            token = _current.set(call)
            try:
                response = original(self, request, **kwargs)
            except BaseException as error:
                try:
                    _current.reset(token)
                    call.raised(request, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                _current.reset(token)
                call.returned(request, response, kwargs.get("stream", self.stream))
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return send

    def _wrap_adapter_send(self, original: Callable[..., Response]) -> Callable[..., Response]:
        leave = self._leave

        @functools.wraps(original, updated=())
        def send(self: HTTPAdapter, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
            call: Call | Ignored = _IGNORED
            try:
                call = leave(request)
            except Exception as fault:
                swallow(PLACE, fault)
            try:
                response = original(self, request, *args, **kwargs)
            except BaseException as error:
                try:
                    call.unanswered(request, error)
                except Exception as fault:
                    swallow(PLACE, fault)
                raise
            try:
                call.answered(request, response)
            except Exception as fault:
                swallow(PLACE, fault)
            return response

        return send
