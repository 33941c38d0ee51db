"""Foreign calls: what other instrumentation saw, named by OpenTelemetry's semantic conventions, taken as a RawCall."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from outwarden.rawcall import Failure, RawCall

_REQUEST_HEADER: Final = "http.request.header."
_RESPONSE_HEADER: Final = "http.response.header."
_FAILURES: Final[dict[str, Failure]] = {"timeout": "timeout", "ssl": "tls", "certificate": "tls", "cancel": "aborted"}


class ForeignError(Exception):
    """The text of an exception that happened elsewhere."""


def raw_call(seen: Mapping[str, Any]) -> RawCall:
    """Read a client span's attributes, of the stable conventions and of the older ones."""

    def first(*names: str) -> Any:
        return next((seen[name] for name in names if seen.get(name) is not None), None)

    url = first("url.full", "http.url")
    if url is None:
        host = first("server.address", "net.peer.name", "http.host") or ""
        url = f"{first('url.scheme', 'http.scheme') or 'https'}://{host}{first('url.path', 'http.target') or '/'}"
        query = first("url.query")
        url = f"{url}?{query}" if query else url
    raw = RawCall(
        method=str(first("http.request.method", "http.method") or "OTHER"),
        url=str(url),
        started_s=_number(first("start_time_unix_nano", "startTimeUnixNano"), 1e-9) or time.time(),
        call_id=str(first("span_id") or ""),
        attempt=int(_number(first("http.request.resend_count"), 1) or 0) + 1,
    )
    status = _number(first("http.response.status_code", "http.status_code"), 1)
    raw.status = int(status) if status else None
    raw.duration_s = _number(first("duration_s"), 1)
    raw.request_bytes = _size(first("http.request.body.size"))
    raw.response_bytes = _size(first("http.response.body.size"))
    raw.trace_id, raw.span_id = _id(first("trace_id")), _id(first("span_id"))
    raw.request_headers = _headers(seen, _REQUEST_HEADER)
    raw.response_headers = _headers(seen, _RESPONSE_HEADER)
    kind = first("exception.type", "error.type")
    if kind is not None and not str(kind).isdigit():
        raw.error = type(_class_name(str(kind)), (ForeignError,), {})(str(first("exception.message") or ""))
        if raw.status is None:
            low = str(kind).lower()
            raw.failure = next((failure for sign, failure in _FAILURES.items() if sign in low), "network")
    return raw


def _class_name(text: str) -> str:
    name = text.rpartition(".")[2]
    return name if name.isidentifier() and len(name) <= 64 and name.isascii() else "ForeignError"


def _headers(seen: Mapping[str, Any], prefix: str) -> dict[str, str]:
    found = {}
    for name, value in seen.items():
        if name.startswith(prefix):
            several = isinstance(value, list | tuple)
            found[name[len(prefix) :].replace("_", "-")] = ", ".join(map(str, value)) if several else str(value)
    return found


def _number(value: Any, scale: float) -> float | None:
    try:
        return float(value) * scale
    except (TypeError, ValueError):
        return None


def _size(value: Any) -> int | None:
    number = _number(value, 1)
    return int(number) if number is not None and 0 <= number < 1 << 62 else None


def _id(value: Any) -> str | None:
    text = str(value or "").lower()
    return text if len(text) in (16, 32) and not text.strip("0123456789abcdef") else None
