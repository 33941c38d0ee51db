"""Template: the line of an event with gaps for its numbers. Most calls differ from an earlier one in nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from outwarden.event import CallEvent, encode

_GAPS: Final = {
    "ts": '"%s.%06dZ"',
    "event_id": '"%012x%s%s"',
    "call_id": '"%s"',
    "attempt": "%d",
    "pid": "%d",
    "duration_ms": "%.3f",
    "headers_ms": "%.3f",
    "request_bytes": "%d",
    "response_bytes": "%d",
}
"""What is filled in: in this order, which is that of the event's fields."""


def template(event: CallEvent, gate: Callable[[bytes], bytes]) -> str | None:
    """Make the template of an event; None where there is none.

    What goes into the gaps are numbers and ids of our own, so what the last gate says of the template holds for each line
    that is made of it.
    """
    marks = {name: f"\x02{name}\x03" for name in _GAPS}
    line = encode(replace(event, **marks, user=None, client_country=None, trace_id=None, span_id=None))
    if gate(line) != line:
        return None
    text = line.decode().replace("%", "%%")
    for name, gap in _GAPS.items():
        mark = f'"\\u0002{name}\\u0003"'
        if text.count(mark) != 1:
            return None
        text = text.replace(mark, gap)
    return text.removesuffix("}")
