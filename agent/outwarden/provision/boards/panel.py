"""Panel: what is drawn, whoever draws it."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from outwarden.config.catalogue import MetricName

WIDTH: Final = 24
"""Columns of a dashboard, in Grafana and in CloudWatch."""

GREEN, YELLOW, ORANGE, RED, BLUE, PURPLE = "green", "yellow", "orange", "red", "blue", "purple"


class Metric(NamedTuple):
    """One metric of ours in CloudWatch."""

    id: str
    metric: MetricName
    statistic: str
    label: str
    period_s: int = 60
    hidden: bool = False


class Math(NamedTuple):
    """Metric math over the metrics of the same panel."""

    id: str
    expression: str
    label: str
    period_s: int = 60


class Insights(NamedTuple):
    """A query of CloudWatch Logs Insights over our events."""

    query: str
    groups: tuple[str, ...]
    """What it groups by."""


class PromQL(NamedTuple):
    """A query of Prometheus."""

    expression: str
    label: str
    at_once: bool = False
    """One value for the whole span: for tables and maps."""


Query = Metric | Math | Insights | PromQL


class Panel(NamedTuple):
    """One picture."""

    title: str
    text: str
    kind: Literal["timeseries", "stat", "table", "geomap"]
    unit: str
    """In Grafana's word: short, percent, ms, s, bytes."""
    queries: tuple[Query, ...]
    width: int = 12
    height: int = 8
    threshold: float | None = None
    """Where an alarm goes off: a red line."""
    below: bool = False
    """Whether it goes off below the line."""
    alarm: str | None = None
    """The alarm that is drawn."""
    colours: tuple[tuple[str, str], ...] = ()
    """Label -> colour."""
    steps: tuple[tuple[float, str], ...] = ()
    """Of a stat: colour from a value on."""
    reduce: Literal["sum", "lastNotNull", "max", "mean"] = "sum"
    """How a stat makes one number of many."""


class Row(NamedTuple):
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


class Board(NamedTuple):
    """One dashboard."""

    uid: str
    title: str
    text: str
    source: Literal["cloudwatch", "prometheus"]
    rows: tuple[Row, ...]


ANSWERS: Final = (
    ("2XX", GREEN),
    ("3XX", BLUE),
    ("4XX", ORANGE),
    ("5XX", RED),
    ("no answer", PURPLE),
)
"""Colours of the ways in which a call can end, the same everywhere."""
