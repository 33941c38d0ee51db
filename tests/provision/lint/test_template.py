"""Templates as people write them can be read; what is none is refused in one line."""

from __future__ import annotations

import json

import pytest

from outwarden.errors import ConfigError
from outwarden.provision.lint import lint
from outwarden.provision.lint.template import parse, read

ALARM = {
    "Type": "AWS::CloudWatch::Alarm",
    "Properties": {"Namespace": "Mine", "MetricName": "Calls", "ActionsEnabled": False, "AlarmActions": ["arn"]},
}


def test_json_with_tabs_is_read_with_its_lines():
    """Editors write tabs; YAML alone refuses them."""
    text = json.dumps({"Resources": {"Alarm": ALARM}}, indent="\t")
    [finding] = lint(parse(text, "template.json"))

    assert '"ActionsEnabled": false' in text.splitlines()[finding.line - 1]


def test_short_and_long_functions_are_the_same():
    """`!Sub` and `Fn::Sub`, `!GetAtt a.b` and its list."""
    short = parse("Resources: {A: {Type: T, Properties: {x: !Sub 'a${P}', y: !GetAtt B.Arn}}}", "t")
    long = parse("Resources: {A: {Type: T, Properties: {x: {'Fn::Sub': 'a${P}'}, y: {'Fn::GetAtt': [B, Arn]}}}}", "t")
    [one], [other] = short.parts(), long.parts()

    assert one.properties == other.properties
    assert short.refers_to(one.properties["y"]) == "B"


def test_a_parameter_counts_as_its_default():
    """And one without a default is not known."""
    template = parse("Parameters: {P: {Type: Number, Default: 3}, Q: {Type: String}}\nResources: {}", "t")

    assert template.plain({"Ref": "P"}) == 3
    assert template.plain({"Ref": "Q"}) is None
    assert template.text({"Fn::Sub": "${P}-${Q}-${!R}"}) == "3-${Q}-${R}"


@pytest.mark.parametrize(
    "text",
    ["", "[1, 2]", "a: [", "just words", "Parameters: {}", "Resources: 3", "a: &a [*a]", "? {a: b}\n: c", "\x00"],
)
def test_what_is_no_template_is_refused(text):
    """In one line that names the file."""
    with pytest.raises(ConfigError, match=r"^template\.yaml"):
        parse(text, "template.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "Resources: {A: 3, B: {Type: 4}, C: {}, D: {Type: AWS::CloudWatch::Alarm}}",
        "Resources: {A: {Type: AWS::CloudWatch::Alarm, Properties: [1], Metrics: {a: b}}}",
        "Resources: {A: {Type: AWS::CloudWatch::Alarm, Properties: {Metrics: [1, {MetricStat: 2}], Dimensions: x}}}",
        "Resources: {A: {Type: AWS::SNS::TopicPolicy, Properties: {PolicyDocument: {Statement: [1, {Effect: Allow}]}}}}",
        "Resources: {A: {Type: AWS::SNS::Topic, Properties: {Subscription: [1, {Protocol: [2]}]}}}",
        "Resources: {A: {Type: AWS::CloudWatch::CompositeAlarm, Properties: {AlarmRule: [1]}}}",
        "Resources: {A: {Type: AWS::CloudWatch::Dashboard, Properties: {DashboardBody: {a: 1}}}}",
        "Resources: {A: {Type: AWS::Logs::MetricFilter, Properties: {FilterPattern: [1]}}}",
        "Resources: {A: {Type: AWS::SNS::Topic, Properties: {x: !Sub [1], y: !Join [a], z: !Ref [b], w: !GetAtt {a: b}}}}",
    ],
)
def test_odd_templates_are_read_without_a_crash(text):
    """What it makes of them does not matter."""
    lint(parse(text, "template.yaml"))


def test_a_file_that_is_not_there(tmp_path):
    """One line."""
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path / "none.yaml")
