"""OpenTelemetry: spans where the program traces, and the ids of the span around each call.

Nothing of OpenTelemetry is imported here: whether the program uses it is read off `sys.modules`, and `spans` is loaded
with the first span.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from outwarden.polite import swallow
from outwarden.rawcall import RawCall

if TYPE_CHECKING:
    from outwarden.capture.spans import Spans

PLACE: Final = "capture.otel"

_PLAIN_KEY: Final = "suppress_instrumentation"
_INSTRUMENTATION: Final = "opentelemetry.instrumentation.requests"


class Described(NamedTuple):
    """What may be said about a URL."""

    url: str
    """Redacted."""
    template: str | None
    """The route."""
    api: str


class Cleaner(NamedTuple):
    """How spans are cleaned."""

    describe: Callable[[str], Described]
    text: Callable[[str], str]


def is_suppressed() -> bool:
    """Say whether this call is an exporter's own: OpenTelemetry marks those. Costs next to nothing without it."""
    context = sys.modules.get("opentelemetry.context")
    if context is None:
        return False
    try:
        current = context.get_current()
    except AttributeError:  # it is just being imported
        return False
    return bool(current.get(_PLAIN_KEY) or current.get(getattr(context, "_SUPPRESS_INSTRUMENTATION_KEY", _PLAIN_KEY)))


class Tracing:
    """Spans for the calls of requests.

    Args:
        mode: `auto` makes spans once the program has a tracer provider of the SDK, `always` in any case.
        cleaner: what spans may carry.
        client: whose calls these are.
    """

    def __init__(self, mode: Literal["auto", "always"], cleaner: Cleaner, client: str = "requests") -> None:
        self._always = mode == "always"
        self._cleaner = cleaner
        self._spans: Spans | None = None
        disabled = os.environ.get("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "").split(",")
        self._settled = client != "requests" or client in map(str.strip, disabled)
        """Nothing is left to decide: there are spans, or there never will be any of ours."""

    def engage(self) -> bool:
        """Begin to make spans when it is time; True when that has just happened."""
        if self._settled or not (self._always or program_provider() is not None):
            return False
        self._settled = True
        if _is_instrumented():
            return False  # the program makes its spans itself
        try:
            from outwarden.capture.spans import Spans  # noqa: PLC0415 - only where there are traces

            self._spans = Spans(self._cleaner)
        except ImportError as fault:
            swallow(PLACE, fault)
            return False
        return True

    def keep_to_ourselves(self, request: Any) -> None:
        """Take the headers of our own span off a request: third parties learn nothing of our traces."""
        if self._spans is not None:
            self._spans.keep_to_ourselves(request)

    def at_wire(self, raw: RawCall) -> None:
        """Note the ids of the span around the call, and tell the span what we know."""
        trace = sys.modules.get("opentelemetry.trace")
        if trace is None:
            return
        span: Any = trace.get_current_span()
        context = span.get_span_context()
        if not context.is_valid:
            return
        raw.trace_id = f"{context.trace_id:032x}"
        raw.span_id = f"{context.span_id:016x}"
        if span.is_recording() and _is_of_requests(span):
            self._enrich(span, raw)

    def uninstall(self) -> None:
        """Make no more spans."""
        if self._spans is not None:
            self._spans.uninstall()
            self._spans = None
            self._settled = False

    def _enrich(self, span: Any, raw: RawCall) -> None:
        if raw.attempt > 1:  # one span covers all hops; it keeps the address that the program asked for
            span.set_attribute("http.request.resend_count", raw.attempt - 1)
            return
        url, template, api = self._cleaner.describe(raw.url)
        known: dict[str, Any] = {"outwarden.api": api, "outwarden.call_id": raw.call_id}
        if template is not None:
            known["url.template"] = template
        if self._spans is None or not self._spans.made(span):  # ours was clean from the start
            attributes = getattr(span, "attributes", None) or ()
            known |= {key: url for key in ("url.full", "http.url") if key in attributes}
        span.set_attributes(known)


def program_provider() -> Any:
    """Give the tracer provider that the program has set, if it is one of the SDK."""
    trace, sdk = sys.modules.get("opentelemetry.trace"), sys.modules.get("opentelemetry.sdk.trace")
    provider = getattr(trace, "_TRACER_PROVIDER", None)
    kind = getattr(sdk, "TracerProvider", None)
    return provider if provider is not None and kind is not None and isinstance(provider, kind) else None


def _is_instrumented() -> bool:
    instrumentation = sys.modules.get(_INSTRUMENTATION)
    instrumentor: Any = getattr(instrumentation, "RequestsInstrumentor", None)
    return instrumentor is not None and bool(instrumentor().is_instrumented_by_opentelemetry)


def _is_of_requests(span: Any) -> bool:
    """Only the span of this very call is ours to enrich, not the program's span around it."""
    scope = getattr(span, "instrumentation_scope", None)
    return getattr(scope, "name", None) == _INSTRUMENTATION
