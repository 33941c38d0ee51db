"""The body of a CloudWatch dashboard: the same panels, and the state of every alarm.

The format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from typing import Any, Final

from outwarden.config import Config
from outwarden.config.alarm_set import alarm_set
from outwarden.provision.boards import from_cloudwatch
from outwarden.provision.boards.panel import GREEN, ORANGE, PURPLE, RED, WIDTH, Insights, Math, Metric, Panel, Row
from outwarden.provision.boards.place import place

_COLOURS: Final = {GREEN: "#2ca02c", ORANGE: "#ff7f0e", RED: "#d62728", PURPLE: "#9467bd", "blue": "#1f77b4"}
_VIEWS: Final = {"timeseries": "timeSeries", "stat": "singleValue", "table": "table"}


def body(config: Config) -> dict[str, Any]:
    """Give the dashboard's body, with the placeholders `${AWS::Region}`, `${AWS::AccountId}`, `${Service}`, `${Environment}`."""
    alarms = alarm_set(config)
    names = [*(one.name for one in alarms.composites), *(one.name for one in alarms.alarms)]
    widgets: list[dict[str, Any]] = []
    y = 0
    for row in from_cloudwatch.overview(alarms).rows:
        if not row.panels:
            continue  # nothing to draw: there may be no alarms
        widgets.append(_heading(row.title, y))
        y += 1
        if any(panel.alarm for panel in row.panels):
            height = 1 + -(-len(names) // 4)
            widgets.append(_states(names, y, height))
            y += height
        drawn = Row(row.title, tuple(panel for panel in row.panels if panel.kind != "geomap"))
        placed = list(place(drawn))
        widgets += [_widget(panel, x, y + dy, config) for panel, x, dy in placed]
        y += max(dy + panel.height for panel, _, dy in placed)
    return {"start": "-PT6H", "periodOverride": "inherit", "widgets": widgets}


def _heading(title: str, y: int) -> dict[str, Any]:
    text = {"markdown": f"## {title}", "background": "transparent"}
    return {"type": "text", "x": 0, "y": y, "width": WIDTH, "height": 1, "properties": text}


def _states(names: list[str], y: int, height: int) -> dict[str, Any]:
    arns = [f"arn:${{AWS::Partition}}:cloudwatch:${{AWS::Region}}:${{AWS::AccountId}}:alarm:{name}" for name in names]
    return {
        "type": "alarm",
        "x": 0,
        "y": y,
        "width": WIDTH,
        "height": height,
        "properties": {"title": "Alarms", "alarms": arns},
    }


def _widget(panel: Panel, x: int, y: int, config: Config) -> dict[str, Any]:
    place_ = {"x": x, "y": y, "width": panel.width, "height": panel.height}
    first = panel.queries[0]
    if isinstance(first, Insights):
        return {"type": "log", **place_, "properties": _log(panel, first, config)}
    return {"type": "metric", **place_, "properties": _metric(panel, config)}


def _log(panel: Panel, query: Insights, config: Config) -> dict[str, Any]:
    text = query.query.replace('"$service"', '"${Service}"').replace('"$env"', '"${Environment}"')
    sink = config.sinks.cloudwatch
    group = sink.log_group if sink is not None else "SectorsFinancialAPI"
    return {
        "title": panel.title,
        "region": "${AWS::Region}",
        "query": f"SOURCE '{group}' | {text}",
        "view": "table",
    }


def _metric(panel: Panel, config: Config) -> dict[str, Any]:
    colours = dict(panel.colours)
    metrics: list[list[Any]] = []
    for query in panel.queries:
        if isinstance(query, Math):
            shown: dict[str, Any] = {"expression": query.expression, "id": query.id, "label": query.label}
            metrics.append([shown | {"period": query.period_s}])
        elif isinstance(query, Metric):
            options: dict[str, Any] = {"id": query.id, "label": query.label, "stat": query.statistic}
            options |= {"period": query.period_s, **({"visible": False} if query.hidden else {})}
            if colour := colours.get(query.label):
                options["color"] = _COLOURS[colour]
            name = [config.metrics.namespace, query.metric]
            metrics.append([*name, "Service", "${Service}", "Environment", "${Environment}", options])
    properties: dict[str, Any] = {
        "title": panel.title,
        "region": "${AWS::Region}",
        "view": _VIEWS[panel.kind],
        "metrics": metrics,
    }
    if panel.kind == "timeseries":
        properties |= {"stacked": False, "yAxis": {"left": {"min": 0}}}
    if panel.kind == "stat":
        properties |= {"setPeriodToTimeRange": panel.reduce == "sum", "sparkline": True}
    if panel.threshold is not None:
        line = {"label": panel.alarm or panel.title, "value": panel.threshold, "color": _COLOURS[RED]}
        properties["annotations"] = {"horizontal": [line | {"fill": "below" if panel.below else "above"}]}
    return properties
