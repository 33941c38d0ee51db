"""The official OpenTelemetry instrumentation of each client: the table that `otel` and `spans` go by."""

from __future__ import annotations

from typing import Final

import msgspec


class Instrumentor(msgspec.Struct, frozen=True):
    """One official package."""

    name: str
    """As OTEL_PYTHON_DISABLED_INSTRUMENTATIONS and the package's entry point call it."""
    module: str
    """Where it lives; also the instrumentation scope of its spans."""
    kind: str
    """Its class."""
    extra: str | None
    """Our extra that installs it; None: it is always there."""
    rides_on: str | None = None
    """The client below, whose instrumentor a program may have chosen instead."""
    suppresses: bool = False
    """It keeps other instrumentors of HTTP from making spans within its own."""

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules whose spans may be those of this client's calls."""
        below = INSTRUMENTORS[self.rides_on].module if self.rides_on is not None else None
        return (self.module,) if below is None else (self.module, below)


INSTRUMENTORS: Final = {
    "requests": Instrumentor(
        "requests", "opentelemetry.instrumentation.requests", "RequestsInstrumentor", None, "urllib3", suppresses=True
    ),
    "httpx": Instrumentor("httpx", "opentelemetry.instrumentation.httpx", "HTTPXClientInstrumentor", "httpx"),
    "aiohttp": Instrumentor(
        "aiohttp-client", "opentelemetry.instrumentation.aiohttp_client", "AioHttpClientInstrumentor", "aiohttp"
    ),
    "urllib3": Instrumentor(
        "urllib3", "opentelemetry.instrumentation.urllib3", "URLLib3Instrumentor", "urllib3", suppresses=True
    ),
}
"""By the names of `capture.clients`."""
