"""Template: the line of an event with gaps for its numbers. Most calls differ from an earlier one in nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from outwarden.event import CallEvent, encode

Template = tuple[str, ...]
"""What stands before, between and behind the gaps; the last brace is left out. A gap whose field the event lacks is behind
nothing, and is to be filled with nothing."""

_GAPS: Final = {
    "ts": '"',
    "event_id": '"',
    "call_id": '"',
    "attempt": "",
    "pid": "",
    "duration_ms": "",
    "headers_ms": "",
    "request_bytes": "",
    "response_bytes": "",
}
"""What is filled in, in the order of the event's fields; with what stands around it."""


def template(event: CallEvent, gate: Callable[[bytes], bytes]) -> Template | None:
    """Make the template of an event; None where there is none.

    What goes into the gaps are numbers and ids of our own, so what the last gate says of the template holds for each line
    that is made of it.
    """
    marks = {name: f"\x02{name}\x03" for name in _GAPS if getattr(event, name) is not None}
    line = encode(replace(event, **marks, user=None, client_country=None, trace_id=None, span_id=None))
    if gate(line) != line:
        return None
    pieces = []
    rest = line.decode().removesuffix("}")
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
