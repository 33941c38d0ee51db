"""Template: the line of an event with gaps for its numbers. Most calls differ from an earlier one in nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from outwarden.event import CallEvent, encode

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
    "duration_ms": "",
    "headers_ms": "",
    "request_bytes": "",
    "response_bytes": "",
    "rate_limit": "",
    "rate_remaining": "",
    "rate_reset_s": "",
    "credits": "",
}
"""What is filled in behind the time, in the order of the event's fields; with what stands around it."""


def template(event: CallEvent, gate: Callable[[bytes], bytes]) -> Template | None:
    """Make the template of an event; None where there is none.

    What goes into the gaps are numbers and ids of our own, so what the last gate says of the template holds for each line
    that is made of it.
    """
    marks = {name: f"\x02{name}\x03" for name in _GAPS if getattr(event, name) is not None}
    line = encode(replace(event, **marks, ts="", user=None, client_country=None, trace_id=None, span_id=None))
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
