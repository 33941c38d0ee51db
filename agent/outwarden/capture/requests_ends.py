"""How attempts and calls of requests end, and what is read off its requests and responses."""

from __future__ import annotations

from time import perf_counter, time
from typing import Any

from requests.exceptions import RequestException
from requests.models import PreparedRequest, Response
from urllib3.response import HTTPResponse

from outwarden.capture import reading
from outwarden.capture.asked import request_bytes
from outwarden.capture.call import Call
from outwarden.capture.lengths import MOST_DIGITS
from outwarden.event import ids
from outwarden.labels import user_layer
from outwarden.process import process
from outwarden.rawcall import NO_HEADERS, RawCall


def raised(call: Call, request: PreparedRequest, error: BaseException) -> None:
    """End a hop or the call with what the program will see raised, which tells more than what urllib3 has raised below."""
    raw = call.pending
    if raw is not None and raw.error is not None and isinstance(error, RequestException):
        raw.error = None
    call.raised(read, request, error)


def sized(call: Call, response: Response) -> None:
    """Let an answer say itself how much came, if it is that of the last attempt and no other's."""
    raw = call.pending
    if raw is not None and call.answer is not None and call.answer is response.raw:
        raw.response_headers = response.headers
        call.sized(response, size)


def returned(call: Call, request: PreparedRequest, response: Response, stream: object) -> None:
    """End a hop or the call. A body that the program wants to read by itself ends the call later."""
    sized(call, response)
    if not call.returned(read, request, response.status_code, response.headers):
        return
    if (
        stream
        and (raw := response.raw) is not None
        and getattr(response, "_content", None) is False
        and isinstance(raw, HTTPResponse)
        and not raw.isclosed()
        and raw.length_remaining != 0
    ):
        reading.hand_over(call, raw)
    else:
        call.finish()


def not_from_the_wire(call: Call, request: PreparedRequest, response: Response) -> None:
    """Record what a cache or an adapter of the program's own has answered."""
    if call.layer is not None or user_layer() is not None or call.pending is not None or call.pid != process.pid:
        call.elsewhere(read(request), response.status_code, response.headers)
        return
    # As `elsewhere` does it, in fewer steps: in tests, and with caches, each call ends here.
    took = perf_counter() - call.began
    length = 0 if request.body is None else request_bytes(request.body, request.headers)
    call_id = call.call_id or f"{ids.beginning}{next(ids.counter)}"
    raw = RawCall(request.method or "", request.url or "", time() - took, call_id, 0, request.headers, length)
    raw.duration_s = took
    raw.status = response.status_code
    raw.response_headers = headers = response.headers
    held = getattr(headers, "_store", NO_HEADERS).get("content-length")
    if (
        held is not None
        and type(told := held[1]) is str
        and told.isascii()
        and told.isdigit()
        and len(told) <= MOST_DIGITS
    ):
        raw.response_bytes = int(told)  # as the redactor would read it, in fewer steps
    call.record(raw)


def read(request: PreparedRequest) -> RawCall:
    """Read what an event needs off a request."""
    length = 0 if request.body is None else request_bytes(request.body, request.headers)
    return RawCall(request.method or "", request.url or "", time(), "", 0, request.headers, length)


def size(response: Response) -> int | None:
    """Give the bytes of the body that came over the wire; None where the client does not say."""
    content: object = getattr(response, "_content", None)
    headers: Any = response.headers
    if isinstance(content, bytes) and "content-encoding" not in getattr(headers, "_store", headers):
        return len(content)
    raw: Any = response.raw
    if raw is not None and not getattr(raw, "chunked", False):
        told: int = raw.tell()
        return told
    return None
