"""Hook: what the hooks of all clients have in common. It sits on methods of somebody else's classes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import Token
from typing import Any, Final
from urllib.parse import urlsplit

from outwarden.capture import otel
from outwarden.capture.call import IGNORED, Call, Ignored, current, on_the_wire
from outwarden.capture.interruption import interrupts
from outwarden.capture.patch import Patch
from outwarden.capture.recorder import Recorder
from outwarden.polite import is_unwatched
from outwarden.rawcall import RawCall

_modules: Final = sys.modules


class Hook:
    """Sees every call that goes through one client, in all sessions of this process.

    Args:
        record: gets each finished attempt; what it raises is swallowed.
        tracing: makes or enriches spans; None for none.
    """

    def __init__(self, record: Callable[[RawCall], object], tracing: otel.Tracing | None = None) -> None:
        recorder = record if isinstance(record, Recorder) else Recorder(record)
        self._record = recorder.take
        self._tracing = tracing
        self._active = False
        """Said by `uninstall` also to wrappers that stay: they then pass everything on, and touch no call of a later hook."""
        self._patches = tuple(self._made())

    def _made(self) -> list[Patch]:
        """Give what is to be wrapped."""
        raise NotImplementedError  # each client's hook says it

    def install(self) -> None:
        """Watch from now on, also sessions that exist already."""
        try:
            for patch in self._patches:
                patch.apply()
        except Exception:  # a version of the client that we do not know
            self.uninstall()
            raise
        self._active = True

    def uninstall(self) -> None:
        """Put everything back."""
        self._active = False
        if self._tracing is not None:
            self._tracing.uninstall()
        for patch in self._patches:
            patch.remove()

    def _watches(self) -> bool:
        """Say whether a call is the program's own."""
        return (
            self._active
            and not is_unwatched()
            and not ("opentelemetry.context" in _modules and otel.is_suppressed())  # the first look is cheaper
        )

    def _begin(self, owner: object) -> Call | Ignored:
        return Call(self._record, owner) if self._watches() else IGNORED


def carries(outer: Call | Ignored | None, url: str) -> bool:
    """Say whether a call of another client is only carried by this one: a transport that rides on it."""
    if not isinstance(outer, Call) or outer.request is None or on_the_wire(outer):
        return False
    one, other = urlsplit(str(outer.request.url)), urlsplit(url)
    same = one.hostname == other.hostname and one.path.rstrip("/") == other.path.rstrip("/")
    return same and not interrupts(outer)


def leave(token: Token[Any]) -> None:
    """Go back to the call around this one."""
    try:
        current.reset(token)
    except ValueError:
        pass  # a coroutine that was abandoned ends in somebody else's context
