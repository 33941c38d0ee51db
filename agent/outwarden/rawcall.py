"""RawCall: one attempt of one outbound call, as it was seen, before redaction. It may hold secrets.

Only `capture` (which makes it) and `redact` (which turns it into a CallEvent) may import this module; a contract in
pyproject.toml keeps everybody else away.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

Failure = Literal["timeout", "network", "tls", "aborted"]

NO_HEADERS: Final[Mapping[str, Any]] = MappingProxyType({})


class RawCall:
    """What a client hook saw. Times: `started_s` is Unix seconds, the durations are seconds of a monotonic clock.

    Each call of the program makes one, and what comes of it is noted there: with slots that costs least.
    """

    __slots__ = (
        *("method", "url", "started_s", "call_id", "attempt", "will_retry", "request_headers", "request_bytes"),
        *("status", "response_headers", "response_bytes", "headers_s", "duration_s", "failure", "error"),
        *("trace_id", "span_id", "tls_version", "cert_sha256", "traces_sent", "traces_kept"),
        *("call_name", "user", "client_country", "kind", "address", "line"),
    )

    address: Any
    """What redaction found out of a URL that it does not remember, for the rest of this call; mostly not set."""

    line: bytes
    """The line of its event, once the long way has made it: if the program interrupts what follows, it is written again as it is."""

    def __init__(  # noqa: PLR0917 - what the hooks know at once, in this order
        self,
        method: str,
        url: str,
        started_s: float,
        call_id: str = "",
        attempt: int = 0,
        request_headers: Mapping[Any, Any] = NO_HEADERS,
        request_bytes: int | None = None,
    ) -> None:
        """Note how a call begins.

        Args:
            method: as the program gave it.
            url: as the program gave it: with query, userinfo and all.
            started_s: when.
            call_id: of all attempts of one call.
            attempt: which one it is.
            request_headers: by name; nothing of them is kept but what names the key.
            request_bytes: the size of its body.
        """
        self.method = method
        self.url = url
        self.started_s = started_s
        self.call_id = call_id
        self.attempt = attempt
        self.request_headers = request_headers
        self.request_bytes = request_bytes
        self.will_retry: bool | None = None
        self.status: int | None = None
        self.response_headers: Mapping[str, Any] = NO_HEADERS
        self.response_bytes: int | None = None
        self.headers_s: float | None = None
        self.duration_s: float | None = None
        self.failure: Failure | None = None  # without a status, or after it; None: the answer came whole
        self.error: BaseException | None = None
        self.trace_id: str | None = None
        self.span_id: str | None = None
        self.tls_version: str | None = None
        self.cert_sha256: str | None = None
        self.traces_sent = 0  # tracing headers of the program's own that went to a third party
        self.traces_kept = 0  # those that were taken off
        self.call_name: str | None = None  # as the program gave it
        self.user: str | None = None  # a pseudonym: the id itself never gets here
        self.client_country: str | None = None
        self.kind: tuple[object, ...] | None = None
        """What it has in common with other calls to its URL, of which it differs in numbers and ids only; None: it is special."""
