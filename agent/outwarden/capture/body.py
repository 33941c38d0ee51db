"""A body that is still to come: its call ends when the body ends, is closed or is collected. We never read it ourselves."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from time import perf_counter
from typing import Final

from outwarden.capture import outcome
from outwarden.polite import swallow
from outwarden.process import process
from outwarden.rawcall import RawCall

PLACE: Final = "capture.body"

MARK: Final = "_outwarden_body"
"""The attribute by which a response knows its body."""

_open: Final[set[Body]] = set()


class Body:
    """The call behind an unread body. It never refers to the response, so it does not keep it alive."""

    __slots__ = ("_began", "_pid", "_raws", "_record", "reading", "whole")

    def __init__(self, raw: RawCall, *, began: float, pid: int, record: Callable[[RawCall], None]) -> None:
        self._raws = [raw]
        self._began = began
        self._pid = pid
        self._record = record
        self.reading = False
        """A read is under way, and says itself how it went."""
        self.whole: int | None = None
        """So many bytes the body is to have, where it takes that to know how many came."""
        _open.add(self)

    def end(self, size: int | None = None, error: BaseException | None = None) -> None:
        """Record the call, the first time, in the process that made it."""
        try:
            raw = self._raws.pop()  # atomic: two threads may get here at once
        except IndexError:
            return
        _open.discard(self)
        if self._pid != process.pid:
            return
        raw.duration_s = perf_counter() - self._began
        raw.response_bytes = size
        if error is not None:
            raw.error = error
            raw.failure = outcome.failure(error)
        self._record(raw)


def collected(body: Body) -> None:
    """End the body of a response that nobody kept. Never raises: Python would write it to standard error."""
    try:
        body.end()
    except Exception as fault:
        swallow(PLACE, fault)


def _exit() -> None:
    """End what is still open when the interpreter ends."""
    for body in list(_open):
        collected(body)


atexit.register(_exit)
