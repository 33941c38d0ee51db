"""The series that `/metrics` shows: one table for the exporter, the Prometheus rules and the dashboards."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from outwarden.tally import REASONS

CLASSES: Final = ("2xx", "3xx", "4xx", "5xx", "network", "other")
"""Each attempt is in one of them. `network`: no status, and the wire is to blame; `other`: no status, or one below 200."""

BOUNDS_S: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the latency buckets, in seconds."""

MOST_NAMES: Final = 25
"""So many routes, and so many reasons, are told apart for each service and API; others are counted together."""
OTHER: Final = "other"
"""Under this name."""


class Family(NamedTuple):
    """One metric with all its series."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    text: str


_OF: Final = ("service", "env", "api")

CALLS: Final = Family(
    "outwarden_calls_total", "counter", (*_OF, "class"), "Attempts on the wire, by how they were answered."
)
THROTTLED: Final = Family("outwarden_throttled_calls_total", "counter", _OF, "Attempts answered with 429.")
NETWORK: Final = Family(
    "outwarden_network_errors_total",
    "counter",
    _OF,
    "Attempts that ended without a whole answer: timeout, DNS, connection, TLS.",
)
KEYS: Final = Family("outwarden_keys_in_urls_total", "counter", _OF, "Attempts in whose URL a key was seen.")
DURATION: Final = Family("outwarden_call_duration_seconds", "histogram", _OF, "Time until the answer was there.")
ERRORS: Final = Family(
    "outwarden_errors_total",
    "counter",
    (*_OF, "reason"),
    "Attempts that did not end well, by reason; from its first on.",
)
ROUTES: Final = Family(
    "outwarden_route_calls_total", "counter", (*_OF, "route", "class"), "Attempts by route; from its first on."
)
COUNTRIES: Final = Family(
    "outwarden_country_calls_total",
    "counter",
    (*_OF, "country"),
    "Attempts by the country of the user on whose behalf they were made; from its first on.",
)
CREATED: Final = Family(
    "outwarden_created_timestamp_seconds", "gauge", _OF, "When the counters of a service and an API began at 0."
)
LOST: Final = Family(
    "outwarden_events_lost_total",
    "counter",
    ("service", "env", "reason"),
    "Events that could not be recorded or delivered.",
)
UP: Final = Family(
    "outwarden_up", "gauge", ("service", "env"), "1 while the sidecar evaluates alarms, 0 when that stands still."
)
BACKLOG: Final = Family(
    "outwarden_backlog_bytes", "gauge", ("consumer",), "Bytes of the journal that a consumer has still to handle."
)
HEALTHY: Final = Family("outwarden_consumer_healthy", "gauge", ("consumer",), "1 while all is well with a consumer.")
SHIPPED: Final = Family(
    "outwarden_events_shipped_total", "counter", ("consumer",), "Events that a consumer has handled."
)
REJECTED: Final = Family(
    "outwarden_events_rejected_total", "counter", ("consumer",), "Events that a destination refused for good."
)
BUILD: Final = Family("outwarden_build_info", "gauge", ("version",), "1; the version is a label.")

FAMILIES: Final = (
    CALLS, THROTTLED, NETWORK, KEYS, DURATION, ERRORS, ROUTES, COUNTRIES, CREATED, LOST, UP, BACKLOG, HEALTHY, SHIPPED,
    REJECTED, BUILD,
)  # fmt: skip
"""All of them, in the order in which they are shown."""

LOST_REASONS: Final = tuple(
    reason
    for reason in REASONS
    if reason
    in {"journal_unwritable", "disk_full", "journal_full", "ring_overflow", "quarantined", "rejected", "last_gate"}
)
"""Reasons of `outwarden_events_lost_total`."""
