"""The `opentelemetry_instrumentor` entry point: every OpenTelemetry wrapper loads us by itself.

That is `opentelemetry-instrument`, AWS's distribution, the Kubernetes operator. They leave us out when
OTEL_PYTHON_DISABLED_INSTRUMENTATIONS names `outwarden`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]  # it has no types

from outwarden.wiring import inside


class OutwardenInstrumentor(BaseInstrumentor):  # type: ignore[misc]  # it has no types
    """Watches as `import outwarden.auto` does; a mistake in the configuration must not stop the other instrumentors."""

    def instrumentation_dependencies(self) -> Collection[str]:
        """Give none: clients are watched once they are imported."""
        return ()

    def _instrument(self, **kwargs: Any) -> None:  # noqa: ARG002 - nothing of OpenTelemetry's concerns us
        inside.try_to_install()

    def _uninstrument(self, **kwargs: Any) -> None:  # noqa: ARG002 - the same
        inside.uninstall()
