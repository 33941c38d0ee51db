"""The API's good answers: shapes and the numbers' sense."""

from datetime import UTC, date, datetime, timedelta

import pytest
import requests

from outwarden.apis import Catalogue, builtin
from outwarden.testing.bodies import BODIES
from outwarden.testing.routes import Routes

EXISTING = {
    "symbol": "BBCA",
    "index_code": "lq45",
    "broker_code": "AK",
    "commodity_name": "coal",
    "province": "Papua Tengah",
    "slug": "grasberg",
    "sub_sector": "banks",
    "wiup_code": "1234567890123",
}
SECTORS = next(profile for profile in builtin() if profile.name == "sectors")


@pytest.fixture
def body(sectors):
    """Give the JSON of a good answer."""

    def body(path):
        response = requests.get(sectors.url + path, headers={"Authorization": sectors.key})
        assert (path, response.status_code) == (path, 200)
        assert response.headers["Content-Type"] == "application/json"
        return response.json()

    return body


def test_every_callable_route_answers(body):
    """Each documented route has some good answer."""
    required = "?sector=energy&commodity_type=Coal&year=2024"
    for route in SECTORS.routes:
        if route.callable:
            market = route.path.split("/")[2]
            known = EXISTING | {"symbol": {"sgx": "D05", "klse": "1155"}.get(market, "BBCA")}
            extra = required if not BODIES.get(route.path) else ""
            assert body(route.path.format_map(known) + extra) is not None


def test_routes_agree_with_the_catalogue():
    """Two routers that were written apart find the same template for each documented path."""
    routes = Routes(SECTORS.routes)
    catalogue = Catalogue(builtin())
    for route in SECTORS.routes:
        if "..." not in route.path:
            path = "/".join("BBCA" if part.startswith("{") else part for part in route.path.split("/"))
            found = routes.find(path)
            assert found is not None
            assert catalogue.match(SECTORS, path).template == found.route.path


def test_every_played_route_is_documented():
    """No body is made for a route that the API does not have."""
    assert set(BODIES) <= {route.path for route in SECTORS.routes if route.callable}


def test_daily_has_a_row_for_each_trading_day(body):
    """Prices come oldest first, without weekends, and the same symbol has the same price in every spelling."""
    rows = body("/v2/daily/BBCA/?start=2026-03-02&end=2026-03-13")

    assert [row["date"] for row in rows] == [f"2026-03-{day:02}" for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13)]
    assert set(rows[0]) == {"symbol", "date", "close", "volume", "market_cap"}
    assert rows == body("/v2/daily/bbca/?start=2026-03-02&end=2026-03-13")
    assert rows == body("/v2/daily/BBCA.JK?start=2026-03-02&end=2026-03-13")


def test_range_that_is_too_wide_is_cut_in_silence(body):
    """A year becomes 90 days, with status 200."""
    rows = body("/v2/daily/BBCA/?start=2025-01-01&end=2026-01-01")

    assert date.fromisoformat(rows[0]["date"]) >= date(2025, 10, 3)
    assert rows[-1]["date"] == "2026-01-01"


def test_report_has_the_sections_that_were_asked_for(body):
    """Without `sections` all eight come."""
    assert list(body("/v2/company/report/BBCA/?sections=dividend,overview")) == [
        "symbol",
        "company_name",
        "overview",
        "dividend",
    ]
    assert len(body("/v2/company/report/BBCA/")) == 2 + 8


def test_screener_sorts_chooses_and_pages(body):
    """The largest banks come first, and the page says where the next one begins."""
    first = body("/v2/companies/?where=sub_sector = 'Banks'&order_by=-market_cap&limit=2")

    caps = [row["query_values"]["market_cap"] for row in first["results"]]
    assert caps == sorted(caps, reverse=True)
    assert first["pagination"] == {
        "total_count": 5,
        "showing": 2,
        "limit": 2,
        "offset": 0,
        "has_next": True,
        "has_previous": False,
        "next_offset": 2,
        "previous_offset": None,
    }
    last = body("/v2/companies/?where=sub_sector = 'Banks'&order_by=-market_cap&limit=2&offset=4")
    assert last["pagination"]["showing"] == 1
    assert last["pagination"]["next_offset"] is None
    assert "llm_translation" in body("/v2/companies/?q=big banks")


def test_filter_that_matches_nothing_is_no_error(body):
    """Empty answers are 200."""
    assert body("/v2/filings/?symbol=NOPE")["results"] == []
    assert body("/v2/free-float/?sub_sector=nothing") == []


def test_movers_are_sorted_into_winners_and_losers(body):
    """Each asked classification and period has its rows, the largest change first."""
    movers = body("/v2/companies/top-changes/?periods=30d,365d")

    assert set(movers) == {"top_gainers", "top_losers"}
    assert set(movers["top_gainers"]) == {"30d", "365d"}
    for period in ("30d", "365d"):
        gains = [row["price_change"] for row in movers["top_gainers"][period]]
        losses = [row["price_change"] for row in movers["top_losers"][period]]
        assert gains == sorted(gains, reverse=True)
        assert losses == sorted(losses)
        assert all(gain > 0 for gain in gains)


def test_statements_of_banks_differ(body):
    """Banks have metrics of their sector; the others have capital expenditure."""
    (bank,) = body("/v2/financials/quarterly/BBCA/?n_quarters=1&report_date=2026-04-10")
    (other,) = body("/v2/financials/quarterly/TLKM/?n_quarters=1&report_date=2026-04-10")

    assert bank["date"] == other["date"] == "2026-03-31"
    assert "net_interest_income" in bank["financials_sector_metrics"]
    assert other["financials_sector_metrics"] == {}
    assert "capital_expenditure" in other


def test_last_prices_are_of_before_today(body):
    """There is no close of a day that has not ended."""
    yesterday = datetime.now(UTC).date() - timedelta(1)

    for row in body("/v2/close/")["results"]:
        assert date.fromisoformat(row["date"]) <= yesterday
