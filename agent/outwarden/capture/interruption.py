"""A signal handler of the program may call in the middle of a call: what it makes is no part of the call that it interrupts."""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Final

from outwarden.polite import handler_codes

if TYPE_CHECKING:
    from outwarden.capture.call import Call

_CLIENTS: Final = frozenset(("requests", "urllib3", "httpx", "httpcore", "aiohttp", "urllib"))
"""Packages whose functions handle no signal: where nothing else lies between, nobody need be asked."""


def interrupts(outer: Call) -> bool:
    """Say whether the call that begins just now is made by a signal handler that has interrupted `outer`.

    The handler sees the context of what it has interrupted; only the frames between tell it from a part of that call.
    """
    between = _between(outer)
    return bool(between) and not handler_codes().isdisjoint(between)


def _between(outer: Call) -> set[CodeType]:
    """Give the code that runs between the wrapper which has begun `outer` and the one that asks, without the clients' own."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to the caller
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    found = set()
    while frame is not None:
        if _is_ours(frame):
            if frame.f_locals.get("call") is outer:
                break
        elif frame.f_globals.get("__name__", "").partition(".")[0] not in _CLIENTS:
            found.add(frame.f_code)
        frame = frame.f_back
    return found


def _is_ours(frame: FrameType) -> bool:
    return frame.f_globals.get("__package__") == __package__
