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
    """Note each attempt to connect of a transport that makes several, until `leave`."""
    if not getattr(getattr(transport, "_pool", None), "_retries", 0):
        return
    call.judged = True
    trace = (_Trace if sync else _AsyncTrace)(call, request, read)
    request.extensions = {**request.extensions, "trace": trace}


def leave(request: Any) -> None:
    """Give the request back as it was: the program may send it again."""
    trace = request.extensions.get("trace")
    if isinstance(trace, _Trace):
        request.extensions = trace.before


class _Trace:
    """What httpcore tells its steps, and what tells them to the program's own trace."""

    __slots__ = ("_call", "_read", "_request", "before")

    def __init__(self, call: Call, request: Any, read: Callable[[Any], RawCall]) -> None:
        self._call = call
        self._request = request
        self._read = read
        self.before: dict[str, Any] = request.extensions

    def __call__(self, name: str, info: dict[str, Any]) -> Any:
        self._note(name, info)
        theirs = self.before.get("trace")
        return None if theirs is None else theirs(name, info)

    def _note(self, name: str, info: dict[str, Any]) -> None:
        try:
            if name in _FAILED:
                self._call.unanswered(info["exception"])
            elif name == _AGAIN:
                self._call.attempt(self._read(self._request))
        except Exception as fault:
            swallow(PLACE, fault)


class _AsyncTrace(_Trace):
    __slots__ = ()

    async def __call__(self, name: str, info: dict[str, Any]) -> None:
        self._note(name, info)
        theirs = self.before.get("trace")
        if theirs is not None:
            await theirs(name, info)
