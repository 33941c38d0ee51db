"""Dashboards: nothing is drawn that we do not publish, and every alarm is."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import get_args

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from outwarden.config import arithmetic, exposed
from outwarden.config.alarm_set import alarm_set
from outwarden.config.catalogue import MetricName
from outwarden.config.load import build as configuration
from outwarden.event import CallEvent
from outwarden.provision.boards import cloudwatch, from_cloudwatch, from_prometheus
from outwarden.provision.boards.files import files
from outwarden.provision.boards.panel import Insights, Math, Metric, PromQL
from outwarden.provision.prometheus.rules import rules
from outwarden.provision.prometheus.series import SELECTORS

CONFIG = configuration(
    {
        "env": "prod",
        "sinks": {"cloudwatch": {"log_group": "Mine"}},
        "metrics": {"namespace": "Mine/Calls"},
        "alarms": [{"name": "Few", "metric": "Calls", "comparison": "LessThanThreshold", "threshold": 1}],
    },
    "test",
)
ALARMS = alarm_set(CONFIG)
FILES = files(CONFIG)
BOARDS = {
    name: json.loads(text) for name, text in FILES.items() if name.endswith(("-cloudwatch.json", "-prometheus.json"))
}
UNITS = {"short", "percent", "ms", "s", "bytes"}


def panels(name):
    return [panel for panel in BOARDS[name]["panels"] if panel["type"] != "row"]


def drawn(board):
    return [(panel, query) for row in board.rows for panel in row.panels for query in panel.queries]


def test_there_is_one_overview_and_one_board_for_each_api():
    """For both sources."""
    assert set(BOARDS) == {
        f"{what}-{source}.json" for what in ("overview", "sectors") for source in ("cloudwatch", "prometheus")
    }


def lost(before, after, path="$"):
    """Name what is not there any more, or is another value; defaults may be added."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key in after:
                yield from lost(value, after[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (a, b) in enumerate(zip(before, after, strict=True)):
            yield from lost(a, b, f"{path}[{number}]")
    elif before != after:
        yield path


@pytest.mark.parametrize("name", BOARDS)
def test_the_models_of_grafana_know_every_key(name):
    """What they do not know vanishes on the way through them."""
    register_default_plugins()

    through = json.loads(json.dumps(Dashboard.from_json(BOARDS[name]), cls=JSONEncoder))

    assert list(lost(BOARDS[name], through)) == []


@pytest.mark.parametrize("name", BOARDS)
def test_every_panel_says_what_it_is_and_where_its_data_come_from(name):
    """Title, description, unit, a query, and the chosen data source."""
    for panel in panels(name):
        assert panel["title"]
        assert panel["description"]
        assert panel["targets"]
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert {source["uid"] for source in sources} == {"${datasource}"}
        assert {source["type"] for source in sources} == {name.removesuffix(".json").rpartition("-")[2]}


@pytest.mark.parametrize("name", BOARDS)
def test_panels_lie_side_by_side_and_have_ids_of_their_own(name):
    """No two share a cell, and none leaves the grid."""
    every = BOARDS[name]["panels"]
    boxes = [panel["gridPos"] for panel in every]

    assert len({panel["id"] for panel in every}) == len(every)
    assert all(box["x"] + box["w"] <= 24 for box in boxes)
    for a, b in combinations(boxes, 2):
        apart = (
            a["x"] + a["w"] <= b["x"]
            or b["x"] + b["w"] <= a["x"]
            or a["y"] + a["h"] <= b["y"]
            or b["y"] + b["h"] <= a["y"]
        )
        assert apart, (a, b)


def variables_in(value):
    """Name the variables in anything, but for those that Grafana itself defines."""
    return set(re.findall(r"\$\{?([A-Za-z]\w*)", json.dumps(value)))


@pytest.mark.parametrize("name", sorted(BOARDS))
def test_every_variable_in_use_is_defined_and_every_defined_one_is_in_use(name):
    """In panels; a variable's own question may ask by variables only that stand before it."""
    listed = BOARDS[name]["templating"]["list"]
    defined = [variable["name"] for variable in listed]

    assert variables_in(BOARDS[name]["panels"]) == set(defined)
    for number, variable in enumerate(listed):
        assert variables_in(variable.get("query")) | variables_in(variable.get("datasource")) <= set(defined[:number])


def test_what_is_read_of_log_lines_asks_the_log_group_that_was_chosen():
    """The variable offers those that begin with the configured name."""
    for board in ("overview-cloudwatch.json", "sectors-cloudwatch.json"):
        [groups] = [one for one in BOARDS[board]["templating"]["list"] if one["name"] == "loggroup"]
        assert groups["query"]["queryType"] == "logGroups"
        assert groups["query"]["logGroupPrefix"] == "Mine"
        asked = [target for panel in panels(board) for target in panel["targets"] if target.get("queryMode") == "Logs"]
        assert asked
        assert all(target["logGroups"] == [{"arn": "${loggroup}", "name": "Mine"}] for target in asked)


def test_the_cloudwatch_dashboard_has_no_variables_of_grafana():
    """Its names are filled in by CloudFormation or by apply; what is left in the file are those alone."""
    assert variables_in(json.loads(FILES["cloudwatch-body.json"])) <= {"Service", "Environment", "AWS"}


@pytest.mark.parametrize("name", BOARDS)
def test_variables_follow_the_time_and_files_are_not_edited_in_grafana(name):
    """The data source can be chosen; all other variables look again when the time range changes."""
    board = BOARDS[name]
    first, *others = board["templating"]["list"]

    assert (first["name"], first["label"], first["type"]) == ("datasource", "Data source", "datasource")
    assert {variable["refresh"] for variable in others} == {2}
    assert board["editable"] is False
    assert board["refresh"] in {"1m", "5m"}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(board))) - {"__rate_interval", "__range"}
    assert used == {variable["name"] for variable in board["templating"]["list"]}


