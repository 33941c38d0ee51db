"""A polite guest in somebody else's process: our fault is never the program's fault, and we never watch ourselves."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from outwarden import tally

if TYPE_CHECKING:
    from types import TracebackType

logger = logging.getLogger(__name__)

_unwatched: Final[ContextVar[bool]] = ContextVar("outwarden_unwatched", default=False)
_told: Final[set[str]] = set()


class shielded:  # noqa: N801 - used as a verb: `with shielded("capture.requests"):`
    """Swallow and count whatever goes wrong inside, and log it once per place.

    The log line names the exception's class only: its text could hold anything. BaseExceptions that are no
    Exception (KeyboardInterrupt, SystemExit) pass.
    """

    __slots__ = ("_place",)

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> bool:
        if kind is None or not issubclass(kind, Exception):
            return False
        swallow(self._place, kind)
        return True


def swallow(place: str, kind: type[BaseException]) -> None:
    """Count a fault of ours and log it once per place."""
    tally.count("internal_error", 1)
    if place not in _told:
        _told.add(place)
        try:
            logger.warning(
                "A fault inside outwarden was swallowed.", extra={"place": place, "error_type": kind.__name__}
            )
        except Exception:  # noqa: S110 - a broken log handler of the program must not reach the program through us
            pass


@contextmanager
def unwatched() -> Iterator[None]:
    """Make no events for the calls inside: they are our own."""
    token = _unwatched.set(True)
    try:
        yield
    finally:
        _unwatched.reset(token)


def is_unwatched() -> bool:
    """Say whether the call that is just being made is one of our own."""
    return _unwatched.get()
