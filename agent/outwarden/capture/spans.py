"""Spans made by OpenTelemetry's own instrumentation of each client, cleaned on their way to the program's provider."""

from __future__ import annotations

import functools
import os
import sys
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import TracebackType
from typing import Any, Final, Protocol

from opentelemetry import trace
from opentelemetry.context import attach, detach
from opentelemetry.instrumentation import _semconv
from opentelemetry.metrics import MeterProvider, NoOpMeter
from opentelemetry.util.http import (
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST,
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE,
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS,
    get_custom_headers,
)

from outwarden.capture.clean_span import SAFE, URLS, BorrowedSpan, CleanSpan, TransparentSpan, clean_attribute
from outwarden.capture.instrumentors import INSTRUMENTORS, Instrumentor
from outwarden.capture.otel import Cleaner, Described, is_instrumented, program_provider
from outwarden.polite import is_unwatched, swallow

PLACE: Final = "capture.spans"

_OPT_IN: Final = "OTEL_SEMCONV_STABILITY_OPT_IN"


class Spans(Protocol):
    """Makes spans for one client, until it is told not to.

    They go to the program's tracer provider once there is one, and until then to a private one that exports nothing:
    events have trace ids all the same, and nothing global is set.
    """

    def join(self, session: Any) -> None:
        """Make spans for this session as well, where sessions are instrumented one by one."""

    def uninstall(self) -> None:
        """Stop; where another tool has wrapped the instrumentation since, its spans go on without us."""


def spans_of(known: Instrumentor, cleaner: Cleaner) -> Spans:
    """Begin to make spans.

    Raises:
        ModuleNotFoundError: the official package is not installed.
    """
    module: Any = import_module(known.module)
    provider = _Provider(known, cleaner)
    if known.name == "aiohttp-client":
        return _PerSession(module, provider)
    return _PerClass(known, module, provider)


class _PerClass:
    """The official instrumentor wraps a method of the client's class, over our own wrapper."""

    def __init__(self, known: Instrumentor, module: Any, provider: _Provider) -> None:
        self._provider = provider
        self._instrumentor: Any = _ours(getattr(module, known.kind))
        places = _places(known.name)
        self._instrumentor.instrument(
            skip_dep_check=True,  # looks through all installed packages otherwise
            tracer_provider=provider,
            meter_provider=_NoMeters(),
        )
        self._below = [(owner, name, owner.__dict__[name]) for owner, name in places]
        if known.name == "urllib3":
            _keep_default_headers(*places[0])
        self._wrapped = [(owner, name, owner.__dict__[name]) for owner, name in places]

    def join(self, session: Any) -> None: ...

    def uninstall(self) -> None:
        self._provider.retire()
        if all(owner.__dict__[name] is wrapper for owner, name, wrapper in self._wrapped):
            for owner, name, wrapper in self._below:
                setattr(owner, name, wrapper)
            self._instrumentor.uninstrument()


def _keep_default_headers(pool: Any, name: str) -> None:
    """Mend what the official instrumentor of urllib3 breaks: a pool's default headers are lost where a call has none."""
    official = pool.__dict__[name]

    @functools.wraps(official)
    def urlopen(
        self: Any, method: str, url: str, body: Any = None, headers: Any = None, *rest: Any, **more: Any
    ) -> Any:
        own = self.headers if headers is None else headers
        return official.__get__(self, type(self))(method, url, body, own, *rest, **more)

    setattr(pool, name, urlopen)


def _ours(official: Any) -> Any:
    """Make an instrumentor apart from the one instance that the program may want to use itself."""

    def _instrument(self: Any, **kwargs: Any) -> None:
        with _stable_conventions():
            official._instrument(self, **kwargs)  # noqa: SLF001 - the method to extend

    return type("Ours", (official,), {"_instance": None, "_instrument": _instrument})()


class _PerSession:
    """aiohttp: the official trace configuration, put into each session that makes a call; also into those that exist."""

    def __init__(self, module: Any, provider: _Provider) -> None:
        self._provider = provider
        with _stable_conventions():
            mode = _semconv._OpenTelemetrySemanticConventionStability._get_opentelemetry_stability_opt_in_mode(  # noqa: SLF001 - there is no public way
                _semconv._OpenTelemetryStabilitySignalType.HTTP  # noqa: SLF001 - as above
            )
        self._config = module.create_trace_config(
            tracer_provider=provider,
            meter_provider=_NoMeters(),
            sem_conv_opt_in_mode=mode,
            captured_request_headers=get_custom_headers(OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST),
            captured_response_headers=get_custom_headers(OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE),
            sensitive_headers=get_custom_headers(OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS),
        )
        self._config.freeze()
        self._joined: weakref.WeakSet[Any] = weakref.WeakSet()

    def join(self, session: Any) -> None:
        if session in self._joined:
            return
        self._joined.add(session)
        configs = session._trace_configs  # noqa: SLF001 - aiohttp takes them at the session's birth only
        if not any(hasattr(config, "_is_instrumented_by_opentelemetry") for config in configs):
            session._trace_configs = [*configs, self._config]  # noqa: SLF001 - as above

    def uninstall(self) -> None:
        self._provider.retire()
        for session in list(self._joined):
            session._trace_configs = [one for one in session._trace_configs if one is not self._config]  # noqa: SLF001 - as above