@pytest.mark.parametrize("name", [name for name in BOARDS if "cloudwatch" in name])
def test_cloudwatch_is_asked_for_what_we_publish(name):
    """Our namespace, our metrics, exactly our dimensions; expressions name ids of their panel."""
    for panel in panels(name):
        ids = {target["id"] for target in panel["targets"]}
        for target in panel["targets"]:
            if target["queryMode"] == "Logs":
                assert target["logGroups"] == [{"arn": "${loggroup}", "name": "Mine"}]
                continue
            assert target["namespace"] == "Mine/Calls"
            assert re.fullmatch(r"[a-z][a-zA-Z0-9_]*", target["id"])
            if target["expression"]:
                assert arithmetic.ids(arithmetic.parse(target["expression"])) <= ids
            else:
                assert target["metricName"] in get_args(MetricName)
                assert target["dimensions"] == {"Service": "$service", "Environment": "$env"}
                assert target["matchExact"] is True


def test_insights_asks_for_fields_of_our_events():
    """A field that no event has gives an empty panel, and no error."""
    boards = [from_cloudwatch.overview(ALARMS), *(from_cloudwatch.of_api(profile) for profile in _profiles())]
    queries = [query for board in boards for _, query in drawn(board) if isinstance(query, Insights)]
    fields = {*CallEvent.__struct_fields__, "kind"}
    words = {"filter", "stats", "sort", "desc", "limit", "count", "as", "by", "bin", "pct", "and", "ispresent"}

    assert len(queries) > 10
    for query in queries:
        bare = re.sub(r'"[^"]*"', "", query.query)
        made = set(re.findall(r" as (\w+)", bare))
        named = set(re.findall(r"[a-z_]\w*", re.sub(r"\b\d+m?\b", "", bare)))
        assert named - words - made <= fields
        assert {group for group in query.groups if "(" not in group} <= fields


def _profiles():
    from outwarden import apis

    return apis.builtin()


def test_prometheus_is_asked_for_what_we_show_or_record():
    """Each name is a series of `/metrics` or a record of our rules, with labels that it has."""
    recorded = {rule["record"] for rule in rules(ALARMS)["groups"][0]["rules"] if "record" in rule}
    shown = {family.name: {*family.labels} for family in exposed.FAMILIES}
    boards = [from_prometheus.overview(ALARMS), *(from_prometheus.of_api(profile) for profile in _profiles())]
    found = set()
    for board in boards:
        for _, query in drawn(board):
            assert isinstance(query, PromQL)
            for name, selector in re.findall(r"\b(outwarden[:_][\w:]+)(\{[^}]*\})?", query.expression):
                base = re.sub(r"_(bucket|sum|count)$", "", name)
                assert name in recorded or base in shown, name
                if base in shown:
                    assert set(re.findall(r"(\w+)(?:=|!)", selector)) <= shown[base]
                found.add(base)
    assert {exposed.CALLS.name, exposed.DURATION.name, exposed.ERRORS.name, exposed.COUNTRIES.name} <= found


