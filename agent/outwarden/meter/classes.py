"""Which metrics a call counts for."""

from __future__ import annotations

from typing import Final

from outwarden.config.catalogue import MetricName
from outwarden.event import Outcome

_WIRE: Final[frozenset[Outcome]] = frozenset({"timeout", "network", "tls"})


def classes(attempt: int, status: int | None, outcome: Outcome, *, key_in_url: bool = False) -> tuple[MetricName, ...]:
    """Name the metrics that a call which ended like this counts for.

    An answer that never touched the wire (attempt 0) counts for none: it cost nothing and says nothing about the API.
    A status counts by its hundred also when the body broke off later; such a call is a network error as well.
    """
    if attempt == 0:
        return ()
    names: list[MetricName] = ["Calls"]
    if status is not None:
        if 200 <= status < 300:
            names.append("2XX")
        elif 300 <= status < 400:
            names.append("3XX")
        elif 400 <= status < 500:
            names.append("4XXError")
            if status == 429:
                names.append("Throttled")
        elif 500 <= status < 600:
            names.append("5XXError")
    if outcome in _WIRE:
        names.append("NetworkErrors")
    if key_in_url:
        names.append("KeysInUrls")
    return tuple(names)
