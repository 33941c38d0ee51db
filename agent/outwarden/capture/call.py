"""Call: one logical call of `requests`, with its attempts on the wire."""

from __future__ import annotations

from time import perf_counter, time
from typing import Any, Final

from requests.models import PreparedRequest, Response

from outwarden.capture import outcome
from outwarden.capture.body import Body
from outwarden.capture.recorder import Recorder, process
from outwarden.event import ids
from outwarden.rawcall import RawCall


class Call:
    """What the program asked for once, and the attempts that this took.

    Redirects, an authentication that asks again and an adapter that tries again are further attempts of the same
    call. An attempt is pending until the next one begins or the call returns.
    """

    __slots__ = (
        "_attempts",
        "_began",
        "_generation",
        "_pending",
        "_record",
        "_response",
        "_seen",
        "call_id",
        "session",
    )

    def __init__(self, record: Recorder, session: object | None) -> None:
        self.call_id: Final = ids.new()
        self.session: Final = session
        """Whose `send` began the call; None for an adapter that was used by itself."""
        self._record = record
        self._generation = process.generation
        self._attempts = 0
        self._seen = False
        self._pending: RawCall | None = None
        self._response: Response | None = None
        self._began = perf_counter()

    def follow(self) -> None:
        """Begin the next hop of a redirect."""
        self._seen = False

    def arrived(
        self, request: PreparedRequest, *, response: Response | None = None, error: BaseException | None = None
    ) -> None:
        """End a hop. Its attempt stays pending: whether another hop follows is not known yet."""
        if not self._seen:
            self.elsewhere(request, response=response, error=error)

    def leave(self, request: PreparedRequest) -> RawCall:
        """Begin an attempt on the wire."""
        if self._pending is not None:
            self._finish(will_retry=True)
        self._seen = True
        self._attempts += 1
        self._response = None
        self._pending = raw = self._raw(request, self._attempts)
        raw.started_s = time()
        self._began = perf_counter()
        return raw

    def answered(self, response: Response) -> None:
        """Note the answer of the wire; its body may still be on the way."""
        raw = self._pending
        if raw is None:
            return
        raw.headers_s = perf_counter() - self._began
        self._response = response
        raw.status = response.status_code
        raw.response_headers = response.headers

    def unanswered(self, error: BaseException) -> None:
        """Note that the attempt failed; an adapter of the program may try again."""
        raw = self._pending
        if raw is None:
            return
        raw.duration_s = perf_counter() - self._began
        self._failed(raw, error)
        if outcome.never_left(error):
            raw.attempt = 0

    def returned(self, request: PreparedRequest, response: Response | None, *, stream: bool) -> None:
        """End the call, or leave that to the end of a body which the program wants to read by itself."""
        if not self._seen:
            self.elsewhere(request, response=response)
        raw, response = self._pending, self._response
        if raw is None:
            return
        if stream and response is not None and getattr(response, "_content", None) is False:
            body = Body(raw, began=self._began, generation=self._generation, record=self._record)
            if body.attach(response.raw):
                self._pending = self._response = None
                return
        self._finish()

    def raised(self, request: PreparedRequest, error: BaseException) -> None:
        """End the call with what the program will see raised."""
        if not self._seen:
            self.elsewhere(request, error=error)
        raw = self._pending
        if raw is not None:
            if raw.error is None:
                self._failed(raw, error)
            self._finish()

    def elsewhere(
        self, request: PreparedRequest, *, response: Response | None = None, error: BaseException | None = None
    ) -> None:
        """Record an answer or a failure that did not come from the wire."""
        began = self._began
        if self._pending is not None:
            self._finish(will_retry=True)
            began = perf_counter()
        self._seen = True
        self._began = began
        self._pending = raw = self._raw(request, 0)
        raw.duration_s = perf_counter() - began
        raw.started_s = time() - raw.duration_s
        if error is not None:
            self._failed(raw, error)
        elif response is not None:
            raw.status = response.status_code
            raw.response_headers = response.headers
        self._finish()

    def _raw(self, request: PreparedRequest, attempt: int) -> RawCall:
        raw = RawCall(
            method=request.method or "", url=request.url or "", started_s=0.0, call_id=self.call_id, attempt=attempt
        )
        raw.request_headers = request.headers
        raw.request_bytes = _request_bytes(request)
        return raw

    def _failed(self, raw: RawCall, error: BaseException) -> None:
        raw.error = error
        raw.failure = outcome.failure(error)
        if raw.status is None and (status := outcome.status(error)) is not None:
            raw.status = status
            raw.failure = None

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


def _request_bytes(request: PreparedRequest) -> int | None:
    body: object = request.body
    if body is None:
        return 0
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
