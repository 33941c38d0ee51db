"""Around: the span around what happens now, in a third of the frames that OpenTelemetry's own way to it takes.

Each traced call asks for it several times.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from opentelemetry import context
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import INVALID_SPAN
from opentelemetry.trace.propagation import _SPAN_KEY

SPAN_KEY: Final = _SPAN_KEY

_variable: Final[Any] = getattr(context._RUNTIME_CONTEXT, "_current_context", None)  # noqa: SLF001 - checked, and it may be another
_is_usual: Final = isinstance(_variable, ContextVar)

get_current: Final[Callable[[], Context]] = _variable.get if _is_usual else context.get_current
"""Give the context of OpenTelemetry: in no frame at all where it is kept as usual."""
enter: Final[Callable[[Context], Any]] = _variable.set if _is_usual else attach
"""Make a context the current one; gives what `leave` wants."""
_reset: Final[Callable[[Any], None]] = _variable.reset if _is_usual else detach


def current_span() -> Any:
    """Give the span that is current; `INVALID_SPAN` where there is none."""
    return get_current().get(_SPAN_KEY, INVALID_SPAN)


def leave(token: Any) -> None:
    """Go back to what was current before."""
    try:
        _reset(token)
    except ValueError:
        detach(token)  # a coroutine that was abandoned ends in somebody else's context: OpenTelemetry says so
