"""CleanProvider and CleanTracer: stand between an official instrumentor and the program's tracer provider."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

from opentelemetry import trace

from outwarden.capture.around import SPAN_KEY, get_current
from outwarden.capture.clean_span import (
    OURS,
    SAFE,
    URLS,
    BorrowedSpan,
    Cleaned,
    CleanSpan,
    TransparentSpan,
    UnseenSpan,
    clean_attribute,
    is_address,
)
from outwarden.capture.instrumentors import INSTRUMENTORS, Instrumentor
from outwarden.capture.otel import Cleaner, Described, is_instrumented, program_provider
from outwarden.capture.program_spans import UNWRAPPED
from outwarden.polite import is_unwatched, swallow

PLACE: Final = "capture.clean_tracer"

_REMEMBERED: Final = 256
_modules: Final = sys.modules
_BARE: Final = OURS | {trace.NonRecordingSpan}
"""Spans that no instrumentor of the program's own has made."""


class CleanProvider(trace.TracerProvider):
    """Gives tracers whose spans are cleaned."""

    def __init__(self, known: Instrumentor, cleaner: Cleaner) -> None:
        self.known = known
        self.cleaner = cleaner
        self.retired = False

    def retire(self) -> None:
        """Make no more spans."""
        self.retired = True

    def get_tracer(self, *args: Any, **kwargs: Any) -> trace.Tracer:
        return CleanTracer(self, args, kwargs)


class CleanTracer(trace.Tracer):
    """Makes spans whose names are routes, and which are clean from their first moment."""

    def __init__(self, provider: CleanProvider, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._provider = provider
        self._cleaner = provider.cleaner
        self._scope = provider.known.module
        self._suppressing = provider.known.suppresses
        below = provider.known.rides_on
        self._below = INSTRUMENTORS[below] if below is not None else None
        """Where the program may have chosen to make its spans instead."""
        self._wanted = (args, kwargs)
        self._remembered: tuple[object, dict[tuple[Any, ...], tuple[dict[str, Any], str, Cleaned]]] = (None, {})
        self._of: trace.TracerProvider | None = None
        self._tracer: trace.Tracer = trace.NoOpTracer()

    def start_span(  # type: ignore[override]  # the rest is passed on as it comes
        self,
        name: str,
        context: Any = None,
        kind: trace.SpanKind = trace.SpanKind.INTERNAL,
        attributes: Any = None,
        **kwargs: Any,
    ) -> Any:
        # Each traced call runs through this with cold caches: hence one long function, see call.py.
        if context is None:
            context = get_current()  # the SDK, samplers and processors would look for it again and again
        around = context.get(SPAN_KEY, trace.INVALID_SPAN)
        try:
            below = self._below
            if (
                self._provider.retired
                or is_unwatched()
                or (below is not None and below.module in _modules and is_instrumented(below))
            ):
                return TransparentSpan(around.get_span_context())
            if type(around) not in _BARE:
                scope = getattr(around, "instrumentation_scope", None)
                if scope is not None and scope.name == self._scope:
                    return self._set(self._borrowed(around, attributes or {}))
            provider = getattr(trace, "_TRACER_PROVIDER", None)
            if provider is not self._of or provider is None:
                provider = program_provider()
                if provider is None:
                    return self._set(UnseenSpan(around.get_span_context(), self._scope))
                self._of, self._tracer = provider, provider.get_tracer(*self._wanted[0], **self._wanted[1])
            name, attributes = self._known(name, attributes or {})
            start: Any = self._tracer.start_span
            unwrapped = UNWRAPPED.get(getattr(start, "__func__", None))  # what it is started with is clean already
            if unwrapped is not None:
                made = unwrapped(self._tracer, name, context, kind, attributes, **kwargs)
            else:
                made = start(name, context, kind, attributes, **kwargs)
            span = CleanSpan(made, self._cleaner, self._scope)
            if self._suppressing:
                span.suppressing = True
        except Exception as fault:  # ours, or of a sampler or processor: without us there would be no span
            swallow(PLACE, fault)
            return TransparentSpan(around.get_span_context())
        else:
            return span

    start_as_current_span = start_span  # type: ignore[assignment]  # nobody uses ours as a decorator
    """A span of ours is current within a `with` block of its own."""

    def _set(self, span: Any) -> Any:
        span.suppressing = self._suppressing
        return span

    def _borrowed(self, span: trace.Span, attributes: Mapping[str, Any]) -> trace.Span:
        """Clean the span of an instrumentor of the program's own, and use it instead of a second one."""
        _, told = self._known("", attributes)
        known: dict[str, Any] = {key: told[key] for key in ("outwarden.api", "url.template") if key in told}
        has = getattr(span, "attributes", None) or {}
        address = next((told[key] for key in URLS if key in told), None)
        known |= {key: address for key in URLS if key in has}
        span.set_attributes(known)
        return BorrowedSpan(span, self._cleaner, self._scope)

    def _known(self, name: str, attributes: Mapping[str, Any]) -> tuple[str, Cleaned]:
        """Give what `_described` gives, remembered: a program calls the same addresses again and again."""
        secrets = self._cleaner.secrets()
        known = self._remembered
        if known[0] is not secrets or len(known[1]) >= _REMEMBERED:
            known = self._remembered = (secrets, {})  # swapped whole: other threads may be reading
        key = (name, *attributes.values())
        try:
            found = known[1].get(key)
        except TypeError:  # captured headers are lists
            return self._described(name, attributes)
        if found is None or found[0] != attributes:
            found = known[1][key] = (dict(attributes), *self._described(name, attributes))
        return found[1], Cleaned(found[2])  # a sampler of the program's may change it

    def _described(self, name: str, attributes: Mapping[str, Any]) -> tuple[str, Cleaned]:
        """Give the name of a span and its attributes, cleaned and completed."""
        clean = Cleaned()
        where: Described | None = None
        cleaner = self._cleaner
        for key, value in attributes.items():
            if key in SAFE:
                clean[key] = value
            elif key in URLS:
                where = cleaner.describe(str(value))
                clean[key] = where.url
            else:
                clean[key] = clean_attribute(key, value, cleaner)
        if where is None:
            return name, clean
        clean["outwarden.api"] = where.api
        if "url.full" in clean:
            clean["server.address"] = where.host
            if where.port is not None:
                clean["server.port"] = where.port
            if "network.peer.address" in clean and not is_address(where.host):
                del clean["network.peer.address"]  # the official one of requests puts the name there
                clean.pop("network.peer.port", None)
        if where.template is not None:
            clean["url.template"] = where.template
            name = f"{name} {where.template}"
        return name, clean
