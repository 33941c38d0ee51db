"""Template: the line of an event with gaps for its numbers. Most calls differ from an earlier one in nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from outwarden.event import CallEvent, encode
from outwarden.rawcall import RawCall
from outwarden.redact import responses

Template = tuple[str, ...]
"""What stands before each gap, and behind the last one. A gap whose field the event lacks has nothing before it, and is to be
filled with nothing."""

BEGIN: Final = '{"kind":"call","ts":"'
"""With this and the time each line begins."""
END: Final = "}\n"

_GAPS: Final = {
    "event_id": '"',
    "call_id": '"',
    "attempt": "",
    "path": '"',
    "duration_ms": "",
    "headers_ms": "",
    "request_bytes": "",
    "response_bytes": "",
    "rate_limit": "",
    "rate_remaining": "",
    "rate_reset_s": "",
    "credits": "",
}
"""What is filled in behind the time, in the order of the event's fields; with what stands around it. The query comes with the path."""


_LEFT_OUT: Final = {"ts": "", "query": None, "user": None, "client_country": None, "trace_id": None, "span_id": None}


def template(event: CallEvent, gate: Callable[[bytes], bytes]) -> Template | None:
    """Make the template of an event; None where there is none.

    What goes into the gaps are numbers and ids of our own, and paths and queries that the last gate has seen; so what it says of
    the template holds for each line that is made of it.
    """
    marks = {name: f"\x02{name}\x03" for name in _GAPS if getattr(event, name) is not None}
    line = encode(replace(event, **(_LEFT_OUT | marks)))
    if gate(line) != line or not line.startswith(BEGIN.encode()):
        return None
    pieces = []
    rest = line.decode().removeprefix(BEGIN).removesuffix("}") + END
    for name, quote in _GAPS.items():
        if name not in marks:
            pieces.append("")
            continue
        before, mark, behind = rest.partition(f'"\\u0002{name}\\u0003"')
        if not mark or mark in behind:
            return None
        pieces.append(before + quote)
        rest = quote + behind
    return (*pieces, rest)


def numbers_of(raw: RawCall) -> tuple[float | None, ...] | None:
    """Give what the last gaps of a template are filled with, where not all is as usual; None where the server said more.

    Gaps behind those that are given have no place in the template either.
    """
    headers: Any = raw.response_headers
    size = raw.response_bytes
    headers_ms = None if raw.headers_s is None else int(raw.headers_s * 1_000_000 + 0.5) / 1000
    stored = getattr(headers, "_store", None)
    if stored is not None and responses.TOLD.isdisjoint(stored):  # nearly always where nothing came over the wire
        return headers_ms, raw.request_bytes, responses.content_length(stored) if size is None else size
    said = responses.read(headers, sized=size is not None)
    if (said.retry_after_s, said.deprecation, said.sunset, said.successor) != (None,) * 4:
        return None
    size = said.content_length if size is None else size
    return headers_ms, raw.request_bytes, size, said.rate_limit, said.rate_remaining, said.rate_reset_s, said.credits


def labels_of(raw: RawCall) -> str:
    """Give the end of a line that says on whose behalf the call was made, and by which span."""
    told = {
        "user": raw.user,
        "client_country": raw.client_country,
        "trace_id": raw.trace_id,
        "span_id": raw.span_id,
    }
    return "".join([f',"{name}":"{value}"' for name, value in told.items() if value is not None])
