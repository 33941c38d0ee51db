"""`HTTPTransport(retries=…)` of httpx tries to connect again by itself: each of these is an attempt.

Only httpcore sees them, and tells whoever asks for its trace. A transport without retries, the usual one, pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from outwarden.capture.call import Call
from outwarden.polite import swallow
from outwarden.rawcall import RawCall

PLACE: Final = "capture.reconnect"

_FAILED: Final = frozenset(("connection.connect_tcp.failed", "connection.start_tls.failed"))
_AGAIN: Final = "connection.retry.started"


def follow(transport: Any, request: Any, call: Call, read: Callable[[Any], RawCall], *, sync: bool) -> None:
    """Note each attempt to connect of a transport that makes several."""
    if not getattr(getattr(transport, "_pool", None), "_retries", 0):
        return
    call.judged = True
    theirs = request.extensions.get("trace")

    def note(name: str, info: dict[str, Any]) -> None:
        try:
            if name in _FAILED:
                call.unanswered(info["exception"])
            elif name == _AGAIN:
                call.attempt(read(request))
        except Exception as fault:
            swallow(PLACE, fault)

    def trace(name: str, info: dict[str, Any]) -> None:
        note(name, info)
        if theirs is not None:
            theirs(name, info)

    async def async_trace(name: str, info: dict[str, Any]) -> None:
        note(name, info)
        if theirs is not None:
            await theirs(name, info)

    request.extensions = {**request.extensions, "trace": trace if sync else async_trace}
