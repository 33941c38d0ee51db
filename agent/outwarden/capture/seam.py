"""Seam: where an official instrumentor puts its headers into a request.

All of them call `inject` of their own module right after their span has become the current one. Taking that place
over keeps our own spans out of requests to third parties, and shows us spans that begin below our hook.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from opentelemetry import trace

from outwarden.capture.call import Call, current, under_way
from outwarden.capture.clean_span import CleanSpan
from outwarden.polite import swallow

if TYPE_CHECKING:
    from types import ModuleType

    from outwarden.capture.otel import Tracing


_REMEMBERED: Final = 64


class Seam:
    """Stand in for the `inject` of one instrumentor.

    Args:
        module: the instrumentor's.
        tracing: asked before headers go out.

    Raises:
        AttributeError: this version has no such function.
    """

    def __init__(self, module: ModuleType, tracing: Tracing) -> None:
        patched: Any = module
        self._module = patched
        self._original = original = patched.inject

        def inject(carrier: Any, *args: Any, **kwargs: Any) -> None:
            span = trace.get_current_span()
            if isinstance(span, CleanSpan):
                return  # third parties learn nothing of our traces
            goes = True
            try:
                call = under_way(current.get())
                goes = tracing.injects(call.pending if isinstance(call, Call) else None, span)
            except Exception as fault:
                swallow("capture.seam", fault)
            if goes:
                original(carrier, *args, **kwargs)

        self._inject = inject
        patched.inject = inject
        # The rewriting of an address is a sixth of what the instrumentor costs, and programs call the same ones again.
        self._redact: Any = getattr(patched, "redact_url", None)
        self._cached: Any = lru_cache(maxsize=_REMEMBERED)(self._redact) if self._redact is not None else None
        if self._cached is not None:
            patched.redact_url = self._cached

    def close(self) -> None:
        """Put the original back, unless somebody else stands there by now."""
        module = self._module
        if module.inject is self._inject:
            module.inject = self._original
        if self._cached is not None and module.redact_url is self._cached:
            module.redact_url = self._redact
