"""Around: the span around what happens now, in a third of the frames that OpenTelemetry's own way to it takes.

Each traced call asks for it several times.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from opentelemetry import context
from opentelemetry.context import _SUPPRESS_HTTP_INSTRUMENTATION_KEY, Context, attach, detach
from opentelemetry.trace import INVALID_SPAN, Span
from opentelemetry.trace.propagation import _SPAN_KEY

SPAN_KEY: Final = _SPAN_KEY

_variable: Final = getattr(context._RUNTIME_CONTEXT, "_current_context", None)  # noqa: SLF001 - read only, and it may be another

get_current: Final[Callable[[], Context]] = _variable.get if isinstance(_variable, ContextVar) else context.get_current
"""Give the context of OpenTelemetry: in no frame at all where it is kept as usual."""


def current_span() -> Any:
    """Give the span that is current; `INVALID_SPAN` where there is none."""
    return get_current().get(_SPAN_KEY, INVALID_SPAN)


def enter(span: Span, *, suppressing: bool) -> Any:
    """Make a span the current one; gives what `leave` wants.

    Args:
        span: the span.
        suppressing: instrumentors below make no spans of HTTP calls, as if they were asked so right afterwards.
    """
    inside = {**get_current(), _SPAN_KEY: span}
    if suppressing:
        inside[_SUPPRESS_HTTP_INSTRUMENTATION_KEY] = True
    return attach(Context(inside))


leave = detach
"""Go back to what was current before."""
