"""A polite guest in somebody else's process: our fault is never the program's fault, and we never watch ourselves."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import CodeType
from typing import TYPE_CHECKING, Any, Final

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
        if not isinstance(error, Exception) or is_the_programs(error):
            return False
        swallow(self._place, error)
        return True


def is_the_programs(error: BaseException) -> bool:
    """Say whether a signal handler of the program raised this in the middle of our work: a timeout that it wants to see.

    What is no `Exception` never comes from us: an interrupt, or the exit that a handler has asked for.
    """
    if not isinstance(error, Exception):
        return True
    codes = handler_codes()
    trace = error.__traceback__
    while codes and trace is not None:
        if trace.tb_frame.f_code in codes:
            return True
        trace = trace.tb_next
    return False


def handler_codes() -> set[CodeType]:
    """Give the code of the program's signal handlers."""
    signal: Any = sys.modules.get("signal")
    if signal is None:  # then nobody has set a handler, and we need not load it
        return set()
    bare: Any = sys.modules.get("_signal", signal)  # without what makes an `Enum` of each answer, 40 times as long
    handlers = [bare.getsignal(number) for number in range(1, signal.NSIG)]
    return {code for handler in handlers if callable(handler) and (code := _code(handler)) is not None}


def _code(handler: object) -> CodeType | None:
    """Give the code that a signal handler runs; None for those that are no Python."""
    while isinstance(handler, functools.partial):
        handler = handler.func
    kind: Any = type(handler)
    for function in (handler, getattr(handler, "__func__", None), getattr(kind, "__call__", None)):  # noqa: B004 - its code
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType):
            return code
    return None


def swallow(place: str, error: BaseException) -> None:
    """Count a fault of ours and log it once per place.

    What a signal handler of the program raised is raised on: the fault is not ours, and the program waits for it.
    """
    if is_the_programs(error):
        raise error
    try:
        tally.count("internal_error", 1)
        say_once(place, "A fault inside outwarden was swallowed.", error_type=type(error).__name__)
    except Exception:  # noqa: S110 - a second fault of ours is no more the program's than the first
        pass


def say_once(place: str, sentence: str, **facts: str | None) -> None:
    """Log what somebody should know, once per place."""
    try:
        # Without any handler Python would print the line on the standard error of a program that does not log.
        if place not in _told and logger.hasHandlers():
            _told.add(place)
            logger.warning(sentence, extra={"place": place, **facts})
    except Exception:  # noqa: S110 - a broken log handler of the program must not reach the program through us
        pass


@contextmanager
def unwatched() -> Iterator[None]:
    """Make no events for the calls inside, and no spans either, of whatever instrumentation: they are our own."""
    token = _unwatched.set(True)
    context: Any = sys.modules.get("opentelemetry.context")  # not imported by us: without it nobody makes spans
    attach = getattr(context, "attach", None)
    if attach is None:
        try:
            yield
        finally:
            _unwatched.reset(token)
        return
    quiet = context.get_current()
    for key in ("suppress_instrumentation", getattr(context, "_SUPPRESS_INSTRUMENTATION_KEY", None)):
        quiet = context.set_value(key, True, quiet) if key else quiet
    before = attach(quiet)
    try:
        yield
    finally:
        context.detach(before)
        _unwatched.reset(token)


is_unwatched: Final = _unwatched.get
"""Say whether the call that is just being made is one of our own. Each call asks: this way it costs no frame."""
