"""Spans made by OpenTelemetry's own instrumentation of each client, cleaned on their way to the program's provider."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final, Protocol

from opentelemetry.instrumentation import _semconv
from opentelemetry.metrics import MeterProvider, NoOpMeter

from outwarden.capture.aiohttp_spans import AiohttpSpans
from outwarden.capture.clean_tracer import CleanProvider
from outwarden.capture.instrumentors import Instrumentor
from outwarden.capture.otel import Cleaner
from outwarden.capture.patch import Patch

_OPT_IN: Final = "OTEL_SEMCONV_STABILITY_OPT_IN"


class Spans(Protocol):
    """Makes spans for one client, until it is told not to.

    They go to the program's tracer provider once there is one. Until then they are but ids: events have them all the same,
    and nothing global is set.
    """

    def uninstall(self) -> None:
        """Stop; where another tool has wrapped the instrumentation since, its spans go on without us."""


def spans_of(known: Instrumentor, cleaner: Cleaner) -> Spans:
    """Begin to make spans.

    Raises:
        ModuleNotFoundError: the official package is not installed.
    """
    module: Any = import_module(known.module)
    provider = CleanProvider(known, cleaner)
    if known.name == "aiohttp-client":
        return _AroundCalls(module, provider)
    return _PerClass(known, module, provider)


class _PerClass:
    """The official instrumentor wraps a method of the client's class, over our own wrapper."""

    def __init__(self, known: Instrumentor, module: Any, provider: CleanProvider) -> None:
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


class _AroundCalls:
    """aiohttp: the official trace configuration around each call, also of sessions that exist already."""

    def __init__(self, module: Any, provider: CleanProvider) -> None:
        self._provider = provider
        with _stable_conventions():
            mode = _semconv._OpenTelemetrySemanticConventionStability._get_opentelemetry_stability_opt_in_mode(  # noqa: SLF001 - there is no public way
                _semconv._OpenTelemetryStabilitySignalType.HTTP  # noqa: SLF001 - as above
            )
        made = AiohttpSpans(module, tracer_provider=provider, meter_provider=_NoMeters(), sem_conv_opt_in_mode=mode)
        modules: Any = sys.modules
        self._patch = Patch(modules["aiohttp"].ClientSession, "_request", made.wrap)
        self._patch.apply()

    def uninstall(self) -> None:
        self._provider.retire()
        self._patch.remove()


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
