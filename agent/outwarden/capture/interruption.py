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

_FOLLOWING: Final = "resolve_redirects"
"""The method of a session of requests that sends the hops of a call."""

_EAGER: Final = frozenset(("create_task", "factory"))
"""Functions of asyncio that run a new task at once, up to where it waits for the first time, if they are asked to."""


def interrupts(outer: Call) -> bool:
    """Say whether the call that begins just now is made by a signal handler that has interrupted `outer`.

    The handler sees the context of what it has interrupted; only the frames between tell it from a part of that call.
    """
    return _is_of_a_handler(_between(outer)[0])


def is_hop(outer: Call) -> bool:
    """Say whether what a session of requests sends just now follows a redirect of `outer`.

    Else the same session sends something else: for a hook, a body or a signal handler of the program.
    """
    between, follows = _between(outer)
    return follows and not _is_of_a_handler(between)


def runs_within(outer: Call) -> bool:
    """Say whether the wrapper that has begun `outer` waits for what runs just now: what another task runs, it does not."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to the caller
    while frame is not None:
        name = frame.f_code.co_name
        if name in _EAGER and frame.f_globals.get("__package__") == "asyncio":
            return False
        if name == "_request" and _is_ours(frame) and frame.f_locals.get("call") is outer:
            return True
        frame = frame.f_back
    return False


def _is_of_a_handler(codes: set[CodeType]) -> bool:
    return bool(codes) and not handler_codes().isdisjoint(codes)


def _between(outer: Call) -> tuple[set[CodeType], bool]:
    """Look at what runs between the wrapper which has begun `outer` and the one that asks.

    Gives the code of it without the clients' own, and whether redirects are followed there.
    """
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the documented way to the caller
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    found = set()
    follows = False
    while frame is not None:
        if _is_ours(frame):
            if frame.f_locals.get("call") is outer:
                break
        else:
            follows = follows or frame.f_code.co_name == _FOLLOWING
            if frame.f_globals.get("__name__", "").partition(".")[0] not in _CLIENTS:
                found.add(frame.f_code)
        frame = frame.f_back
    return found, follows


def _is_ours(frame: FrameType) -> bool:
    return frame.f_globals.get("__package__") == __package__
