"""RawCall: one attempt of one outbound call, as it was seen, before redaction. It may hold secrets.

Only `capture` (which makes it) and `redact` (which turns it into a CallEvent) may import this module; a contract in
pyproject.toml keeps everybody else away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Failure = Literal["timeout", "network", "tls", "aborted"]


class RawCall:
    """What a client hook saw. Times: `started_s` is Unix seconds, the durations are seconds of a monotonic clock."""

    __slots__ = (
        "attempt",
        "call_id",
        "call_name",
        "client_country",
        "duration_s",
        "error",
        "failure",
        "headers_s",
        "method",
        "request_bytes",
        "request_headers",
        "response_bytes",
        "response_headers",
        "span_id",
        "started_s",
        "status",
        "trace_id",
        "traces_kept",
        "traces_sent",
        "url",
        "user",
        "will_retry",
    )

    def __init__(self, *, method: str, url: str, started_s: float, call_id: str = "", attempt: int = 0) -> None:
        self.method = method
        self.url = url
        """As the program gave it: with query, userinfo and all."""
        self.started_s = started_s
        self.call_id = call_id
        self.attempt = attempt
        self.will_retry: bool | None = None
        self.request_headers: Mapping[str, str | bytes] = {}
        self.request_bytes: int | None = None
        self.status: int | None = None
        self.response_headers: Mapping[str, str] = {}
        self.response_bytes: int | None = None
        self.headers_s: float | None = None
        self.duration_s: float | None = None
        self.failure: Failure | None = None
        """How it failed without (or after) a status; None when the answer came whole."""
        self.error: BaseException | None = None
        self.trace_id: str | None = None
        self.span_id: str | None = None
        self.traces_sent = 0
        """Tracing headers of the program's own that went to a third party."""
        self.traces_kept = 0
        """Those that were taken off."""
        self.call_name: str | None = None
        """As the program gave it."""
        self.user: str | None = None
        """A pseudonym: the id itself never gets here."""
        self.client_country: str | None = None
