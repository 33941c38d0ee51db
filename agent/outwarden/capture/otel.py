"""OpenTelemetry: spans where the program traces, and the ids of the span around each call.

Nothing of OpenTelemetry is imported here: whether the program uses it is read off `sys.modules`, and `spans` is loaded
with the first span.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from outwarden.capture.instrumentors import INSTRUMENTORS, Instrumentor
from outwarden.capture.trace_headers import NAMES, tracers
from outwarden.polite import swallow
from outwarden.rawcall import RawCall

if TYPE_CHECKING:
    from outwarden.capture.seam import Seam
    from outwarden.capture.spans import Spans
    from outwarden.capture.trace_headers import TraceHeaders

logger = logging.getLogger(__name__)

Mode = Literal["auto", "always", "never"]

PLACE: Final = "capture.otel"

_PLAIN_KEY: Final = "suppress_instrumentation"
_ADDRESSES: Final = ("url.full", "http.url")
_modules: Final = sys.modules
_suppressing_key: Any = _PLAIN_KEY

_beginning: Final = threading.RLock()
"""Held while spans are being set up. A fork waits for it: a child would find Python's import locks taken for ever."""
os.register_at_fork(before=_beginning.acquire, after_in_parent=_beginning.release, after_in_child=_beginning.release)


class Described(msgspec.Struct, frozen=True):
    """What may be said about a URL."""

    url: str
    """Redacted."""
    template: str | None
    """The route."""
    api: str
    host: str
    port: int | None


class Cleaner(msgspec.Struct, frozen=True):
    """How spans are cleaned."""

    describe: Callable[[str], Described]
    text: Callable[[str], str]
    name: Callable[[str], str]
    """Of a logical call."""
    secrets: Callable[[], object]
    """Gives what is known to be secret: another object when there is more. What was cleaned before is then out of date."""


_get_context: Callable[[], Any] | None = None


def is_suppressed() -> bool:
    """Say whether this call is an exporter's own: OpenTelemetry marks those. Costs next to nothing without it."""
    get = _get_context or _found_context()
    current = get() if get is not None else None
    return bool(current and (current.get(_PLAIN_KEY) or current.get(_suppressing_key)))


def _found_context() -> Callable[[], Any] | None:
    """Give what gives the context of OpenTelemetry, once that is imported whole; in no frame where it is kept as usual."""
    global _get_context, _suppressing_key  # noqa: PLW0603 - there is but one
    context: Any = _modules.get("opentelemetry.context")
    if context is None or getattr(context.__spec__, "_initializing", False):  # as long as it is being imported
        return None
    variable = getattr(getattr(context, "_RUNTIME_CONTEXT", None), "_current_context", None)
    _suppressing_key = getattr(context, "_SUPPRESS_INSTRUMENTATION_KEY", _PLAIN_KEY)
    _get_context = variable.get if isinstance(variable, ContextVar) else context.get_current
    return _get_context


