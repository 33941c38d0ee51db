"""Every rule finds the mistake on its page, and leaves the right way alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from outwarden.provision.lint import RULES, lint
from outwarden.provision.lint.template import parse

PAGES = Path(__file__).parents[3] / "docs" / "lint"


def blocks(rule):
    return re.findall(
        r"^```yaml\n(.*?)^```", (PAGES / f"{rule}.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def found(text):
    return [finding.rule for finding in lint(parse(text, "template.yaml"))]


@pytest.mark.parametrize("rule", RULES)
def test_the_mistake_of_the_page_is_found_once_and_nothing_else(rule):
    """The first block of the page."""
    wrong, _ = blocks(rule)

    assert found(wrong) == [rule]


@pytest.mark.parametrize("rule", RULES)
def test_the_right_way_of_the_page_is_clean(rule):
    """The second block of the page."""
    _, right = blocks(rule)

    assert found(right) == []


def test_every_rule_has_its_page_and_every_page_its_rule():
    """And all of them stand in the table."""
    pages = {path.stem for path in PAGES.glob("*.md")} - {"README"}
    table = set(re.findall(r"^\| \[([\w-]+)\]", (PAGES / "README.md").read_text(encoding="utf-8"), re.MULTILINE))

    assert pages == set(RULES) == table


def test_a_finding_names_the_line():
    """The line of the property that is wrong, not of the resource."""
    wrong, _ = blocks("actions-disabled")
    [finding] = lint(parse(wrong, "template.yaml"))

    assert wrong.splitlines()[finding.line - 1].strip() == "ActionsEnabled: false"


def test_an_ignored_rule_finds_nothing():
    """And the others still do."""
    wrong, _ = blocks("actions-disabled")

    assert lint(parse(wrong, "template.yaml"), ignore={"actions-disabled"}) == []


ALARM = """
Parameters:
  Space: {Type: String, Default: AWS/ApiGateway}
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: %s
      MetricName: 4XXError
      Dimensions: %s
      AlarmActions: [arn:aws:sns:ap-southeast-3:123456789012:NotifyTeam]
%s
"""
GATEWAY = "  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: mine}}"


@pytest.mark.parametrize(
    ("namespace", "dimensions", "more", "is_found"),
    [
        ("AWS/ApiGateway", "[]", "", True),
        ("!Ref Space", "[]", "", True),
        ('!Sub "${Space}"', "[]", "", True),
        ("AWS/ApiGateway", "[{Name: ApiName, Value: mine}]", "", True),
        ("AWS/ApiGateway", "[{Name: ApiName, Value: mine}]", GATEWAY, False),
        ("AWS/ApiGateway", "[]", GATEWAY, True),
        ("SectorsFinancialAPI", "[]", "", False),
        ("!Ref Unknown", "[]", "", False),
    ],
)
def test_the_gateway_trap(namespace, dimensions, more, is_found):
    """An alarm on a gateway is right where there is one, and named by its dimensions."""
    assert ("gateway-metric" in found(ALARM % (namespace, dimensions, more))) is is_found


def test_a_gateway_hidden_in_metric_math_is_found():
    """Each metric of an expression is looked at."""
    text = """
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmActions: [!Ref Topic]
      Metrics:
        - {Id: ratio, Expression: 100 * e}
        - Id: e
          ReturnData: false
          MetricStat: {Metric: {Namespace: AWS/ApiGateway, MetricName: 4XXError}, Period: 60, Stat: Sum}
"""
    assert found(text) == ["gateway-metric"]


@pytest.mark.parametrize(
    "rule", ["ALARM(Child)", 'ALARM("Child")', "!Sub ALARM(${Alarm})", "!Sub 'NOT OK(\"${Alarm}\")'"]
)
def test_a_child_of_a_composite_alarm_needs_no_actions_of_its_own(rule):
    """By name or by reference."""
    text = f"""
Resources:
  Alarm: {{Type: AWS::CloudWatch::Alarm, Properties: {{AlarmName: Child}}}}
  Page:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties:
      AlarmRule: {rule}
      AlarmActions: [!Ref Topic]
"""
    assert found(text) == []


@pytest.mark.parametrize(
    ("statement", "is_open"),
    [
        ('{Effect: Allow, Principal: "*", Action: "sns:*", Resource: t}', True),
        ('{Effect: Allow, Principal: {AWS: "*"}, Action: [sns:Publish], Resource: t}', True),
        ("{Effect: Deny, Principal: '*', Action: sns:Publish, Resource: t}", False),
        (
            "{Effect: Allow, Principal: {AWS: 'arn:aws:iam::123456789012:root'}, Action: sns:Publish, Resource: t}",
            False,
        ),
        (
            (
                "{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sns:Publish, Resource: t, "
                "Condition: {StringEquals: {AWS:SourceAccount: '123456789012'}}}"
            ),
            False,
        ),
    ],
)
def test_whom_a_topic_lets_publish(statement, is_open):
    """A service or everybody, without a condition on whose behalf."""
    text = f"""
Resources:
  Policy: {{Type: AWS::SNS::TopicPolicy, Properties: {{Topics: [t], PolicyDocument: {{Statement: [{statement}]}}}}}}
"""
    assert (found(text) == ["open-topic-policy"]) is is_open
