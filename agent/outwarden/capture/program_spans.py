"""Spans that the program makes by itself with the official instrumentors: clean from their first moment.

They go to processors and exporters of the program's own, and a processor may pass a span on as soon as it starts. So what an
instrumentor starts a span with is cleaned before OpenTelemetry's SDK sees it, and the span itself cleans what it is told later.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from opentelemetry.trace import SpanKind, Status

from outwarden.capture.clean_span import HEADERS, SAFE, URLS, Cleaned, clean_attribute, exception_event, is_address
from outwarden.capture.instrumentors import INSTRUMENTORS
from outwarden.capture.otel import Cleaner
from outwarden.capture.patch import Patch
from outwarden.polite import swallow

PLACE: Final = "capture.program_spans"

SDK: Final = "opentelemetry.sdk.trace"
SCOPES: Final = frozenset((*[known.module for known in INSTRUMENTORS.values()], "opentelemetry.instrumentation.urllib"))
"""The instrumentors whose spans hold addresses and errors of HTTP calls."""
_HOSTS: Final = ("server.address", "network.peer.address", "http.host", "net.peer.name")
_MASK: Final = "[REDACTED]"


UNWRAPPED: Final[dict[Any, Callable[..., Any]]] = {}
"""What lies below our wrapper, by the wrapper: for spans that are clean already."""


class ProgramSpans:
    """Cleans the spans of the program's own instrumentors; to be installed once its SDK is there."""

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner
        self._patch: Patch | None = None

    def install(self) -> None:
        """Clean from now on, whichever was there first."""
        self._patch = Patch(sys.modules[SDK].Tracer, "start_span", self._wrap)
        self._patch.apply()

    def uninstall(self) -> None:
        """Clean no more spans but those that have begun."""
        if self._patch is not None:
            self._patch.remove()

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        cleaner = self._cleaner

        @functools.wraps(original)
        def start_span(
            tracer: Any,
            name: str,
            context: Any = None,
            kind: Any = SpanKind.INTERNAL,
            attributes: Any = None,
            *rest: Any,
            **more: Any,
        ) -> Any:
            scope = getattr(tracer, "_instrumentation_scope", None)
            if scope is None or scope.name not in SCOPES or type(attributes) is Cleaned:
                return original(tracer, name, context, kind, attributes, *rest, **more)
            try:
                name, attributes = _start(name, attributes or {}, cleaner)
            except Exception as fault:
                swallow(PLACE, fault)
                name, attributes = _MASK, None
            span = original(tracer, name, context, kind, attributes, *rest, **more)
            try:
                keep_clean(span, cleaner)
            except Exception as fault:
                swallow(PLACE, fault)
            return span

        UNWRAPPED[start_span] = original
        return start_span


def keep_clean(span: Any, cleaner: Cleaner) -> None:
    """Clean what will yet be told to a span: attributes, events, exceptions, its name and its status.

    Raises:
        TypeError: this is a span of another make, with which that cannot be done.
    """
    if span.is_recording() and not hasattr(span, "_outwarden_cleaner"):
        span._outwarden_cleaner = cleaner  # noqa: SLF001 - ours
        kind: Any = type(span)
        span.__class__ = _kept_clean(kind)


@functools.cache
def _kept_clean(kind: Any) -> type:
    """Make the class of such a span: a span that exists can be given one whose only base is its own class."""

    class KeptClean(kind):  # type: ignore[misc]  # known when it runs
        _outwarden_cleaner: Cleaner

        def set_attribute(self, key: str, value: Any) -> None:
            try:
                super().set_attribute(key, _attribute(key, value, self._outwarden_cleaner))
            except Exception as fault:
                swallow(PLACE, fault)

        def set_attributes(self, attributes: Mapping[str, Any]) -> None:
            try:
                super().set_attributes(_attributes(attributes, self._outwarden_cleaner))
            except Exception as fault:
                swallow(PLACE, fault)

        def update_name(self, name: str) -> None:
            try:
                super().update_name(self._outwarden_cleaner.text(name))
            except Exception as fault:
                swallow(PLACE, fault)

        def add_event(self, name: str, attributes: Any = None, timestamp: int | None = None) -> None:
            try:
                cleaner = self._outwarden_cleaner
                super().add_event(cleaner.text(name), _attributes(attributes or {}, cleaner), timestamp)
            except Exception as fault:
                swallow(PLACE, fault)

        def set_status(self, status: Any, description: str | None = None) -> None:
            try:
                if isinstance(status, Status):
                    status, description = status.status_code, status.description
                super().set_status(status, self._outwarden_cleaner.text(description) if description else None)
            except Exception as fault:
                swallow(PLACE, fault)

        def record_exception(
            self, exception: BaseException, attributes: Any = None, timestamp: int | None = None, escaped: bool = False
        ) -> None:
            try:
                cleaner = self._outwarden_cleaner
                event = exception_event(exception, cleaner) | {"exception.escaped": str(escaped)}
                super().add_event("exception", event | _attributes(attributes or {}, cleaner), timestamp)
            except Exception as fault:
                swallow(PLACE, fault)

    KeptClean.__name__, KeptClean.__qualname__, KeptClean.__module__ = kind.__name__, kind.__qualname__, kind.__module__
    return KeptClean


def _start(name: str, attributes: Mapping[str, Any], cleaner: Cleaner) -> tuple[str, dict[str, Any]]:
    """Clean what a span is started with."""
    clean: dict[str, Any] = {}
    host: str | None = None
    for key, value in attributes.items():
        if key in URLS:
            where = cleaner.describe(str(value))
            clean[key], host = where.url, where.host
        else:
            clean[key] = value if key in SAFE else _attribute(key, value, cleaner)
    if host is not None:
        for key in _HOSTS:
            if clean.get(key, host) != host and not is_address(str(attributes[key])):
                clean[key] = host
    return cleaner.text(name), clean


def _attributes(attributes: Mapping[str, Any], cleaner: Cleaner) -> dict[str, Any]:
    return {key: _attribute(key, value, cleaner) for key, value in attributes.items()}


def _attribute(key: str, value: Any, cleaner: Cleaner) -> Any:
    """Clean one attribute. Headers that the program wants to have are cleaned as such, and not left out as from ours."""
    if key in SAFE or not key.startswith(HEADERS):
        return clean_attribute(key, value, cleaner)
    header = f"{key.rsplit('.', 1)[1].replace('_', '-')}: "
    values = [value] if isinstance(value, str) else value
    clean = [cleaner.text(f"{header}{one}") for one in values]
    shown = [one.removeprefix(header) if one.startswith(header) else _MASK for one in clean]
    return shown[0] if isinstance(value, str) else shown
