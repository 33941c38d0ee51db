"""Small bodies of the right kind for the routes that are not played in full."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from outwarden.testing import refusals, universe
from outwarden.testing.ask import Ask
from outwarden.testing.pages import page

REQUIRED: Final = {
    "/v2/klse/companies/": ("sector",),
    "/v2/mining/exports/": ("commodity_type", "year"),
    "/v2/mining/total-production/": ("commodity_type",),
}
"""Query parameters without which the answer is a free 400."""

STRINGS: Final = {
    "/v2/tags/": ("dividend-news", "insider-trading", "ipo", "market-news"),
    "/v2/sgx/tags/": ("dividend", "share-buyback"),
    "/v2/sgx/sectors/": ("consumer-cyclical", "financial-services", "industrials"),
    "/v2/klse/sectors/": ("construction", "energy", "financial-services"),
    "/v2/mining/commodities/": ("Coal", "Copper", "Gold", "Nickel"),
}
"""Routes that answer with a plain list of words."""

NAMED: Final[dict[str, tuple[str, Collection[str]]]] = {
    "broker_code": ("Broker", ("AK", "BK", "CC", "YP", "ZP")),
    "commodity_name": ("Commodity", ("coal", "copper", "gold", "nickel")),
    "province": ("Province", ("Kalimantan Timur", "Papua Tengah", "Sulawesi Tenggara")),
    "slug": ("Company", ("pt-adaro-indonesia", "pt-vale-indonesia-tbk", "grasberg")),
    "sub_sector": ("Subsector", {company.subsector for company in universe.COMPANIES}),
    "wiup_code": ("License auction", ("1234567890123",)),
}
"""What exists behind the names that stand in a path."""


def small_body(ask: Ask) -> Any:
    """Answer any documented route: words, a page, or an object that names what was asked for."""
    for name in REQUIRED.get(ask.route, ()):
        if not ask.query.get(name):
            raise refusals.bad_request(f"Missing required parameter: '{name}'.")
    if ask.route in STRINGS:
        return list(STRINGS[ask.route])
    if not ask.values:
        return page(ask, [])
    head = dict(_existing(ask, name, value) for name, value in ask.values.items())
    if sections := universe.REPORT_SECTIONS.get(ask.route):
        return head | {section: {} for section in ask.choices("sections", sections)}
    return head | {"data": []}


def _existing(ask: Ask, name: str, value: str) -> tuple[str, str]:
    if name != "symbol":
        what, known = NAMED[name]
        if value not in known:
            raise refusals.unknown(what, value)
        return name, value
    market = ask.route.split("/")[2]
    if market not in universe.ELSEWHERE:
        return name, ask.company.symbol
    if value.upper().removesuffix(".SI") not in universe.ELSEWHERE[market]:
        raise refusals.unknown("Symbol", value)
    return name, value.upper().removesuffix(".SI")
