"""Print a small portfolio of Indonesian shares, with the mistakes that such scripts have.

An ordinary program: it knows `requests` and nothing of outwarden. Its mistakes are the point of the demonstration:
shares that no longer exist, a retired v1 route, a date in the future asked for again and again, a key pasted into a URL,
and a timeout that is too short for a slow route.

    SECTORS_API_KEY=... outwarden run -- python examples/portfolio.py

Environment:
    SECTORS_API_KEY     the key, sent raw in the Authorization header
    SECTORS_OLD_KEY     the key that is pasted into a URL; by default one that is made up on the spot
    SECTORS_URL         another place that speaks the API; by default https://api.sectors.app
    REQUESTS_CA_BUNDLE  read by requests itself, when that place has a certificate of its own
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

HOLDINGS = {"BBCA": 1200, "BBRI": 3000, "TLKM": 2500, "ASII": 800, "ADRO": 1500}  # symbol: number of shares
DELISTED = ("SRIL", "GIAA1")
WATCHLIST = ("ANTM", "BBNI", "BMRI", "BRIS", "CPIN", "GOTO", "ICBP", "INDF", "KLBF", "MDKA", "PTBA", "UNVR")


class Sectors:
    """A thin client of the API that keeps count of its calls."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.headers["Authorization"] = key
        self.calls = 0

    def get(self, path: str, *, timeout: float = 10.0, **query: Any) -> Any:
        """Give the answer's JSON, or None with a line on stderr when there is none."""
        self.calls += 1
        try:
            response = self.session.get(self.url + path, params=query, timeout=timeout)
        except requests.RequestException as error:
            complain(path, type(error).__name__)
            return None
        if not response.ok:
            complain(path, str(response.status_code))
            return None
        return response.json()

    def download(self, path: str) -> int:
        """Read an answer piece by piece and give its size in bytes."""
        self.calls += 1
        try:
            with self.session.get(self.url + path, stream=True, timeout=10) as response:
                return sum(len(piece) for piece in response.iter_content(1024))
        except requests.RequestException as error:
            complain(path, type(error).__name__)
            return 0

    def get_the_old_way(self, path: str, key: str) -> None:
        """Do what an old tutorial said: put the key into the URL. The API does not even accept it."""
        self.calls += 1
        try:
            response = requests.get(f"{self.url}{path}?apikey={key}", timeout=10)
        except requests.RequestException as error:
            complain(path, type(error).__name__)
        else:
            complain(path, str(response.status_code))


def complain(path: str, why: str) -> None:
    """Say on stderr what went wrong; never with the query, which may hold a key."""
    print(f"portfolio: {path}: {why}", file=sys.stderr)


def value_holdings(sectors: Sectors) -> list[tuple[str, int, float, float]]:
    """Give symbol, shares, last price and value for each holding with a price."""
    start = (datetime.now(UTC) - timedelta(days=10)).date().isoformat()
    rows = []
    for symbol, shares in {**HOLDINGS, **dict.fromkeys(DELISTED, 100)}.items():
        days = sectors.get(f"/v2/daily/{symbol}/", start=start)
        if days:
            price = days[-1]["close"]
            rows.append((symbol, shares, price, price * shares))
    return rows


def look_around(sectors: Sectors) -> None:
    """Ask for what surrounds the holdings, well and badly."""
    sectors.get("/v2/subsectors/")
    sectors.get("/v2/companies/", where="sub_sector = 'Banks'", order_by="-market_cap", limit=5)
    sectors.get("/v2/company/report/BBCA/", sections="overview,valuation")
    sectors.get("/v2/most-traded/", n_stock=3)
    sectors.get("/v2/companies/top-changes/", classifications="top_gainers", periods="7d")
    sectors.get("/v2/filings/", symbol="BBCA", limit=5)
    sectors.get("/v2/index-daily/lq45/")
    sectors.download("/v2/company/report/TLKM/?sections=financials,dividend")
    sectors.get("/v1/daily/BBCA/")  # discontinued in May 2026
    sectors.get("/v2/free-float/", sub_sector="banks", timeout=1.0)


def refresh_watchlist(sectors: Sectors) -> None:
    """Ask for prices up to tomorrow, which the API refuses: a burst of errors."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    for symbol in WATCHLIST:
        sectors.get(f"/v2/daily/{symbol}/", end=tomorrow)


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description="Print a small portfolio of Indonesian shares.")
    parser.add_argument("--count", type=Path, metavar="FILE", help='write {"calls": n} to this file at the end')
    options = parser.parse_args()
    key = os.environ.get("SECTORS_API_KEY")
    if not key:
        print("portfolio: SECTORS_API_KEY is not set", file=sys.stderr)
        return 2

    sectors = Sectors(os.environ.get("SECTORS_URL", "https://api.sectors.app"), key)
    rows = value_holdings(sectors)
    look_around(sectors)
    refresh_watchlist(sectors)
    sectors.get_the_old_way("/v2/subsectors/", os.environ.get("SECTORS_OLD_KEY") or secrets.token_hex(32))
    sectors.session.close()

    print(f"{'share':<6} {'number':>7} {'price':>10} {'value (IDR)':>15}")
    for symbol, shares, price, value in rows:
        print(f"{symbol:<6} {shares:>7,} {price:>10,} {value:>15,}")
    print(f"{'total':<25} {sum(row[3] for row in rows):>15,}")
    if options.count is not None:
        options.count.write_text(json.dumps({"calls": sectors.calls}) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
