"""What a call costs in credits, and whether the API says so in the `limit-consumption` header.

Rules: the vendor's documents, reconciled by outsiders with 377 rows of the portal's usage log. The header is known from
live observations only; most routes do not send it, which says nothing about their price.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from outwarden.testing.universe import PERIODS, REPORT_SECTIONS, TOP_CLASSIFICATIONS

UNKNOWN_SYMBOL: Final = 1
"""A 404 on a documented route is billed."""

TWO_CREDITS: Final = frozenset(
    {
        "/v2/most-traded/",
        "/v2/brokers/top/",
        "/v2/broker-summary/{symbol}/top/",
        "/v2/broker-activity/{broker_code}/top/",
    }
)

TELLS_ITS_PRICE: Final = frozenset(
    {
        "/v2/company/report/{symbol}/",
        "/v2/companies/top-changes/",
        "/v2/financials/quarterly/{symbol}/",
        "/v2/most-traded/",
        "/v2/broker-activity/{broker_code}/top/",
        "/v2/broker-summary/{symbol}/top/",
    }
)


def price(route: str, query: Mapping[str, str], body: Any) -> int:
    """Say what a call costs that was answered with this body."""
    if route in TWO_CREDITS:
        return 2
    if sections := REPORT_SECTIONS.get(route):
        return _items(query, "sections", len(sections))
    if route == "/v2/companies/top-changes/":
        return _items(query, "classifications", 2) * _items(query, "periods", len(PERIODS))
    if route in {"/v2/sgx/companies/top/", "/v2/klse/companies/top/"}:
        return _items(query, "classifications", len(TOP_CLASSIFICATIONS))
    if route == "/v2/corporate-actions/":
        return _items(query, "type", 7)
    if route == "/v2/financials/quarterly/{symbol}/":
        return len(body)
    if route == "/v2/free-float/":
        return max(1, -(-len(body) // 100))
    if route in {"/v2/companies/", "/v2/sgx/companies/"} and "q" in query:
        return 3
    return 1


def _items(query: Mapping[str, str], name: str, when_absent: int) -> int:
    asked = query.get(name, "")
    return len(set(asked.split(","))) if asked else when_absent