class Tracing:
    """What the calls of one client have to do with OpenTelemetry.

    Args:
        mode: `auto` makes spans once the program has a tracer provider, `always` in any case; with `never` no span is
            made or touched, only the ids of the span around a call are noted.
        cleaner: what spans may carry.
        client: whose calls these are.
        headers: what becomes of the tracing headers of the program's own; None: nobody looks at them.
    """

    def __init__(
        self, mode: Mode, cleaner: Cleaner, client: str = "requests", headers: TraceHeaders | None = None
    ) -> None:
        self._mode = mode
        self.eager = mode == "always"
        """It makes spans also where nobody has imported OpenTelemetry."""
        self._cleaner = cleaner
        self._headers = headers
        self._spans: Spans | None = None
        self._around: Any = None
        """The module of that name, once there are spans of ours."""
        self._seams: list[Seam] = []
        found = INSTRUMENTORS.get(client)
        self._instrumentor: Instrumentor | None = found
        self._modules = found.modules if found is not None else ()
        self._without_seam = self._modules
        self.settled = found is None or mode == "never"
        """Nothing is left to decide: there are spans, or there never will be any of ours."""

    def engage(self) -> bool:
        """Begin to make spans when it is time; True when that has just happened."""
        for name in self._without_seam:
            if _modules.get(name) is not None:
                self._try_to_open_seam(name)
        return not self.settled and self._begin()

    @property
    def strips(self) -> bool:
        """Tracing headers of the program's own are taken off; hooks must hand over headers that may be changed."""
        return self._headers is not None and self._headers.strip

    def at_wire(self, raw: RawCall, *carriers: Any) -> None:
        """Note the ids of the span around an attempt that leaves now, and tell the span what we know.

        Args:
            raw: the attempt.
            carriers: the headers that leave with it, where those of the attempt are but a copy.
        """
        trace = _modules.get("opentelemetry.trace")
        if trace is not None:
            around = self._around
            span = around.get_current().get(around.SPAN_KEY) if around is not None else trace.get_current_span()
            if (
                getattr(span, "gathers", False)
                and not span.told_call
                and span.ids is not None
                and span.scope in self._modules
                and raw.attempt <= 1
                and raw.call_name is None
                and raw.user is None
            ):  # as `_note` does it, without its frames
                raw.trace_id, raw.span_id = span.ids
                span.told_call = span.gathered["outwarden.call_id"] = raw.call_id
            else:
                self._note(trace.INVALID_SPAN if span is None else span, raw)
        if self._headers is not None and (trace is not None or tracers.loaded()):
            known = getattr(raw.request_headers, "_store", None)
            if carriers or known is None or not NAMES.isdisjoint(known):  # as `check` does it, without its frames
                self._headers.check(raw, carriers or (raw.request_headers,), self._cleaner.describe)

    def uninstall(self) -> None:
        """Make no more spans."""
        if self._spans is not None:
            self._spans.uninstall()
            self._spans = None
            self.settled = False
        while self._seams:
            self._seams.pop().close()
        self._without_seam = self._modules

    def injects(self, raw: RawCall, span: Any) -> bool:
        """Take note of a span that was made below our hook, and say whether its headers may go to where the call goes."""
        if raw.span_id is None or self._is_of_this_call(span):
            self._note(span, raw)
        return self._headers is None or self._headers.lets_through(raw, self._cleaner.describe)

    def injected(self, raw: RawCall, carrier: Any, *, went: bool) -> None:
        """Count what an instrumentor has put into a request, or would have."""
        if self._headers is not None:
            self._headers.count(raw, carrier, self._cleaner.describe, went=went)

    def _begin(self) -> bool:
        if self._mode == "auto" and program_provider() is None:
            return False
        with _beginning:
            return not self.settled and self._make()

    def _make(self) -> bool:
        self.settled = True
        known = self._instrumentor
        if known is None or is_disabled(known.name) or is_instrumented(known):
            return False  # nobody wants any, or the program makes its spans itself
        try:
            from outwarden.capture.spans import spans_of  # noqa: PLC0415 - only where there are traces

            import_module(known.module)
            self._open_seam(known.module)  # first: without it our spans would go out in headers
            self._spans = spans_of(known, self._cleaner)
            self._around = _modules["outwarden.capture.around"]
        except ModuleNotFoundError as fault:
            if known.extra is None or not known.module.startswith(fault.name or "?"):
                swallow(PLACE, fault)
            else:
                logger.warning(
                    "Calls of %s have events, but no spans. Run: pip install 'outwarden[%s]'", known.extra, known.extra
                )
            return False
        except Exception as fault:
            swallow(PLACE, fault)
            return False
        return True

    def _try_to_open_seam(self, name: str) -> None:
        try:
            self._open_seam(name)
        except Exception as fault:
            self._without_seam = ()
            self.settled = True  # spans of ours would go out in headers
            swallow(PLACE, fault)

    def _open_seam(self, name: str) -> None:
        with _beginning:
            if name in self._without_seam:
                from outwarden.capture.seam import open_seam  # noqa: PLC0415 - only where there are traces

                self._seams.append(open_seam(_modules[name], self))
                self._without_seam = tuple(other for other in self._without_seam if other != name)

    def _note(self, span: Any, raw: RawCall) -> None:
        told = getattr(span, "told_call", None)
        if told is None:
            context = span.get_span_context()
            trace_id, span_id = context.trace_id, context.span_id
            if not trace_id or not span_id:
                return
            raw.trace_id = f"{trace_id:032x}"
            raw.span_id = f"{span_id:016x}"
            if self._mode != "never" and span.is_recording() and self._is_of_this_call(span):
                self._enrich(span, raw)
        elif span.ids is not None:  # one of ours
            raw.trace_id, raw.span_id = span.ids
            if told == raw.call_id:
                span.tell(self._about(raw, first=False))
            elif not told and span.scope in self._modules:
                span.told_call = raw.call_id
                span.tell(self._about(raw, first=True))

    def _is_of_this_call(self, span: Any) -> bool:
        """Only the span of this very call is ours to enrich, not the program's span around it."""
        scope = getattr(span, "instrumentation_scope", None)
        return scope is not None and scope.name in self._modules

    def _about(self, raw: RawCall, *, first: bool) -> dict[str, Any]:
        """Give what a span should know of its call; of a further attempt within the same span only its number."""
        known: dict[str, Any] = {"outwarden.call_id": raw.call_id} if first else {}
        if raw.attempt > 1:
            known["http.request.resend_count"] = raw.attempt - 1
        if first and raw.call_name is not None:
            known["outwarden.call_name"] = self._cleaner.name(raw.call_name)
        if first and raw.user is not None:
            known["enduser.pseudo.id"] = raw.user
        return known

    def _enrich(self, span: Any, raw: RawCall) -> None:
        """Tell a span that an instrumentor of the program's own has made, and clean its address."""
        attributes: Mapping[str, Any] = getattr(span, "attributes", None) or {}
        first = "outwarden.call_id" not in attributes  # one span may cover several hops: it keeps its first address
        known = self._about(raw, first=first)
        if first:
            where = self._cleaner.describe(raw.url)
            known["outwarden.api"] = where.api
            if where.template is not None:
                known["url.template"] = where.template
            known |= {key: where.url for key in _ADDRESSES if key in attributes}
        if known:
            span.set_attributes(known)
        if first:
            from outwarden.capture.program_spans import keep_clean  # noqa: PLC0415 - only where there are traces

            keep_clean(span, self._cleaner)  # done already, unless the span is older than we are


def program_provider() -> Any:
    """Give the tracer provider that the program has set, if it does anything."""
    trace = _modules.get("opentelemetry.trace")
    provider = getattr(trace, "_TRACER_PROVIDER", None)
    return provider if provider is not None and type(provider).__name__ != "NoOpTracerProvider" else None


def is_disabled(name: str) -> bool:
    """Say whether the environment wants no spans of an instrumentor."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return True
    disabled = os.environ.get("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "").split(",")
    return name in map(str.strip, disabled)


def is_instrumented(known: Instrumentor) -> bool:
    """Say whether the program makes spans for the calls of a client by itself, there or in the client below."""
    if (module := _modules.get(known.module)) is not None:
        instrumentor: Any = getattr(module, known.kind, None)
        if instrumentor is not None and instrumentor().is_instrumented_by_opentelemetry:
            return True
    return known.rides_on is not None and is_instrumented(INSTRUMENTORS[known.rides_on])
