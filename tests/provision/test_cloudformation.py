"""Model -> template."""

from __future__ import annotations

import pytest
import yaml

from outwarden.provision.cloudformation import cloudformation, value
from outwarden.provision.model import model


@pytest.fixture
def template(configure):
    """The template of a configuration, read back."""
    return lambda **changes: yaml.safe_load(cloudformation(model(configure(**changes))))


def test_the_same_configuration_gives_the_same_text(configure):
    """Byte for byte: a difference in the file is a difference in what it makes."""
    assert cloudformation(model(configure())) == cloudformation(model(configure()))


def test_placeholders_become_functions():
    """A lone name is a Ref or GetAtt, a name within a text is a Sub, and what was written stays as written."""
    assert value("${Key}") == {"Ref": "Key"}
    assert value("${Key.Arn}") == {"Fn::GetAtt": ["Key", "Arn"]}
    assert value("a:${AWS::Region}") == {"Fn::Sub": "a:${AWS::Region}"}
    assert value("costs $5 ${!Name}") == "costs $5 ${Name}"


def test_what_holds_data_outlives_the_stack(template):
    """Log group, stream and the key that they need."""
    kept = {name for name, body in template()["Resources"].items() if body.get("DeletionPolicy") == "Retain"}

    assert kept == {"LogGroup", "LogStream", "Key", "KeyAlias"}


def test_retention_is_a_number(template):
    """Judges cannot see through a parameter."""
    assert template()["Resources"]["LogGroup"]["Properties"]["RetentionInDays"] == 14


def test_service_and_environment_can_be_given_at_deployment(template):
    """What the configuration says is the default; what it does not say must be given."""
    assert template()["Parameters"]["Service"]["Default"] == "portfolio-api"
    assert "Default" not in template(service=None)["Parameters"]["Service"]


def test_every_thing_that_can_carries_owner_and_stack(template):
    """That is how apply knows whose it is."""
    resources = template()["Resources"]
    tags = {tag["Key"] for tag in resources["High4XXErrorsAlarm"]["Properties"]["Tags"]}

    assert tags == {"outwarden:owner", "outwarden:stack"}
    assert {name for name, body in resources.items() if "Tags" in body["Properties"]} >= {
        "Key",
        "LogGroup",
        "DeadLetters",
    }


def test_a_secret_address_is_a_parameter_that_nobody_is_shown(template, monkeypatch):
    """NoEcho, empty by default, and then there is no subscription; its value stands nowhere."""
    monkeypatch.setenv("PAGERDUTY_URL", "https://events.example.com/made-up")
    made = template(notify={"oncall": {"kind": "sns", "https": ["env:PAGERDUTY_URL"]}})

    assert made["Parameters"]["PagerdutyUrl"]["NoEcho"] is True
    assert made["Parameters"]["PagerdutyUrl"]["Default"] == ""
    [subscription] = [body for body in made["Resources"].values() if body["Type"] == "AWS::SNS::Subscription"]
    assert subscription["Condition"] == "HasPagerdutyUrl"
    assert "events.example.com" not in str(made)


def test_every_reference_leads_somewhere(template):
    """Each Ref and GetAtt names a parameter, a resource or one of AWS's own."""
    made = template(infra={"metric_filters": "enabled"})
    known = set(made["Parameters"]) | set(made["Resources"])

    def references(node):
        if isinstance(node, dict):
            yield from [node["Ref"]] if set(node) == {"Ref"} else []
            yield from [node["Fn::GetAtt"][0]] if set(node) == {"Fn::GetAtt"} else []
            node = list(node.values())
        for inner in node if isinstance(node, list) else ():
            yield from references(inner)

    assert {name for name in references(made) if not name.startswith("AWS::")} - known == set()
