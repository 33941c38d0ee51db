"""CallEvent: one attempt of one outbound call, safe to keep. The noun that all rooms speak.

Only `redact` makes a CallEvent from what was seen on the wire; the journal and every sink take nothing else.
The fields are described in docs/events.md; a field whose value is null (or empty) is left out of the JSON line.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from functools import cache
from typing import Final, Literal

import msgspec

from outwarden.process import process

SCHEMA: Final = 1
"""Version of the event's shape; it rises when a field changes its meaning or goes away."""

Outcome = Literal["ok", "client_error", "server_error", "timeout", "network", "tls", "blocked", "aborted"]
"""How a call ended. `aborted`: the program itself gave up (interrupt, cancellation, an error in its own code)."""


class CallEvent(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="call", gc=False):
    """One attempt on the wire, redacted. Made by name, but for the one place where each call makes one.

    Times are RFC 3339 UTC with microseconds, durations are milliseconds, sizes are bytes.
    """

    ts: str
    event_id: str
    call_id: str
    attempt: int
    """1, 2, …; 0 when the answer came without the wire (a cache, a custom adapter)."""
    api: str
    """Name of the API profile, or `generic`."""
    method: str
    host: str
    outcome: Outcome
    status: int | None
    service: str
    env: str
    pid: int
    schema: int
    will_retry: bool | None = None
    route: str | None = None
    """Low-cardinality template such as `/v2/company/report/{symbol}/`; null where the profile knows no such route."""
    scheme: str | None = None
    path: str | None = None
    query: str | None = None
    reason: str | None = None
    duration_ms: float | None = None
    """Wall time to the body's end where the program read it, else to the response headers or the failure."""
    headers_ms: float | None = None
    """Wall time to the response headers."""
    request_bytes: int | None = None
    response_bytes: int | None = None
    retry_after_s: float | None = None
    rate_limit: int | None = None
    """Calls that the server allows per window of its own."""
    rate_remaining: int | None = None
    rate_reset_s: float | None = None
    """Seconds until the window begins anew."""
    credits: int | float | None = None
    """What the call cost, where the server said so."""
    credits_from: Literal["header", "rule", "unknown"] | None = None
    """How the cost is known."""
    deprecation: str | None = None
    sunset: str | None = None
    successor: str | None = None
    """What the server says to call instead: a redacted address."""
    tls_version: str | None = None
    cert_sha256: str | None = None
    """Fingerprint of the certificate that the server, or a proxy that opens TLS, has shown."""
    user: str | None = None
    """Keyed-hash pseudonym of the application's user on whose behalf the call was made."""
    client_country: str | None = None
    """Country of that user's address, as ISO 3166 names it: `ID`."""
    call_name: str | None = None
    """What the program calls the logical call."""
    key_id: str | None = None
    """Keyed hash of the credential that was used: tells keys apart, never shows one."""
    error_type: str | None = None
    error: str | None = None
    host_name: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    redactions: dict[str, int] = {}
    """Rules that fired, with counts; `url.key` means that a key was seen in the URL."""


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="notice", gc=False):
    """One fact about outwarden itself: a loss, a start or a stop. The names are a closed set, see docs/events.md."""

    ts: str
    event_id: str
    name: Literal["lost", "slow", "started", "stopped", "quarantined"]
    service: str
    env: str
    pid: int
    schema: int
    host_name: str | None = None
    reason: str | None = None
    count: int | None = None


Event = CallEvent | Notice


_FIRST: Final = 10_000_000
_LAST: Final = 90_000_000
"""Behind this the counter begins anew, in the next millisecond in which that is looked at."""


class EventIds:
    """Make sortable unique ids: 12 hex digits of Unix milliseconds, 12 of a random number per process, 8 of a counter.

    Ids of one process sort in the order in which they were made, also within one millisecond and when the clock
    steps back. After a fork the child must call `renew`. Its parts are public for what makes ids without a frame: such an
    id is `beginning`, which may be some time old, and the next of the counter.

    `counter` counts from the first to the last number of eight digits: an id is made in the middle of the program's calls,
    where other ways to eight digits cost several times as much.
    """

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self._restart()
        self.beginning = f"{int(time.time() * 1000):012x}{self.process}"
        """The first 24 digits of the latest id."""
        self.last_ms = 0

    def _restart(self) -> None:
        self.process = os.urandom(6).hex()
        self.counter = itertools.count(_FIRST)

    def now(self) -> None:
        """Let the beginning be that of this moment."""
        now_ms = time.time_ns() // 1_000_000
        if now_ms > self.last_ms:
            self.last_ms = now_ms
            if next(self.counter) > _LAST:
                self._restart()
            self.beginning = f"{now_ms:012x}{self.process}"

    def new(self) -> str:
        self.now()
        return f"{self.beginning}{next(self.counter)}"


ids: Final = EventIds()
"""The id generator of this process."""

process.each(ids.renew)


def timestamp(epoch_s: float) -> str:
    """Render Unix seconds as RFC 3339 UTC with microseconds, such as `2026-11-23T14:23:45.000001Z`."""
    whole = int(epoch_s // 1)
    fraction = round((epoch_s - whole) * 1_000_000)
    if fraction == 1_000_000:
        whole, fraction = whole + 1, 0
    return f"{second(whole)}.{fraction:06d}Z"


def second(whole: int) -> str:
    """Render a Unix second, such as `2026-11-23T14:23:45`."""
    global _cached_second  # noqa: PLW0603 - one tuple, swapped whole: no lock needed
    known, text = _cached_second
    if known != whole:
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
        _cached_second = (whole, text)
    return text


_cached_second: tuple[int, str] = (-1, "")
"""Calls come many to a second: the rendering of the last one is kept."""


_encoder: Final = msgspec.json.Encoder()


@cache
def _decoder() -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(Event)  # no watched program needs it


encode: Final[Callable[[Event], bytes]] = _encoder.encode
"""Render one event as a JSON object without the newline."""


def decode(line: bytes) -> Event:
    """Read one JSON line.

    Raises:
        msgspec.DecodeError: the line is no JSON, or no event (`msgspec.ValidationError` is one of its kind).
    """
    try:
        return _decoder().decode(line)
    except (UnicodeDecodeError, RecursionError):  # what msgspec says of broken UTF-8, and of a line of brackets
        raise msgspec.DecodeError("The line is no event.") from None
