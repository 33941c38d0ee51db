"""Spans made by OpenTelemetry's own instrumentation of requests, cleaned on their way to the program's provider."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from opentelemetry import propagate, trace
from opentelemetry.instrumentation import _semconv
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.util._decorator import _agnosticcontextmanager

from outwarden.capture.otel import Cleaner, program_provider
from outwarden.polite import is_unwatched

if TYPE_CHECKING:
    from requests.models import PreparedRequest

_URLS: Final = frozenset(("url.full", "http.url"))
_SAFE: Final = frozenset(
    (
        "error.type",
        "http.flavor",
        "http.method",
        "http.request.method",
        "http.request.resend_count",
        "http.response.status_code",
        "http.scheme",
        "http.status_code",
        "network.peer.address",
        "network.peer.port",
        "network.protocol.version",
        "outwarden.api",
        "outwarden.call_id",
        "server.address",
        "server.port",
        "url.template",
    )
)
_HEADERS: Final = ("http.request.header.", "http.response.header.")
_SAFE_HEADERS: Final = frozenset(("accept", "content_length", "content_type", "date", "retry_after", "server"))
_MASK: Final = "[REDACTED]"


class Spans:
    """Instrument requests with spans of our own.

    They go to the program's tracer provider once there is one, and until then to a private one that exports nothing:
    events have trace ids all the same, and nothing global is set.
    """

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner
        self._instrumentor = _OurInstrumentor()
        self._instrumentor.instrument(
            skip_dep_check=True,  # looks through all installed packages otherwise
            tracer_provider=_Provider(cleaner),
            meter_provider=NoOpMeterProvider(),
            request_hook=self._name,
        )

    def uninstall(self) -> None:
        """Stop; where another tool has wrapped the instrumentation since, its spans go on without us."""
        self._instrumentor.uninstrument()

    def made(self, span: object) -> bool:
        """Say whether a span is one of ours."""
        return isinstance(span, CleanSpan)

    def keep_to_ourselves(self, request: PreparedRequest) -> None:
        """Put the tracing headers of a request back to what they were before our span was injected."""
        span = trace.get_current_span()
        if isinstance(span, CleanSpan) and span.headers_before is not None:
            for name, value in span.headers_before.items():
                if value is not None:
                    request.headers[name] = value
                else:
                    request.headers.pop(name, None)
            span.headers_before = None

    def _name(self, span: trace.Span, request: PreparedRequest) -> None:
        if not isinstance(span, CleanSpan):
            return
        span.headers_before = {name: request.headers.get(name) for name in propagate.get_global_textmap().fields}
        template = self._cleaner.describe(request.url or "").template
        if template is not None:
            span.update_name(f"{request.method} {template}")


class _OurInstrumentor(RequestsInstrumentor):
    """The official instrumentor, apart from the one instance that the program may want to use itself."""

    _instance = None

    def _instrument(self, **kwargs: Any) -> None:
        with _stable_conventions():
            super()._instrument(**kwargs)


@contextmanager
def _stable_conventions() -> Iterator[None]:
    """Use the stable names of HTTP attributes unless the environment says which; other instrumentors keep theirs."""
    modes = getattr(_semconv._OpenTelemetrySemanticConventionStability, "_OTEL_SEMCONV_STABILITY_SIGNAL_MAPPING", None)  # noqa: SLF001 - there is no public way to choose per instrumentor
    if modes is None or os.environ.get("OTEL_SEMCONV_STABILITY_OPT_IN"):
        yield
        return
    http = _semconv._OpenTelemetryStabilitySignalType.HTTP  # noqa: SLF001 - as above
    before = modes.get(http)
    modes[http] = _semconv._StabilityMode.HTTP  # noqa: SLF001 - as above
    try:
        yield
    finally:
        modes[http] = before


class _Provider(trace.TracerProvider):
    """Gives tracers whose spans are cleaned."""

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner
        self._private: trace.TracerProvider | None = None

    def real(self) -> trace.TracerProvider:
        provider: trace.TracerProvider | None = program_provider()
        if provider is not None:
            return provider
        if self._private is None:
            from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - the program's own SDK comes first
            from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - as above

            self._private = TracerProvider(resource=Resource.get_empty(), shutdown_on_exit=False)
        return self._private

    def get_tracer(self, *args: Any, **kwargs: Any) -> trace.Tracer:
        return _Tracer(self, self._cleaner, args, kwargs)


class _Tracer(trace.Tracer):
    def __init__(self, provider: _Provider, cleaner: Cleaner, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._provider = provider
        self._cleaner = cleaner
        self._wanted = (args, kwargs)
        self._of: trace.TracerProvider | None = None
        self._tracer: trace.Tracer = trace.NoOpTracer()

    def start_span(  # type: ignore[override]  # the rest is passed on as it comes
        self,
        name: str,
        context: Any = None,
        kind: trace.SpanKind = trace.SpanKind.INTERNAL,
        attributes: Any = None,
        **kwargs: Any,
    ) -> trace.Span:
        if is_unwatched():
            return trace.INVALID_SPAN
        provider = self._provider.real()
        if provider is not self._of:
            self._of, self._tracer = provider, provider.get_tracer(*self._wanted[0], **self._wanted[1])
        attributes = clean_attributes(attributes or {}, self._cleaner)
        return CleanSpan(self._tracer.start_span(name, context, kind, attributes, **kwargs), self._cleaner)

    @_agnosticcontextmanager
    def start_as_current_span(
        self,
        name: str,
        *args: Any,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
        end_on_exit: bool = True,
        **kwargs: Any,
    ) -> Iterator[trace.Span]:
        with trace.use_span(
            self.start_span(name, *args, **kwargs),
            end_on_exit=end_on_exit,
            record_exception=record_exception,
            set_status_on_exception=set_status_on_exception,
        ) as span:
            yield span


class CleanSpan(trace.Span):
    """A span of the SDK; whatever is told to it is cleaned first."""

    def __init__(self, span: trace.Span, cleaner: Cleaner) -> None:
        self._span = span
        self._cleaner = cleaner
        self.headers_before: dict[str, Any] | None = None
        """The tracing headers of the request before our span was injected into them."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._span, name)

    def end(self, end_time: int | None = None) -> None:
        self._span.end(end_time)

    def get_span_context(self) -> trace.SpanContext:
        return self._span.get_span_context()

    def is_recording(self) -> bool:
        return self._span.is_recording()

    def update_name(self, name: str) -> None:
        self._span.update_name(name)

    def set_attribute(self, key: str, value: Any) -> None:
        self._span.set_attribute(key, clean_attribute(key, value, self._cleaner))

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        self._span.set_attributes(clean_attributes(attributes, self._cleaner))

    def add_event(self, name: str, attributes: Any = None, timestamp: int | None = None) -> None:
        self._span.add_event(name, clean_attributes(attributes or {}, self._cleaner), timestamp)

    def set_status(self, status: Any, description: str | None = None) -> None:
        if isinstance(status, trace.Status):
            status, description = status.status_code, status.description
        self._span.set_status(status, self._cleaner.text(description) if description else None)

    def record_exception(
        self, exception: BaseException, attributes: Any = None, timestamp: int | None = None, escaped: bool = False
    ) -> None:
        kind = type(exception)
        message = self._cleaner.text(str(exception))
        # The frames of this exception only: the texts of those that it wraps would be rendered with them.
        frames = [
            self._cleaner.text(line) for line in "".join(traceback.format_tb(exception.__traceback__)).split("\n")
        ]
        event = {
            "exception.type": f"{kind.__module__}.{kind.__qualname__}",
            "exception.message": message,
            "exception.stacktrace": "\n".join([*frames, f"{kind.__qualname__}: {message}"]),
            "exception.escaped": str(escaped),
        }
        self._span.add_event("exception", event | clean_attributes(attributes or {}, self._cleaner), timestamp)


def clean_attributes(attributes: Mapping[str, Any], cleaner: Cleaner) -> dict[str, Any]:
    """Clean the attributes of a span or of one of its events."""
    return {key: clean_attribute(key, value, cleaner) for key, value in attributes.items()}


def clean_attribute(key: str, value: Any, cleaner: Cleaner) -> Any:
    """Clean one attribute: addresses by their parts, headers by an allow-list, other texts as free text."""
    if key in _SAFE:
        return value
    if key in _URLS:
        return cleaner.describe(str(value)).url
    if key.startswith(_HEADERS) and key.rsplit(".", 1)[1] not in _SAFE_HEADERS:
        return _MASK if isinstance(value, str) else [_MASK]
    if isinstance(value, str):
        return cleaner.text(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [cleaner.text(item) if isinstance(item, str) else item for item in value]
    return value
