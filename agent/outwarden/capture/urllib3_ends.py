"""How attempts and calls of urllib3 end."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from urllib3.response import HTTPResponse

from outwarden.capture import reading, tls
from outwarden.capture.asked import Asked, read
from outwarden.capture.call import Call, Ignored


def noted(
    call: Call | Ignored | None,
    response: Any = None,
    error: BaseException | None = None,
    _stacktrace: TracebackType | None = None,
    **_: Any,
) -> None:
    """Note how an attempt ended that urllib3 may follow with another."""
    if not isinstance(call, Call):
        return
    if error is not None:
        unanswered(call, error, _stacktrace)
    elif response is not None:
        answered(call, response, whole=False)


def answered(call: Call, response: Any, *, whole: bool) -> None:
    """Note an answer, once; `whole`: its body has come with it, and nobody can tell when the headers came."""
    raw = call.pending
    if raw is not None and raw.status is None and raw.error is None:
        call.answered(response.status, response.headers, response)
        tls.note(raw, getattr(getattr(response, "_connection", None), "sock", None))
        if whole:
            raw.duration_s, raw.headers_s = raw.headers_s, None


def unanswered(call: Call, error: BaseException, trace: TracebackType | None) -> None:
    """Note a failure, once. Where the body was to come with the answer, the head had come, and only the frames know it."""
    raw = call.pending
    if raw is None or raw.status is not None or raw.error is not None:
        return
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "getresponse":
            head = trace.tb_frame.f_locals.get("httplib_response")
            if head is not None:
                call.answered(head.status, head.headers)
        trace = trace.tb_next
    call.unanswered(error)


def returned(call: Call, asked: Asked, response: Any) -> None:
    """End the call. A body that the program wants to read by itself ends it later."""
    if not call.returned(read, asked, response.status, response.headers):
        return
    if isinstance(response, HTTPResponse):
        if not response.isclosed() and response.length_remaining != 0:
            reading.hand_over(call, response)
            return
        call.sized(response, size)
    call.finish()


def size(response: HTTPResponse) -> int | None:
    """Give the bytes of the body that came over the wire; None where urllib3 does not say."""
    return response.tell() if not response.chunked else None
