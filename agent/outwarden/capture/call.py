"""Call: one logical call of `requests`, with its attempts on the wire."""

from __future__ import annotations

from time import perf_counter, time
from typing import Any, Final

from requests.models import PreparedRequest, Response

from outwarden.capture import outcome
from outwarden.capture.body import Body
from outwarden.capture.recorder import Recorder, process
from outwarden.event import ids
from outwarden.labels import logical_call, whose
from outwarden.rawcall import RawCall


class Ignored:
    """A call that is not the program's own: nothing is noted."""

    session: Final = ()

    def follow(self) -> None: ...
    def leave(self, request: PreparedRequest) -> None: ...
    def answered(self, request: PreparedRequest, response: Response) -> None: ...
    def unanswered(self, request: PreparedRequest, error: BaseException) -> None: ...
    def returned(self, request: PreparedRequest, response: Response, stream: object) -> None: ...
    def raised(self, request: PreparedRequest, error: BaseException) -> None: ...


class Call:
    """What the program asked for once, and the attempts that this took.

    Redirects, an authentication that asks again and an adapter that tries again are further attempts of the same
    call. An attempt is pending until the next one begins or the call returns.
    """

    __slots__ = (
        "_attempts",
        "_began",
        "_call_id",
        "_generation",
        "_hops",
        "_logical",
        "_pending",
        "_record",
        "_response",
        "_seen",
        "session",
    )

    def __init__(self, record: Recorder, session: object | None) -> None:
        self.session = session
        """Whose `send` began the call; None for an adapter that is used by itself."""
        self._record = record
        self._logical = logical = logical_call()
        self._call_id = logical.call_id if logical is not None else ids.new()
        self._generation = process.generation
        self._attempts = 0
        self._hops = 0
        self._seen = False
        """The hop at hand has an attempt."""
        self._pending: RawCall | None = None
        self._response: Response | None = None
        self._began = perf_counter()

    def follow(self) -> None:
        """Begin the next hop of a redirect: `Session.send` within `Session.send`."""
        self._hops += 1
        self._seen = False

    def leave(self, request: PreparedRequest) -> RawCall:
        """Begin an attempt on the wire."""
        if self._pending is not None:
            self._finish(will_retry=True)
        self._seen = True
        logical = self._logical
        self._attempts = self._attempts + 1 if logical is None else logical.next_attempt()
        self._pending = raw = self._raw(request, self._attempts)
        self._began = perf_counter()
        return raw

    def answered(self, request: PreparedRequest, response: Response) -> None:
        """Note the answer of the wire; its body may still be on the way."""
        raw = self._pending
        if raw is not None:
            raw.headers_s = perf_counter() - self._began
            raw.status = response.status_code
            raw.response_headers = response.headers
            self._response = response
            if self.session is None:
                self.returned(request, response, stream=True)

    def unanswered(self, request: PreparedRequest, error: BaseException) -> None:
        """Note that the attempt failed; an adapter of the program may try again."""
        raw = self._pending
        if raw is not None:
            raw.duration_s = perf_counter() - self._began
            _fail(raw, error)
            if outcome.never_left(error):
                raw.attempt = 0
            if self.session is None:
                self.raised(request, error)

    def returned(self, request: PreparedRequest, response: Response, stream: object) -> None:
        """End a hop or the call. A body that the program wants to read by itself ends the call later."""
        if not self._seen:
            self._elsewhere(request, response, None)
        if self._hops:
            self._hops -= 1
            return  # whether another attempt follows will be known at the next hop
        raw, answer = self._pending, self._response
        if raw is None:
            return
        if stream and answer is not None and getattr(answer, "_content", None) is False:
            body = Body(raw, began=self._began, generation=self._generation, record=self._record)
            if body.attach(answer.raw):
                self._pending = self._response = None
                return
        self._finish()

    def raised(self, request: PreparedRequest, error: BaseException) -> None:
        """End a hop or the call with what the program will see raised."""
        if not self._seen:
            self._elsewhere(request, None, error)
        if self._hops:
            self._hops -= 1
            return
        raw = self._pending
        if raw is not None:
            if raw.error is None:
                _fail(raw, error)
            self._finish()

    def _elsewhere(self, request: PreparedRequest, response: Response | None, error: BaseException | None) -> None:
        """Record an answer or a failure that did not come from the wire."""
        if self._pending is not None:
            self._finish(will_retry=True)
            self._began = perf_counter()
        self._seen = True
        self._pending = raw = self._raw(request, 0)
        raw.duration_s = perf_counter() - self._began
        raw.started_s -= raw.duration_s
        if error is not None:
            _fail(raw, error)
        elif response is not None:
            raw.status = response.status_code
            raw.response_headers = response.headers
        self._finish()

    def _raw(self, request: PreparedRequest, attempt: int) -> RawCall:
        raw = RawCall(
            method=request.method or "", url=request.url or "", started_s=time(), call_id=self._call_id, attempt=attempt
        )
        if self._logical is not None:
            raw.call_name = self._logical.name
        who = whose()
        if who is not None:
            raw.user, raw.client_country = who.read()
        raw.request_headers = request.headers
        raw.request_bytes = 0 if request.body is None else _request_bytes(request)
        return raw

    def _finish(self, *, will_retry: bool | None = None) -> None:
        raw, response = self._pending, self._response
        self._pending = self._response = None
        if raw is None or self._generation != process.generation:
            return
        raw.will_retry = will_retry
        if raw.duration_s is None:
            raw.duration_s = perf_counter() - self._began
        if response is not None:
            raw.response_bytes = _response_bytes(response)
        self._record(raw)


def _fail(raw: RawCall, error: BaseException) -> None:
    raw.error = error
    raw.failure = outcome.failure(error)
    if raw.status is None and (status := outcome.status(error)) is not None:
        raw.status = status
        raw.failure = None


def _request_bytes(request: PreparedRequest) -> int | None:
    body: object = request.body
    if isinstance(body, bytes):
        return len(body)
    length = request.headers.get("Content-Length")
    if length is not None:
        return int(length)
    return len(body.encode()) if isinstance(body, str) else None


def _response_bytes(response: Response) -> int | None:
    """Give the bytes of the body that came over the wire; None where the client does not say."""
    raw: Any = response.raw
    if raw is not None and not getattr(raw, "chunked", False):
        size: int = raw.tell()
        return size
    content: object = getattr(response, "_content", None)
    if isinstance(content, bytes) and "Content-Encoding" not in response.headers:
        return len(content)
    return None
