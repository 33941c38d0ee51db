"""The company report, the API's largest answer: one key for each section that was asked for."""

from __future__ import annotations

from typing import Any

from outwarden.testing.ask import Ask
from outwarden.testing.universe import COMPANIES, REPORT_SECTIONS, Company, last_trading_day, luck


def company_report(ask: Ask) -> dict[str, Any]:
    """Answer `/v2/company/report/{symbol}/`."""
    company = ask.company
    asked = ask.choices("sections", REPORT_SECTIONS[ask.route])
    makers = {
        "overview": _overview,
        "valuation": _valuation,
        "future": _future,
        "peers": _peers,
        "financials": _financials,
        "dividend": _dividend,
        "management": _management,
        "ownership": _ownership,
    }
    head = {"symbol": company.symbol, "company_name": company.name}
    return head | {section: makers[section](company, ask) for section in asked}


def quarterly(ask: Ask) -> list[dict[str, Any]]:
    """Answer `/v2/financials/quarterly/{symbol}/`; each quarter that comes back costs a credit."""
    company = ask.company
    count = ask.number("n_quarters", 5, 1, 40)
    last = ask.day("report_date", ask.today)
    quarters = [
        f"{year}-{end}"
        for year in range(last.year, last.year - 12, -1)
        for end in ("12-31", "09-30", "06-30", "03-31")
        if f"{year}-{end}" <= last.isoformat()
    ]
    return [_quarter(company, day) for day in quarters[:count]]


def _quarter(company: Company, day: str) -> dict[str, Any]:
    revenue = (200 + luck(day + company.symbol, 800)) * 10**10
    row: dict[str, Any] = {
        "symbol": company.symbol,
        "date": day,
        "revenue": revenue,
        "earnings": round(revenue * 0.21),
        "operating_pnl": round(revenue * 0.27),
        "tax": round(revenue * 0.05),
        "total_assets": revenue * 9,
        "total_equity": revenue * 3,
        "total_liabilities": revenue * 6,
        "operating_cash_flow": round(revenue * 0.3),
        "diluted_eps": None,
    }
    if company.is_bank:
        metrics = {"net_interest_income": round(revenue * 0.6), "gross_loan": revenue * 5}
        return row | {"realized_capital_goods_investment": None, "financials_sector_metrics": metrics}
    return row | {"capital_expenditure": round(revenue * 0.08), "financials_sector_metrics": {}}


def _overview(company: Company, ask: Ask) -> dict[str, Any]:
    day = last_trading_day(ask.today)
    before = last_trading_day(day)
    by_size = sorted(COMPANIES, key=lambda other: -other.market_cap(day))
    return {
        "listing_board": "Main",
        "industry": _title(company.industry),
        "sub_industry": _title(company.industry),
        "sector": _title(company.sector),
        "sub_sector": _title(company.subsector),
        "market_cap": company.market_cap(day),
        "market_cap_rank": by_size.index(company) + 1,
        "employee_num": float(500 + luck(company.symbol, 30_000)),
        "listing_date": f"{1985 + luck(company.name, 35)}-06-0{1 + luck(company.name, 9)}",
        "last_close_price": company.close(day),
        "latest_close_date": day.isoformat(),
        "daily_close_change": round(company.close(day) / company.close(before) - 1, 4),
        "all_time_price": {"52_w_high": {day.replace(day=1).isoformat(): round(company.price * 1.09)}},
        "esg_score": None,
        "tags": ["top-90d-transaction-value"],
        "indices": ["IHSG", "LQ45"],
        "affiliates": [],
    }


def _valuation(company: Company, ask: Ask) -> dict[str, Any]:
    years = range(ask.today.year - 5, ask.today.year)
    history = [
        {"year": year, "pe": 6 + luck(f"{company.symbol}{year}", 200) / 10, "pb": 1.4, "ps": 2.1} for year in years
    ]
    return {"forward_pe": 9.4, "intrinsic_value": round(company.price * 1.1), "historical_valuation": history}


def _future(company: Company, ask: Ask) -> dict[str, Any]:
    years = [ask.today.year + n for n in range(3)]
    return {
        "company_value_forecasts": [{"estimate_year": year, "revenue_estimate": None} for year in years],
        "company_growth_forecasts": [{"estimate_year": year, "eps_growth": 0.06} for year in years],
        "technical_rating_breakdown": {"summary": {"buy": 9, "neutral": 10, "sell": 7}},
        "analyst_rating_breakdown": {"n_analyst": 3 + luck(company.symbol, 25)},
    }


def _peers(company: Company, _: Ask) -> list[dict[str, Any]]:
    return [
        {"symbol": other.symbol, "company_name": other.name}
        for other in COMPANIES
        if other.subsector == company.subsector and other is not company
    ]


def _financials(company: Company, ask: Ask) -> dict[str, Any]:
    years = range(ask.today.year - 5, ask.today.year)
    return {"historical_financials": [_quarter(company, f"{year}-12-31") | {"year": year} for year in years]}


def _dividend(company: Company, ask: Ask) -> dict[str, Any]:
    paid = {str(ask.today.year - n): {"total_dividend": round(company.price * 0.03), "yield": 0.03} for n in (1, 2, 3)}
    return {"yield_ttm": 0.03, "payout_ratio": 0.5, "historical_dividends": paid, "upcoming_dividends": None}


def _management(company: Company, _: Ask) -> dict[str, Any]:
    return {"key_executives": [{"name": f"Director of {company.name}", "position": "President Director"}]}


def _ownership(company: Company, _: Ask) -> dict[str, Any]:
    free = 20 + luck(company.symbol, 40)
    holders = [
        {"name": "Public", "share_percentage": free / 100},
        {"name": "Others", "share_percentage": 1 - free / 100},
    ]
    return {"major_shareholders": holders, "top_transactions": {}}


def _title(slug: str) -> str:
    return slug.replace("-", " ").title()
