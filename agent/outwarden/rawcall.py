"""RawCall: one attempt of one outbound call, as it was seen, before redaction. It may hold secrets.

Only `capture` (which makes it) and `redact` (which turns it into a CallEvent) may import this module; a contract in
pyproject.toml keeps everybody else away.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

import msgspec

Failure = Literal["timeout", "network", "tls", "aborted"]

NO_HEADERS: Final[Mapping[str, Any]] = MappingProxyType({})


class RawCall(msgspec.Struct, eq=False):
    """What a client hook saw. Times: `started_s` is Unix seconds, the durations are seconds of a monotonic clock."""

    method: str
    url: str
    """As the program gave it: with query, userinfo and all."""
    started_s: float
    call_id: str = ""
    attempt: int = 0
    will_retry: bool | None = None
    request_headers: Mapping[Any, Any] = NO_HEADERS
    request_bytes: int | None = None
    status: int | None = None
    response_headers: Mapping[str, Any] = NO_HEADERS
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
