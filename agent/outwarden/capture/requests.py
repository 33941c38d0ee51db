"""requests: one event for each attempt on the wire.

Two methods are wrapped: `Session.send` is the logical call, `HTTPAdapter.send` is the wire. Attempts that urllib3 makes
by itself (`HTTPAdapter(max_retries=Retry(…))`) lie below and are seen as one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest, Response
from requests.sessions import Session

from outwarden.capture import otel
from outwarden.capture.call import Call
from outwarden.capture.patch import Patch
from outwarden.capture.recorder import Recorder
from outwarden.polite import is_unwatched, swallow
from outwarden.rawcall import RawCall

PLACE: Final = "capture.requests"

_current: ContextVar[Call | None] = ContextVar("outwarden_call", default=None)


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
        return self._active and not is_unwatched() and not otel.is_suppressed()

    def _starts_spans(self) -> bool:
        """Say whether spans begin with this call: `Session.send` is another one then, and has to be called anew."""
        return self._tracing is not None and self._active and self._tracing.engage()

    def _begin(self, session: Session, request: PreparedRequest) -> Call | None:
        if not self._watches() or not isinstance(request, PreparedRequest):
            return None
        if self._tracing is not None:
            self._tracing.keep_to_ourselves(request)
        return Call(self._record, session)

    def _leave(self, request: PreparedRequest) -> Call | None:
        if not self._watches():
            return None
        call = _current.get()
        if call is None:
            call = Call(self._record, None)
        raw = call.leave(request)
        if self._tracing is not None:
            self._tracing.at_wire(raw)
        return call

    def _wrap_session_send(self, original: Callable[..., Response]) -> Callable[..., Response]:
        hook = self

        @functools.wraps(original, updated=())
        def send(self: Session, request: PreparedRequest, **kwargs: Any) -> Response:
            again = hop = False
            try:
                call = _current.get()
                if call is not None and call.session is self and kwargs.get("allow_redirects") is False:
                    hop = True
                    call.follow()
                elif hook._starts_spans():
                    again = True
                else:
                    call = hook._begin(self, request)
            except Exception as fault:
                swallow(PLACE, type(fault))
                call = None
            if again:
                return Session.send(self, request, **kwargs)
            if call is None:
                return original(self, request, **kwargs)
            token = None if hop else _current.set(call)
            try:
                response = original(self, request, **kwargs)
            except BaseException as error:
                try:
                    if token is None:
                        call.arrived(request, error=error)
                    else:
                        _current.reset(token)
                        call.raised(request, error)
                except Exception as fault:
                    swallow(PLACE, type(fault))
                raise
            try:
                if token is None:
                    call.arrived(request, response=response)
                else:
                    _current.reset(token)
                    call.returned(request, response, stream=bool(kwargs.get("stream", self.stream)))
            except Exception as fault:
                swallow(PLACE, type(fault))
            return response

        return send

    def _wrap_adapter_send(self, original: Callable[..., Response]) -> Callable[..., Response]:
        hook = self

        @functools.wraps(original, updated=())
        def send(self: HTTPAdapter, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
            try:
                call = hook._leave(request)
            except Exception as fault:
                swallow(PLACE, type(fault))
                call = None
            if call is None:
                return original(self, request, *args, **kwargs)
            try:
                response = original(self, request, *args, **kwargs)
            except BaseException as error:
                try:
                    call.unanswered(error)
                    if call.session is None:
                        call.raised(request, error)
                except Exception as fault:
                    swallow(PLACE, type(fault))
                raise
            try:
                call.answered(response)
                if call.session is None:
                    call.returned(request, response, stream=True)
            except Exception as fault:
                swallow(PLACE, type(fault))
            return response

        return send
