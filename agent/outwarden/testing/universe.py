"""The companies of the local API. Their names exist; all their numbers are invented and the same on every run."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Final, NamedTuple
from zlib import crc32


class Company(NamedTuple):
    """One listed company."""

    symbol: str
    name: str
    sector: str
    subsector: str
    industry: str
    price: int
    shares: int

    @property
    def is_bank(self) -> bool:
        """Banks have other figures in their statements."""
        return self.subsector == "banks"

    def close(self, day: date) -> int:
        """Give the closing price of a day: a calm wave with some noise on it."""
        wave = math.sin((day.toordinal() + luck(self.symbol, 400)) / 23)
        noise = luck(f"{self.symbol}{day}", 1000) / 1000 - 0.5
        return round(self.price * (1 + 0.08 * wave + 0.02 * noise))

    def volume(self, day: date) -> int:
        """Give the number of shares that changed hands on a day."""
        return 1_000_000 + luck(f"{day}{self.symbol}", 90_000_000)

    def market_cap(self, day: date) -> int:
        """Give the market capitalisation of a day in rupiah."""
        return self.close(day) * self.shares


_ROWS: Final = """
ADRO Alamtri Resources Indonesia Tbk|energy|oil-gas-coal|coal|2310|30
ANTM Aneka Tambang Tbk|basic-materials|basic-materials|metals-minerals|1740|24
ASII Astra International Tbk|industrials|multi-sector-holdings|multi-sector-holdings|4870|40
BBCA Bank Central Asia Tbk|financials|banks|banks|9650|123
BBNI Bank Negara Indonesia (Persero) Tbk|financials|banks|banks|4820|37
BBRI Bank Rakyat Indonesia (Persero) Tbk|financials|banks|banks|4510|151
BMRI Bank Mandiri (Persero) Tbk|financials|banks|banks|5920|93
BRIS Bank Syariah Indonesia Tbk|financials|banks|banks|2680|46
CPIN Charoen Pokphand Indonesia Tbk|consumer-non-cyclicals|food-beverage|agricultural-products|4760|16
GOTO GoTo Gojek Tokopedia Tbk|technology|software-it-services|online-applications-services|68|1190
ICBP Indofood CBP Sukses Makmur Tbk|consumer-non-cyclicals|food-beverage|processed-foods|11250|12
INDF Indofood Sukses Makmur Tbk|consumer-non-cyclicals|food-beverage|processed-foods|7340|9
ISAT Indosat Tbk|infrastructures|telecommunication|wireless-telecommunication-services|2380|32
KLBF Kalbe Farma Tbk|healthcare|pharmaceuticals-health-care-research|pharmaceuticals|1520|47
MDKA Merdeka Copper Gold Tbk|basic-materials|basic-materials|metals-minerals|2140|24
PGAS Perusahaan Gas Negara Tbk|energy|oil-gas-coal|gas|1590|24
PTBA Bukit Asam Tbk|energy|oil-gas-coal|coal|2790|12
SIDO Industri Jamu dan Farmasi Sido Muncul Tbk|healthcare|pharmaceuticals-health-care-research|pharmaceuticals|610|30
TLKM Telkom Indonesia (Persero) Tbk|infrastructures|telecommunication|integrated-telecommunication-services|2870|99
UNTR United Tractors Tbk|industrials|industrial-goods|construction-machinery-heavy-vehicles|25400|4
UNVR Unilever Indonesia Tbk|consumer-non-cyclicals|nondurable-household-products|personal-care-products|1890|38
"""


def _company(row: str) -> Company:
    titled, sector, subsector, industry, price, shares = row.split("|")
    symbol, name = titled.split(" ", 1)
    return Company(f"{symbol}.JK", name, sector, subsector, industry, int(price), int(shares) * 10**9)


def luck(seed: str, below: int) -> int:
    """Draw a number that is the same on every machine and every run."""
    return crc32(seed.encode()) % below


COMPANIES: Final = tuple(_company(row) for row in _ROWS.strip().splitlines())
INDICES: Final = {"ihsg": 7340.0, "idx30": 428.0, "jii": 512.0, "lq45": 861.0, "sri-kehati": 391.0}
PERIODS: Final = ("1d", "7d", "14d", "30d", "365d")
TOP_CLASSIFICATIONS: Final = ("dividend_yield", "earnings", "market_cap", "pe", "revenue")
REPORT_SECTIONS: Final = {
    "/v2/company/report/{symbol}/": (
        "overview",
        "valuation",
        "future",
        "peers",
        "financials",
        "dividend",
        "management",
        "ownership",
    ),
    "/v2/subsector/report/{sub_sector}/": (
        "statistics",
        "market_cap",
        "stability",
        "valuation",
        "growth",
        "companies",
    ),
    "/v2/sgx/company/report/{symbol}/": ("overview", "valuation", "financials", "dividend"),
    "/v2/klse/company/report/{symbol}/": ("overview", "valuation", "financials", "dividend"),
}
ELSEWHERE: Final = {"sgx": ("D05", "O39", "U11", "Z74"), "klse": ("1155", "1023", "5347")}
"""Symbols of the two other exchanges."""


def find(symbol: str) -> Company | None:
    """Look a company up by `BBCA`, `bbca` or `BBCA.JK`."""
    wanted = f"{symbol.upper().removesuffix('.JK')}.JK"
    return next((company for company in COMPANIES if company.symbol == wanted), None)


def trading_days(start: date, end: date) -> list[date]:
    """List the days from Monday to Friday, both ends included; holidays are not known here."""
    days = (start + timedelta(n) for n in range((end - start).days + 1))
    return [day for day in days if day.weekday() < 5]


def last_trading_day(today: date) -> date:
    """Give the last day before today with a closing price."""
    return trading_days(today - timedelta(7), today - timedelta(1))[-1]
