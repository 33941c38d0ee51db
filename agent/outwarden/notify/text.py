"""An alert as a person reads it."""

from __future__ import annotations

from outwarden.alert import Alert


def headline(alert: Alert) -> str:
    """Say it in one line: `ALARM: High4XXErrors in portfolio (prod): 4XXError was 14 in 5 minutes; …`."""
    return f"{alert.state}: {alert.name} in {alert.service} ({alert.env}): {alert.reason}"


def details(alert: Alert) -> list[str]:
    """Say why, and what to do: no lines when there is nothing to say."""
    if alert.state != "ALARM":
        return []
    lines = []
    if alert.top_routes:
        lines.append("most: " + ", ".join(f"{route} ({count})" for route, count in alert.top_routes))
    if alert.todo:
        lines.append(alert.todo)
    return lines
