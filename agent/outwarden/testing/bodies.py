"""What the API answers when all is well: the most used routes in full, the others with a small body of the right shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from outwarden.testing import refusals, universe
from outwarden.testing.ask import Ask
from outwarden.testing.pages import page
from outwarden.testing.report import company_report, quarterly
from outwarden.testing.universe import COMPANIES, INDICES, PERIODS, Company, last_trading_day, luck

SCREENS: Final[dict[str, Callable[[Company, date], Any]]] = {
    "symbol": lambda company, _: company.symbol,
    "company_name": lambda company, _: company.name,
    "market_cap": Company.market_cap,
    "last_close_price": Company.close,
}
"""What the screener can sort by."""


def subsectors(_: Ask) -> list[dict[str, str]]:
    """Answer `/v2/subsectors/`."""
    pairs = sorted({(company.sector, company.subsector) for company in COMPANIES})
    return [{"sector": sector, "subsector": subsector} for sector, subsector in pairs]


def industries(_: Ask) -> list[dict[str, str]]:
    """Answer `/v2/industries/`."""
    pairs = sorted({(company.subsector, company.industry) for company in COMPANIES})
    return [{"subsector": subsector, "industry": industry} for subsector, industry in pairs]


def daily(ask: Ask) -> list[dict[str, Any]]:
    """Answer `/v2/daily/{symbol}/`: one row a trading day, at most 90 days."""
    company = ask.company
    return [
        {
            "symbol": company.symbol,
            "date": day.isoformat(),
            "close": company.close(day),
            "volume": company.volume(day),
            "market_cap": company.market_cap(day),
        }
        for day in ask.days()
    ]


def index_daily(ask: Ask) -> list[dict[str, Any]]:
    """Answer `/v2/index-daily/{index_code}/`."""
    code = ask.values["index_code"].lower()
    if code not in INDICES:
        raise refusals.bad_request(f"Invalid index code '{code}'. Choose from: {', '.join(INDICES)}.")
    return [{"index_code": code.upper(), "date": day.isoformat(), "price": _points(code, day)} for day in ask.days()]


def index_close(ask: Ask) -> list[dict[str, Any]]:
    """Answer `/v2/index-daily/`."""
    day = ask.day("date", last_trading_day(ask.today))
    return [{"index_code": code.upper(), "date": day.isoformat(), "price": _points(code, day)} for code in INDICES]


def idx_total(ask: Ask) -> list[dict[str, Any]]:
    """Answer `/v2/idx-total/`."""
    return [
        {"date": day.isoformat(), "idx_total_market_cap": sum(company.market_cap(day) for company in COMPANIES)}
        for day in ask.days()
    ]


def most_traded(ask: Ask) -> dict[str, Any]:
    """Answer `/v2/most-traded/`: the largest volumes of each day."""
    count = ask.number("n_stock", 5, 1, 10)
    companies = _within_subsector(ask)
    return {
        day.isoformat(): [
            {
                "symbol": company.symbol,
                "company_name": company.name,
                "volume": company.volume(day),
                "price": company.close(day),
            }
            for company in sorted(companies, key=lambda one: -one.volume(day))[:count]
        ]
        for day in ask.days()
    }


def top_changes(ask: Ask) -> dict[str, Any]:
    """Answer `/v2/companies/top-changes/`: each pair of a classification and a period costs a credit."""
    count = ask.number("n_stock", 5, 1, 10)
    latest = last_trading_day(ask.today)
    companies = _within_subsector(ask)

    def rows(classification: str, period: str) -> list[dict[str, Any]]:
        before = latest - timedelta(int(period.removesuffix("d")))
        changes = sorted((company.close(latest) / company.close(before) - 1, company) for company in companies)
        best = changes[::-1] if classification == "top_gainers" else changes
        return [
            {
                "name": company.name,
                "symbol": company.symbol,
                "price_change": round(change, 4),
                "last_close_price": company.close(latest),
                "latest_close_date": latest.isoformat(),
            }
            for change, company in best[:count]
            if (change > 0) == (classification == "top_gainers")
        ]

    periods = ask.choices("periods", PERIODS)
    return {
        classification: {period: rows(classification, period) for period in periods}
        for classification in ask.choices("classifications", ("top_gainers", "top_losers"))
    }


def screener(ask: Ask) -> dict[str, Any]:
    """Answer `/v2/companies/`. Of `where`, only comparisons with one sector or subsector choose anything here."""
    for gone in ("sub_sector", "sub_industry"):
        if gone in ask.query:
            raise refusals.bad_screen("UNSUPPORTED_PARAMETERS", f"Unsupported parameters: {gone}.")
    where, question = ask.query.get("where", ""), ask.query.get("q")
    if where.count("'") % 2 or ";" in where:
        raise refusals.bad_screen("INVALID_WHERE_CLAUSE", "The where clause could not be parsed.")
    if question is not None and not any(letter.isalpha() for letter in question):
        raise refusals.bad_screen("NON_TRANSLATABLE_QUERY", "The query could not be translated.")
    limit = ask.query.get("limit", "50")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= 200):
        raise refusals.bad_screen("INVALID_LIMIT", "limit must be between 1 and 200.")

    order_by = ask.query.get("order_by", "symbol")
    field = order_by.removeprefix("-")
    if field not in SCREENS:
        raise refusals.bad_screen("INVALID_WHERE_CLAUSE", f"Unknown field: {field}.")
    day = last_trading_day(ask.today)
    quoted = {part.lower().replace(" ", "-") for part in where.split("'")[1::2]}
    chosen = [company for company in COMPANIES if not quoted or quoted & {company.sector, company.subsector}]
    down = order_by.startswith("-") or ask.query.get("desc") == "true"
    chosen.sort(key=lambda company: SCREENS[field](company, day), reverse=down)
    rows = [
        {
            "symbol": company.symbol,
            "company_name": company.name,
            "query_values": {field: SCREENS[field](company, day)},
        }
        for company in chosen
    ]
    body = page(ask, rows, default=50, most=200)
    if question is not None:
        translated = {"where": None, "order_by": order_by, "limit": int(limit), "offset": None}
        body["llm_translation"] = {"natural_query": question, "translated_params": translated, "message": None}
    return body


def close(ask: Ask) -> dict[str, Any]:
    """Answer `/v2/close/`: the closing prices of everything, page by page."""
    day = ask.day("date", last_trading_day(ask.today))
    rows = [{"symbol": company.symbol, "date": day.isoformat(), "close": company.close(day)} for company in COMPANIES]
    return page(ask, rows)


def free_float(ask: Ask) -> list[dict[str, Any]]:
    """Answer `/v2/free-float/`: a credit for each hundred rows."""
    return [
        {"symbol": company.symbol, "company_name": company.name, "free_float": (20 + luck(company.symbol, 40)) / 100}
        for company in _within_subsector(ask)
    ]


def filings(ask: Ask) -> dict[str, Any]:
    """Answer `/v2/filings/`: insider transactions, newest first."""
    symbol = ask.query.get("symbol")
    company = universe.find(symbol) if symbol else None
    chosen = [company] if company else [] if symbol else COMPANIES
    return page(ask, [_filing(one, day) for day in reversed(ask.days()) for one in chosen])


def news(ask: Ask) -> dict[str, Any]:
    """Answer `/v2/news/`: newest first."""
    if ask.query.get("extension", "idx") == "idx" and "commodity_type" in ask.query:
        raise refusals.bad_request("'commodity_type' is only available for the mining extension.")
    rows = [
        {
            "title": f"{company.name} closes at {company.close(day)}",
            "body": f"{company.name} closed at {company.close(day)} on {day}, in a market that was invented for tests.",
            "source": "https://news.example/markets",
            "thumbnail": None,
            "timestamp": f"{day}T09:30:00",
            "sector": company.sector,
            "sub_sector": [company.subsector],
            "tags": ["market-news"],
            "symbols": [company.symbol],
            "dimension": dict.fromkeys(("valuation", "future", "financials", "dividend", "technical"), 0),
        }
        for day in reversed(ask.days())
        for company in COMPANIES
        if luck(f"news{day}{company.symbol}", 5) == 0
    ]
    return page(ask, rows)


def _filing(company: Company, day: date) -> dict[str, Any]:
    before = 10**9 + luck(company.symbol, 10**9)
    amount = luck(f"{company.symbol}{day}", 10**7)
    price = company.close(day)
    return {
        "title": f"Transaction of a director of {company.name}",
        "body": f"A director of {company.name} bought {amount} shares.",
        "source": "https://filings.example/document.pdf",
        "timestamp": f"{day}T10:00:00",
        "symbol": company.symbol,
        "sector": company.sector,
        "sub_sector": company.subsector,
        "tags": ["insider-trading"],
        "transaction_type": "buy",
        "holder_type": "insider",
        "holder_name": "A Director",
        "holding_before": before,
        "holding_after": before + amount,
        "amount_transaction": amount,
        "price": price,
        "transaction_value": price * amount,
        "share_percentage_before": 0.01,
        "share_percentage_after": 0.011,
    }


def _within_subsector(ask: Ask) -> list[Company]:
    wanted = ask.query.get("sub_sector")
    return [company for company in COMPANIES if wanted in {None, company.subsector}]


def _points(code: str, day: date) -> float:
    return round(INDICES[code] * (1 + luck(f"{code}{day}", 400) / 10_000), 2)


BODIES: Final[dict[str, Callable[[Ask], Any]]] = {
    "/v2/close/": close,
    "/v2/companies/": screener,
    "/v2/companies/top-changes/": top_changes,
    "/v2/company/report/{symbol}/": company_report,
    "/v2/daily/{symbol}/": daily,
    "/v2/filings/": filings,
    "/v2/financials/quarterly/{symbol}/": quarterly,
    "/v2/free-float/": free_float,
    "/v2/idx-total/": idx_total,
    "/v2/index-daily/": index_close,
    "/v2/index-daily/{index_code}/": index_daily,
    "/v2/industries/": industries,
    "/v2/most-traded/": most_traded,
    "/v2/news/": news,
    "/v2/subsectors/": subsectors,
}
