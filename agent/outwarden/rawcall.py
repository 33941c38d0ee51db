"""RawCall: one attempt of one outbound call, as it was seen, before redaction. It may hold secrets.

Only `capture` (which makes it) and `redact` (which turns it into a CallEvent) may import this module; a contract in
pyproject.toml keeps everybody else away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

Failure = Literal["timeout", "network", "tls", "aborted"]

NO_HEADERS: Final[Mapping[str, Any]] = {}


class RawCall:
    """What a client hook saw. Times: `started_s` is Unix seconds, the durations are seconds of a monotonic clock."""

    # Most attempts set few of these: what stands on the class costs nothing per attempt.
    call_id: str = ""
    attempt: int = 0
    will_retry: bool | None = None
    request_headers: Mapping[str, str | bytes] = NO_HEADERS
    request_bytes: int | None = None
    status: int | None = None
    response_headers: Mapping[str, str] = NO_HEADERS
    response_bytes: int | None = None
    headers_s: float | None = None
    duration_s: float | None = None
    failure: Failure | None = None
    """How it failed without (or after) a status; None when the answer came whole."""
    error: BaseException | None = None
    trace_id: str | None = None
    span_id: str | None = None
    tls_version: str | None = None
    cert_sha256: str | None = None
    traces_sent: int = 0
    """Tracing headers of the program's own that went to a third party."""
    traces_kept: int = 0
    """Those that were taken off."""
    call_name: str | None = None
    """As the program gave it."""
    user: str | None = None
    """A pseudonym: the id itself never gets here."""
    client_country: str | None = None
    kind: tuple[object, ...] | None = None
    """What it has in common with other calls to its URL, of which it differs in numbers and ids only; None: it is special."""

    def __init__(self, method: str, url: str, started_s: float, call_id: str = "", attempt: int = 0) -> None:
        self.method = method
        self.url = url
        """As the program gave it: with query, userinfo and all."""
        self.started_s = started_s
        self.call_id = call_id
        self.attempt = attempt
