"""Board -> Grafana's classic dashboard JSON, through the models of grafana-foundation-sdk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from outwarden.config import Config
from outwarden.errors import MissingExtra
from outwarden.provision.boards.panel import RED, WIDTH, Board, Insights, Math, Metric, Panel, PromQL
from outwarden.provision.boards.place import place

try:
    from grafana_foundation_sdk.builders import cloudwatch, dashboard, prometheus
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models import cloudwatch as cw
    from grafana_foundation_sdk.models import dashboard as models
    from grafana_foundation_sdk.models import prometheus as pm
except ImportError:  # pragma: no cover - tested in an environment without it
    raise MissingExtra("outwarden dashboards", "provision") from None

_LEGEND: Final = {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []}
_TOOLTIP: Final = {"mode": "multi", "sort": "desc"}
_REFRESH: Final = {"cloudwatch": "5m", "prometheus": "1m"}
"""CloudWatch bills each metric that is read."""
_OF_INTERVALS: Final = ("auto", "auto_min", "auto_count")
"""What the models give every variable and the schema knows of interval variables only."""


def grafana(board: Board, config: Config) -> str:
    """Render a dashboard; the same board always gives the same text."""
    made = dashboard.Dashboard(board.title).uid(board.uid).description(board.text).tags(["outwarden"])
    made.readonly().time("now-6h", "now").timezone("browser").refresh(_REFRESH[board.source])
    made.tooltip(models.DashboardCursorSync.CROSSHAIR)
    for variable in _variables(board, config):
        made.with_variable(variable)
    number = y = 0
    for row in board.rows:
        number += 1
        made.with_row(dashboard.Row(row.title).id(number).grid_pos(models.GridPos(h=1, w=WIDTH, x=0, y=y)))
        y += 1
        placed = list(place(row))
        for panel, x, dy in placed:
            number += 1
            made.with_panel(_panel(panel, board, config).id(number).grid_pos(_at(panel, x, y + dy)))
        y += max(dy + panel.height for panel, _, dy in placed)
    whole = json.loads(json.dumps(made.build(), cls=JSONEncoder))
    for variable in whole["templating"]["list"]:
        for name in _OF_INTERVALS:
            variable.pop(name, None)
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _at(panel: Panel, x: int, y: int) -> models.GridPos:
    return models.GridPos(h=panel.height, w=panel.width, x=x, y=y)


def _source(board: Board) -> models.DataSourceRef:
    return models.DataSourceRef(type_val=board.source, uid="${datasource}")


def _variables(board: Board, config: Config) -> Iterator[Any]:
    yield dashboard.DatasourceVariable("datasource").label("Data source").type(board.source)
    if board.source == "prometheus":
        for name, label in (("env", "Environment"), ("service", "Service")):
            earlier = "" if name == "env" else '{env="$env"}'
            yield _query(board, name, label, f"label_values(outwarden_up{earlier}, {name})")
        return
    yield _query(board, "region", "Region", {"queryType": "regions", "refId": "region", "region": "default"})
    for name, label, key, others in (
        ("env", "Environment", "Environment", {}),
        ("service", "Service", "Service", {"Environment": "$env"}),
    ):
        asked: dict[str, object] = {
            "queryType": "dimensionValues",
            "refId": name,
            "region": "$region",
            "namespace": config.metrics.namespace,
            "metricName": "Calls",
            "dimensionKey": key,
            "dimensionFilters": others,
        }
        yield _query(board, name, label, asked)
    groups: dict[str, object] = {
        "queryType": "logGroups",
        "refId": "loggroup",
        "region": "$region",
        "logGroupPrefix": _log_group(config),
    }
    yield _query(board, "loggroup", "Log group", groups)


def _query(board: Board, name: str, label: str, query: str | dict[str, object]) -> Any:
    made = dashboard.QueryVariable(name).label(label).datasource(_source(board)).query(query)
    return made.refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED).multi(False).include_all(False)


def _panel(panel: Panel, board: Board, config: Config) -> Any:
    made = dashboard.Panel().type(panel.kind).title(panel.title).description(panel.text).datasource(_source(board))
    made.unit(panel.unit).options(_options(panel))
    if panel.kind == "timeseries":
        made.custom(_lines(panel)).min(0)
    if steps := _steps(panel):
        made.thresholds(dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps))
    for label, colour in panel.colours:
        value = {"mode": "fixed", "fixedColor": colour}
        made.override_by_name(label, [models.DynamicConfigValue(id_val="color", value=value)])
    for number, query in enumerate(panel.queries):
        made.with_target(_target(query, chr(ord("A") + number), board, config, panel))
    if panel.kind in {"table", "geomap"} and board.source == "prometheus":
        hidden = {"excludeByName": {"Time": True}, "renameByName": {"Value": "calls"}, "indexByName": {}}
        made.with_transformation(models.DataTransformerConfig(id_val="organize", options=hidden))
    return made


def _lines(panel: Panel) -> dict[str, Any]:
    lines: dict[str, Any] = {
        "drawStyle": "line",
        "lineWidth": 2,
        "fillOpacity": 10,
        "showPoints": "auto",
        "spanNulls": False,
    }
    if panel.threshold is not None:
        lines["thresholdsStyle"] = {"mode": "line+area"}
        lines["axisSoftMax"] = 1.2 * panel.threshold or 1  # so that the line is seen also when all is quiet
    return lines


def _steps(panel: Panel) -> list[models.Threshold]:
    if panel.threshold is not None:
        quiet, loud = ("transparent", RED) if not panel.below else (RED, "transparent")
        return [models.Threshold(value=None, color=quiet), models.Threshold(value=panel.threshold, color=loud)]
    steps = [models.Threshold(value=value or None, color=colour) for value, colour in panel.steps]
    return steps or ([models.Threshold(value=None, color="text")] if panel.kind == "stat" else [])


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "timeseries":
        return {"legend": _LEGEND, "tooltip": _TOOLTIP}
    if panel.kind == "stat":
        return {
            "reduceOptions": {"values": False, "calcs": [panel.reduce], "fields": ""},
            "orientation": "auto",
            "textMode": "auto",
            "wideLayout": True,
            "colorMode": "value",
            "graphMode": "area",
            "justifyMode": "auto",
            "showPercentChange": False,
            "percentChangeColorMode": "standard",
        }
    if panel.kind == "table":
        return {
            "showHeader": True,
            "cellHeight": "sm",
            "frameIndex": 0,
        }
    field = "client_country" if isinstance(panel.queries[0], Insights) else "country"
    size = {"field": "calls", "fixed": 6, "min": 4, "max": 24}
    return {
        "view": {"id": "zero", "lat": 0, "lon": 0, "zoom": 1, "allLayers": True},
        "controls": {"showZoom": True, "mouseWheelZoom": False, "showAttribution": True},
        "tooltip": {"mode": "details"},
        "basemap": {"type": "default", "name": "Map"},
        "layers": [
            {
                "type": "markers",
                "name": "Calls",
                "config": {"style": {"size": size, "color": {"fixed": "blue"}, "opacity": 0.6}, "showLegend": False},
                "location": {"mode": "lookup", "lookup": field, "gazetteer": "public/gazetteer/countries.json"},
                "tooltip": True,
            }
        ],
    }


def _target(query: Any, ref: str, board: Board, config: Config, panel: Panel) -> Any:
    source = _source(board)
    match query:
        case PromQL(expression, label, at_once):
            made = prometheus.Dataquery().ref_id(ref).datasource(source).expr(expression)
            made.editor_mode(pm.QueryEditorMode.CODE).legend_format(label or "__auto")
            if panel.kind in {"table", "geomap"}:
                made.format(pm.PromQueryFormat.TABLE)
            return made.instant() if at_once else made.range()
        case Insights(text, groups):
            logs = cloudwatch.CloudWatchLogsQuery().ref_id(ref).id("").datasource(source).region("$region")
            logs.query_mode(cw.CloudWatchQueryMode.LOGS).query_language(cw.LogsQueryLanguage.CWLI).expression(text)
            logs.log_groups([cloudwatch.LogGroup().arn("${loggroup}").name(_log_group(config))])
            return logs.stats_groups(list(groups))
        case Metric():
            metric = _metrics_query(ref, query.id, query.label, query.period_s, config).datasource(source)
            metric.metric_editor_mode(cw.MetricEditorMode.BUILDER).metric_name(query.metric)
            metric.statistic(query.statistic).hide(query.hidden)
            return metric.dimensions({"Service": "$service", "Environment": "$env"}).expression("")
        case Math():
            math = _metrics_query(ref, query.id, query.label, query.period_s, config).datasource(source)
            return math.metric_editor_mode(cw.MetricEditorMode.CODE).expression(query.expression)
    raise AssertionError(query)


def _metrics_query(ref: str, id_: str, label: str, period_s: int, config: Config) -> Any:
    made = cloudwatch.CloudWatchMetricsQuery().ref_id(ref).id(id_).region("$region").label(label)
    made.query_mode(cw.CloudWatchQueryMode.METRICS).metric_query_type(cw.MetricQueryType.SEARCH)
    return made.namespace(config.metrics.namespace).match_exact(True).period(str(period_s))


def _log_group(config: Config) -> str:
    sink = config.sinks.cloudwatch
    return sink.log_group if sink is not None else "SectorsFinancialAPI"