@pytest.mark.parametrize("source", ["cloudwatch", "prometheus"])
def test_every_alarm_is_drawn_with_its_line(source):
    """The default ones and those of the user, at their thresholds, on the side on which they go off."""
    lines = {panel["title"]: panel for panel in panels(f"overview-{source}.json")}

    for alarm in ALARMS.alarms:
        panel = lines[alarm.name]
        assert panel["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"] == {"mode": "line+area"}
        assert panel["fieldConfig"]["defaults"]["custom"]["axisSoftMax"] > alarm.threshold
        low, high = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        assert high["value"] == alarm.threshold
        assert [low["color"], high["color"]].index("red") == (0 if alarm.comparison.startswith("Less") else 1)


def test_an_alarm_is_drawn_over_what_it_looks_at():
    """The same statistic over the same period."""
    queries = {panel.alarm: panel.queries for panel, _ in drawn(from_cloudwatch.overview(ALARMS)) if panel.alarm}

    for alarm in ALARMS.alarms:
        *parts, last = queries[alarm.name]
        if alarm.metric is not None:
            assert (last.metric, last.statistic, last.period_s) == (alarm.metric, alarm.statistic, alarm.period_s)
        else:
            assert isinstance(last, Math)
            assert {(one.id, one.metric, one.period_s) for one in parts} == {
                (name, part.metric, alarm.period_s) for name, part in alarm.metrics.items()
            }


def test_every_metric_has_its_series_in_prometheus():
    """None is left out."""
    assert set(SELECTORS) == set(get_args(MetricName))


def test_the_cloudwatch_dashboard_draws_the_same():
    """All alarms and composites by state, every alarm with its line, nothing on top of another thing."""
    widgets = cloudwatch.body(CONFIG)["widgets"]
    (states,) = [widget for widget in widgets if widget["type"] == "alarm"]
    lines = {one["properties"]["title"]: one["properties"] for one in widgets if one["type"] == "metric"}

    named = {arn.rpartition(":")[2] for arn in states["properties"]["alarms"]}
    assert named == {one.name for one in (*ALARMS.alarms, *ALARMS.composites)}
    for alarm in ALARMS.alarms:
        (line,) = lines[alarm.name]["annotations"]["horizontal"]
        assert line["value"] == alarm.threshold
    for widget in widgets:
        assert widget["x"] + widget["width"] <= 24
        for row in widget["properties"].get("metrics", []):
            if len(row) > 1:
                assert row[0] == "Mine/Calls"
                assert row[1] in get_args(MetricName)
                assert row[2:6] == ["Service", "${Service}", "Environment", "${Environment}"]
        if widget["type"] == "log":
            assert widget["properties"]["query"].startswith("SOURCE 'Mine' | filter ")
            assert "$service" not in widget["properties"]["query"]
    for a, b in combinations(widgets, 2):
        assert (
            a["x"] + a["width"] <= b["x"]
            or b["x"] + b["width"] <= a["x"]
            or a["y"] + a["height"] <= b["y"]
            or b["y"] + b["height"] <= a["y"]
        )


def test_provisioning_names_our_namespace_and_no_secret():
    """Grafana offers a custom namespace only when it is told of it."""
    sources = yaml.safe_load(FILES["provisioning/datasources.yaml"])["datasources"]
    (provider,) = yaml.safe_load(FILES["provisioning/dashboards.yaml"])["providers"]

    assert {source["type"] for source in sources} == {"cloudwatch", "prometheus"}
    assert sources[0]["jsonData"]["customMetricsNamespaces"] == "Mine/Calls"
    assert not any("secureJsonData" in source for source in sources)
    assert provider["allowUiUpdates"] is False


def test_a_metric_query_is_a_metric_query():
    """The overview of CloudWatch is of metrics where alarms look, and of events for the rest."""
    kinds = {type(query) for _, query in drawn(from_cloudwatch.overview(ALARMS))}

    assert kinds == {Metric, Math, Insights}
