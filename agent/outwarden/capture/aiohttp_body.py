"""A body of aiohttp that is still to come. We never read it ourselves.

One thing tells of all its ends: aiohttp gives the connection back with the last byte, when the response is closed or
released, and when it is collected. What waits for that is called then, like aiohttp's own timers.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any, Final

from aiohttp import ClientConnectionError, ClientResponse

from outwarden.capture import outcome
from outwarden.capture.call import Call
from outwarden.polite import swallow

PLACE: Final = "capture.aiohttp_body"

_CLOSED: Final = ("Connection closed",)
"""What aiohttp says to those who go on reading what the program has closed or released."""

_COLLECTED: Final = getattr(ClientResponse.__del__, "__code__", None)

_open: Final[set[Call]] = set()


class AiohttpBody:
    """Ends a call when the connection of its answer is given back. It never refers to the response, so it does not keep it alive.

    Args:
        call: has returned but for the body.
        content: the body, as aiohttp gives it to the program.
    """

    __slots__ = ("_call", "_content")

    def __init__(self, call: Call, content: Any) -> None:
        self._call: Call | None = call
        self._content = content
        _open.add(call)

    def __call__(self) -> None:
        """End the call, the first time. Never raises."""
        call = self._call
        if call is None:
            return
        self._call = None
        try:
            _open.remove(call)  # atomic: two threads may get here at once
        except KeyError:
            return
        try:
            raw = call.pending
            if raw is not None:
                raw.response_bytes = size(self._content, raw.response_headers)
                error = self._content.exception()
                if error is not None and (error := _why_broken_off(error)) is not None:
                    raw.error = error
                    raw.failure = outcome.failure(error)
                call.finish()
        except Exception as fault:
            swallow(PLACE, fault)

    def __del__(self) -> None:
        if self._call is not None:  # the loop had ended: then aiohttp gives nothing back
            self()


def _why_broken_off(error: BaseException) -> BaseException | None:
    """Give what broke the body off, or made the program give up on it; None where it had simply seen enough."""
    if _is_collected():
        return None  # it did not look, and may have closed the session meanwhile
    if type(error) is not ClientConnectionError or error.args != _CLOSED:
        return error
    raised = sys.exception()
    if raised is None or (outcome.failure(raised) in (None, "aborted") and isinstance(raised, Exception)):
        return None
    return raised


def _is_collected() -> bool:
    """Say whether it is because nobody kept the response that we are called."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - there is no other way, and any Python that aiohttp knows has it
    while frame is not None and frame.f_code is not _COLLECTED:
        if frame.f_globals.get("__package__") not in ("aiohttp", __package__):
            return False
        frame = frame.f_back
    return frame is not None


def size(content: Any, headers: Mapping[str, Any]) -> int | None:
    """Give the bytes of the body that came over the wire; None where an older aiohttp knows them unpacked only."""
    told: int | None = getattr(content, "total_raw_bytes", None)
    if told is None and "Content-Encoding" not in headers:
        told = getattr(content, "total_bytes", None)
    return told


def _exit() -> None:
    """End what is still open when the interpreter ends."""
    while _open:
        try:
            _open.pop().finish()
        except KeyError:
            return
        except Exception as fault:
            swallow(PLACE, fault)


atexit.register(_exit)
