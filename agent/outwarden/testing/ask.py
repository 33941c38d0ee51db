"""Ask: one good call to a known route, with its parameters checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outwarden.testing import refusals, universe
from outwarden.testing.universe import Company


@dataclass(frozen=True, slots=True)
class Ask:
    """What a body is made from. Its methods raise `Refused` for parameters that the API would not take."""

    route: str
    """Template, such as `/v2/company/report/{symbol}/`."""
    values: Mapping[str, str]
    """What stands in the path for the template's names."""
    query: Mapping[str, str]
    today: date

    @property
    def company(self) -> Company:
        """The company of the path; a 404 when it does not exist."""
        company = universe.find(self.values["symbol"])
        if company is None:
            raise refusals.unknown("Symbol", self.values["symbol"])
        return company

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Read a whole number within its bounds."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise refusals.bad_request(f"Invalid value for '{name}'. It must be a number between {least} and {most}.")
        return int(text)

    def choices(self, name: str, known: Sequence[str]) -> tuple[str, ...]:
        """Read a comma-separated list; all choices when it is absent."""
        text = self.query.get(name)
        if not text:
            return tuple(known)
        asked = text.split(",")
        for choice in asked:
            if choice not in known:
                raise refusals.bad_request(f"Invalid value '{choice}' for '{name}'. Choose from: {', '.join(known)}.")
        return tuple(choice for choice in known if choice in asked)

    def day(self, name: str, default: date) -> date:
        """Read a date that is not in the future; today is the day in UTC."""
        text = self.query.get(name)
        if text is None:
            return default
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise refusals.bad_request(f"Invalid date format for '{name}'. Use YYYY-MM-DD.") from None
        if day > self.today:
            raise refusals.bad_request(f"'{name}' cannot be in the future.")
        return day

    def days(self, widest: int = 90) -> list[date]:
        """List the trading days from `start` to `end`; a range that is too wide is cut at its start in silence."""
        end = self.day("end", self.today)
        start = self.day("start", end - timedelta(30))
        if start > end:
            raise refusals.bad_request("'start' must be before 'end'.")
        return universe.trading_days(max(start, end - timedelta(widest)), min(end, self.today - timedelta(1)))