def _places(name: str) -> list[tuple[type, str]]:
    """Give what the official instrumentor of a client wraps."""
    modules: Any = sys.modules
    if name == "requests":
        return [(modules["requests"].Session, "send")]
    if name == "httpx":
        httpx = modules["httpx"]
        return [(httpx.HTTPTransport, "handle_request"), (httpx.AsyncHTTPTransport, "handle_async_request")]
    return [(modules["urllib3.connectionpool"].HTTPConnectionPool, "urlopen")]


class _NoMeters(MeterProvider):
    """Gives no instruments at all, so that the instrumentor does not gather the attributes of its metrics."""

    def get_meter(self, *_: Any, **__: Any) -> Any:
        return _NoMeter("none")


class _NoMeter(NoOpMeter):
    def create_histogram(self, *_: Any, **__: Any) -> Any:
        return None


@contextmanager
def _stable_conventions() -> Iterator[None]:
    """Use the stable names of HTTP attributes unless the environment says which; other instrumentors keep theirs."""
    stability = _semconv._OpenTelemetrySemanticConventionStability  # noqa: SLF001 - there is no public way to choose per instrumentor
    stability._initialize()  # type: ignore[no-untyped-call]  # noqa: SLF001 - as above
    modes = getattr(stability, "_OTEL_SEMCONV_STABILITY_SIGNAL_MAPPING", None)
    if modes is None or os.environ.get(_OPT_IN):
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

    def __init__(self, known: Instrumentor, cleaner: Cleaner) -> None:
        self.known = known
        self.cleaner = cleaner
        self.retired = False
        self._private: trace.TracerProvider | None = None

    def real(self) -> trace.TracerProvider:
        """Give the program's provider, or a private one."""
        provider: trace.TracerProvider | None = program_provider()
        if provider is not None:
            return provider
        if self._private is None:
            from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - the program's own SDK comes first
            from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - as above

            self._private = TracerProvider(resource=Resource.get_empty(), shutdown_on_exit=False)
        return self._private

    def retire(self) -> None:
        """Make no more spans."""
        self.retired = True

    def get_tracer(self, *args: Any, **kwargs: Any) -> trace.Tracer:
        return _Tracer(self, args, kwargs)


class _Current:
    """What `trace.use_span` does, at half its price: the span is current inside, and ends with the block."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def __enter__(self) -> trace.Span:
        self._token = attach(trace.set_span_in_context(self._span))
        return self._span

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        detach(self._token)
        try:
            span = self._span
            if isinstance(error, Exception) and span.is_recording():
                span.record_exception(error)
                span.set_status(trace.Status(trace.StatusCode.ERROR, f"{type(error).__name__}: {error}"))
            span.end()
        except Exception as fault:  # an error whose text cannot be had, a processor of the program's
            swallow(PLACE, fault)


class _Tracer(trace.Tracer):
    def __init__(self, provider: _Provider, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._provider = provider
        self._cleaner = provider.cleaner
        self._scope = provider.known.module
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
        around = trace.get_current_span(context)
        try:
            if self._provider.retired or is_unwatched() or self._is_made_below():
                return TransparentSpan(around.get_span_context())
            scope = getattr(around, "instrumentation_scope", None)
            if scope is not None and scope.name == self._scope and not isinstance(around, CleanSpan):
                return self._borrowed(around, attributes or {})
            provider = self._provider.real()
            if provider is not self._of:
                self._of, self._tracer = provider, provider.get_tracer(*self._wanted[0], **self._wanted[1])
            name, attributes = self._described(name, attributes or {})
            span = self._tracer.start_span(name, context, kind, attributes, **kwargs)
            return CleanSpan(span, self._cleaner, self._scope)
        except Exception as fault:  # ours, or of a sampler or processor: without us there would be no span
            swallow(PLACE, fault)
            return TransparentSpan(around.get_span_context())

    def start_as_current_span(  # type: ignore[override]  # nobody uses ours as a decorator
        self,
        name: str,
        context: Any = None,
        kind: trace.SpanKind = trace.SpanKind.INTERNAL,
        attributes: Any = None,
        **kwargs: Any,
    ) -> _Current:
        return _Current(self.start_span(name, context, kind, attributes, **kwargs))

    def _is_made_below(self) -> bool:
        """Say whether the program has chosen to make its spans in the client below."""
        below = self._provider.known.rides_on
        return below is not None and is_instrumented(INSTRUMENTORS[below])

    def _borrowed(self, span: trace.Span, attributes: Mapping[str, Any]) -> trace.Span:
        """Clean the span of an instrumentor of the program's own, and use it instead of a second one."""
        _, told = self._described("", attributes)
        known: dict[str, Any] = {key: told[key] for key in ("outwarden.api", "url.template") if key in told}
        has = getattr(span, "attributes", None) or {}
        address = next((told[key] for key in URLS if key in told), None)
        known |= {key: address for key in URLS if key in has}
        span.set_attributes(known)
        return BorrowedSpan(span, self._cleaner, self._scope)

    def _described(self, name: str, attributes: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Give the name of a span and its attributes, cleaned and completed."""
        clean: dict[str, Any] = {}
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
            if clean.get("network.peer.address") == where.host and not where.host[:1].isdigit():
                del clean["network.peer.address"]  # a name is no address of a peer
                clean.pop("network.peer.port", None)
        if where.template is not None:
            clean["url.template"] = where.template
            name = f"{name} {where.template}"
        return name, clean
