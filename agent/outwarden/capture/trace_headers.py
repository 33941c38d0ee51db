"""Tracing headers of the program's own: whether they go to third parties is said in the event, or prevented if asked.

Its internal traces need them; somebody else's API does not, and learns from them who calls whom.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from outwarden.rawcall import RawCall

if TYPE_CHECKING:
    from outwarden.capture.otel import Described

NAMES: Final = frozenset(
    (
        *("traceparent", "tracestate", "baggage", "b3", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid"),
        *("x-b3-sampled", "x-b3-flags", "uber-trace-id", "sentry-trace", "x-amzn-trace-id", "x-cloud-trace-context"),
        *("x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority", "x-datadog-tags"),
        *("x-datadog-origin", "elastic-apm-traceparent", "newrelic"),
    )
)
"""Headers by which tracing systems tell the next one."""

_RAW_NAMES: Final = frozenset(name.encode() for name in NAMES)
_TRACERS: Final = ("opentelemetry.context", "opentelemetry.trace", "sentry_sdk", "ddtrace", "elasticapm", "newrelic")
"""Without any of these modules there is neither a span nor a tracing header, and no mark on calls that nobody is to see."""
_modules: Final = sys.modules

_INSIDE: Final = (".internal", ".local", ".localhost", ".lan", ".home.arpa", ".svc", ".svc.cluster.local")
_REMEMBERED: Final = 256


class Tracers:
    """Knows whether the program traces. Each call asks that: as long as no module comes or goes, a look at their number says it."""

    __slots__ = ("untraced",)

    def __init__(self) -> None:
        self.untraced = -1
        """So many modules were loaded when no tracer was among them."""

    def loaded(self) -> bool:
        """Look anew; to be asked where the number of modules is another one."""
        count = len(_modules)
        found = not _modules.keys().isdisjoint(_TRACERS)
        self.untraced = -1 if found else count
        return found


tracers: Final = Tracers()


class TraceHeaders:
    """Looks at the tracing headers of requests to third parties.

    Args:
        strip: take them off; else their names are only counted.
        own_hosts: hosts that are no third parties: `api.example.com`, `*.example.com`. Private addresses, names without
            a dot and names such as `*.internal` are none anyway; hosts of an API profile always are.
    """

    def __init__(self, *, strip: bool = False, own_hosts: Iterable[str] = ()) -> None:
        self.strip = strip
        own = [host.lower() for host in own_hosts]
        self._own = frozenset(host for host in own if not host.startswith("*."))
        self._own_ends = (*_INSIDE, *(host[1:] for host in own if host.startswith("*.")))
        self._ours: dict[str, bool] = {}

    def check(self, raw: RawCall, carriers: Iterable[Any], describe: Callable[[str], Described]) -> None:
        """Count the tracing headers of a request that leaves now, or take them off it.

        Only to be asked where `tracers` are loaded.
        """
        for headers in carriers:
            found = _found(headers)
            if not found or not self._is_third_party(describe(raw.url)):
                continue
            if self.strip:
                for name in found:
                    del headers[name]
                raw.traces_kept += len(found)
            else:
                raw.traces_sent += len(found)

    def lets_through(self, raw: RawCall, describe: Callable[[str], Described]) -> bool:
        """Say whether an instrumentor may put its headers into a request that has begun."""
        return not (self.strip and self._is_third_party(describe(raw.url)))

    def count(self, raw: RawCall, headers: Any, describe: Callable[[str], Described], *, went: bool) -> None:
        """Count the headers of a request into which an instrumentor has put its own, or those that it would have."""
        if not went:
            raw.traces_kept += len(_found(headers))
        elif self._is_third_party(describe(raw.url)):
            raw.traces_sent = len(_found(headers))

    def _is_third_party(self, where: Described) -> bool:
        return where.api != "generic" or not self._is_ours(where.host)

    def _is_ours(self, host: str) -> bool:
        known = self._ours.get(host)
        if known is None:
            if len(self._ours) >= _REMEMBERED:
                self._ours = {}  # swapped whole: other threads may be reading
            known = self._ours[host] = self._look(host.lower().rstrip("."))
        return known

    def _look(self, host: str) -> bool:
        if host in self._own or host.endswith(self._own_ends):
            return True
        try:
            return not ipaddress.ip_address(host.strip("[]")).is_global
        except ValueError:
            return "." not in host


def _found(headers: Any) -> list[Any]:
    """Give the names of tracing headers as they are written."""
    known = getattr(headers, "_store", None)  # requests keeps them in lower case, and spells them out when asked
    if known is not None and NAMES.isdisjoint(known):
        return []
    raw = getattr(headers, "raw", None) if known is None else None  # httpx decodes all each time they are gone through
    if raw is not None:
        return [name.decode("latin-1") for name, _ in raw if name.lower() in _RAW_NAMES]
    try:
        if NAMES.isdisjoint(map(str.lower, headers)):
            return []
    except TypeError:  # urllib3 takes bytes as well
        pass
    return [name for name in headers if _lower(name) in NAMES]


def _lower(name: Any) -> str:
    text = name.decode("latin-1") if isinstance(name, bytes) else str(name)
    return text.lower()
