"""Report: an alert as people read it, whatever the channel. Every rendering is made from this one."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

from outwarden.alert import Alert

MOST_FACTS: Final = 5
"""Routes, reasons and alarms that are named at most, each."""
LONGEST: Final = 500
"""Characters of one fact at most."""


class Report(NamedTuple):
    """What happened, where, since when, why, what to do, and where to look."""

    alert: Alert
    headline: str
    """All in one line: `ALARM: High4XXErrors in portfolio (prod): 4XXError was 14 in 5 minutes; …`."""
    facts: tuple[tuple[str, str], ...]
    todo: str | None
    links: tuple[tuple[str, str], ...]


class Message(NamedTuple):
    """What a channel tells at once: one report, or several that belong together."""

    id: str
    """The same whenever the same message is tried again."""
    reports: tuple[Report, ...]
    was_quiet: bool = False
    """It waited for the end of quiet hours."""

    @property
    def title(self) -> str:
        """Say it in one line."""
        first = self.reports[0]
        if len(self.reports) == 1:
            return first.headline
        alerts = [report.alert for report in self.reports]
        off = sum(alert.state == "ALARM" for alert in alerts)
        names = ", ".join(dict.fromkeys(alert.name for alert in alerts))
        counts = " and ".join(
            f"{count} {what}" for count, what in ((off, "went off"), (len(alerts) - off, "over")) if count
        )
        when = " in the quiet hours" if self.was_quiet else ""
        state = "ALARM" if off else "OK"
        return bounded(f"{state}: {names} in {first.alert.service} ({first.alert.env}): {counts}{when}")

    @property
    def text(self) -> str:
        """Say all of it as plain text."""
        parts = ["\n".join([report.headline, *(f"  {line}" for line in lines(report))]) for report in self.reports]
        return "\n\n".join(parts if len(parts) == 1 else [self.title, *parts])


def report(alert: Alert, links: Mapping[str, str] | None = None) -> Report:
    """Say what is known of an alert.

    Args:
        alert: the change.
        links: names and addresses, in which `{alarm}`, `{service}`, `{env}`, `{metric}` and `{trace_id}` are filled in; a
            link with a hole that nothing is known for is left out.
    """
    return Report(
        alert=alert,
        headline=bounded(f"{alert.state}: {alert.name} in {alert.service} ({alert.env}): {alert.reason}", 1000),
        facts=tuple((name, bounded(text)) for name, text in _facts(alert)),
        todo=bounded(alert.todo, 1000) if alert.todo and alert.state == "ALARM" else None,
        links=tuple(_filled(links or {}, alert)),
    )


def lines(of: Report) -> Iterator[str]:
    """Give the facts, what to do and the links, a line each."""
    for name, text in of.facts:
        yield f"{name}: {text}"
    if of.todo:
        yield f"to do: {of.todo}"
    for name, link in of.links:
        yield f"{name}: {link}"


def bounded(text: str, longest: int = LONGEST) -> str:
    """Put a text onto one line that is not too long, without anything that steers whoever shows it."""
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in " ".join(text.split()))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _facts(alert: Alert) -> Iterator[tuple[str, str]]:
    if alert.since is not None:
        yield "since", f"{alert.since[:19].replace('T', ' ')} UTC"
    if alert.state != "ALARM":
        return
    yield "severity", alert.severity
    if alert.because:
        yield "alarms", _named(alert.because)
    if alert.services:
        yield "services", _named(alert.services)
    if alert.top_routes:
        yield "routes", _named(f"{route} ({count})" for route, count in alert.top_routes)
    if alert.top_reasons:
        yield "reasons", _named(f"{reason} ({count})" for reason, count in alert.top_reasons)
    if alert.trace_id:
        yield "trace", alert.trace_id


def _named(items: Iterable[str]) -> str:
    named = list(items)
    more = f" and {len(named) - MOST_FACTS} more" if len(named) > MOST_FACTS else ""
    return ", ".join(named[:MOST_FACTS]) + more


def _filled(links: Mapping[str, str], alert: Alert) -> Iterator[tuple[str, str]]:
    known = {
        "alarm": alert.name,
        "service": alert.service,
        "env": alert.env,
        "metric": alert.metric,
        "trace_id": alert.trace_id,
    }
    there = {name: quote(value, safe="") for name, value in known.items() if value}
    for name, link in links.items():
        if all(hole is None or hole in there for _, hole, _, _ in string.Formatter().parse(link)):
            yield name, link.format_map(there)
