"""Mute windows in AWS: rules of CloudWatch, whose calls are played here because no local AWS has them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from outwarden.errors import ConfigError
from outwarden.provision import apply, destroy, drift, plan
from outwarden.provision.model import model
from outwarden.sinks import aws

NIGHT = {
    "name": "nightly-import",
    "alarms": ["High4XXErrors"],
    "days": ["mon", "sun"],
    "start": "02:05",
    "duration_min": 90,
    "timezone": "Asia/Jakarta",
}
NAME = "outwarden-portfolio-api-prod-nightly-import"
KIND = "AWS::CloudWatch::AlarmMuteRule"


class Rules:
    """The mute rules of an account, by their names, as CloudWatch would store them."""

    def __init__(self):
        self.stored = {}
        self.writes = []

    def answer(self, model, params, **_):
        """Answer a call on mute rules and on their tags; leave all others to moto."""
        given = params["body"] if isinstance(params.get("body"), dict) else {}
        if not hasattr(self, model.name):
            return None
        return getattr(self, model.name)(given)

    def see(self, params, model, **_):
        """Remember what a call was given, before it is packed up."""
        self.given = params
        if model.name in {"PutAlarmMuteRule", "DeleteAlarmMuteRule"}:
            self.writes.append(model.name)

    def PutAlarmMuteRule(self, _):  # noqa: N802 - CloudWatch's name
        known = self.stored.get(self.given["Name"], {})
        tags = {"Tags": known.get("Tags", self.given.get("Tags", []))}
        self.stored[self.given["Name"]] = self.given | tags
        return done({})

    def GetAlarmMuteRule(self, _):  # noqa: N802
        name = self.given["AlarmMuteRuleName"]
        if name not in self.stored:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "GetAlarmMuteRule")
        return done(self.stored[name] | {"AlarmMuteRuleArn": arn(name), "Status": "SCHEDULED"})

    def ListAlarmMuteRules(self, _):  # noqa: N802
        return done({"AlarmMuteRuleSummaries": [{"AlarmMuteRuleArn": arn(name)} for name in self.stored]})

    def DeleteAlarmMuteRule(self, _):  # noqa: N802
        self.stored.pop(self.given["AlarmMuteRuleName"])
        return done({})

    def ListTagsForResource(self, _):  # noqa: N802
        name = self.given.get("ResourceARN", "").partition(":alarm-mute-rule:")[2]
        return done({"Tags": self.stored[name]["Tags"]}) if name in self.stored else None


def arn(name):
    return f"arn:aws:cloudwatch:ap-southeast-3:123456789012:alarm-mute-rule:{name}"


def done(answer):
    class Response:
        status_code = 200

    return Response(), answer


@pytest.fixture
def rules(moto_aws, monkeypatch):
    """The account's mute rules."""
    played, make = Rules(), aws.patient_client

    def watched(*where):
        client = make(*where)
        client.meta.events.register("before-parameter-build.cloudwatch", played.see)
        client.meta.events.register("before-call.cloudwatch", played.answer)
        return client

    monkeypatch.setattr(aws, "patient_client", watched)
    return played


def mentioned(changes):
    return [str(change) for change in changes if "mute" in str(change)]


@pytest.mark.parametrize(
    ("window", "schedule"),
    [
        (NIGHT, ("cron(5 2 * * MON,SUN)", "PT1H30M", "Asia/Jakarta")),
        ({"name": "w", "start": "23:00", "duration_min": 1440}, ("cron(0 23 * * *)", "P1D", "UTC")),
        ({"name": "w", "once": "2026-12-24T18:00", "duration_min": 1441}, ("at(2026-12-24T18:00)", "P1DT1M", "UTC")),
    ],
)
def test_a_window_is_a_schedule(configure, window, schedule):
    """In CloudWatch's cron or at expressions, and ISO 8601."""
    [rule] = [one for one in model(configure(mutes=[window])).resources if one.type == KIND]

    assert tuple(rule.properties["Rule"]["Schedule"].values()) == schedule


def test_a_window_for_all_names_all(configure):
    """Composites too; not the alarm that watches the telling itself."""
    config = configure(
        mutes=[{"name": "w", "start": "23:00"}], composites=[{"name": "C", "rule": "ALARM(High4XXErrors)"}]
    )
    [rule] = [one for one in model(config).resources if one.type == KIND]

    assert rule.properties["MuteTargets"] == {"AlarmNames": ["C", "High4XXErrors"]}


def test_more_alarms_than_a_rule_takes_are_refused(configure):
    """With the window's name."""
    many = [{"name": f"a{number}", "metric": "Calls"} for number in range(101)]

    with pytest.raises(ConfigError, match="the window w under mutes is for 101 alarms"):
        model(configure(alarms=many, mutes=[{"name": "w", "start": "23:00"}]))


def test_a_rule_is_made_once_and_goes_with_everything_else(rules, configure):
    """With our tag, after its alarms; a second apply writes nothing."""
    config = configure(mutes=[NIGHT])

    made = [str(change) for change in apply(config)]
    assert made.index(f"create  mute rule {NAME}") > made.index("create  alarm High4XXErrors")
    assert {"Key": "outwarden:owner", "Value": "portfolio-api/prod"} in rules.stored[NAME]["Tags"]
    assert apply(config) == []
    assert rules.writes == ["PutAlarmMuteRule"]

    assert mentioned(destroy(config)) == [f"delete  mute rule {NAME}"]
    assert rules.stored == {}


def test_what_was_changed_by_hand_is_found_and_mended(rules, configure):
    """The schedule is compared; the tag stays."""
    config = configure(mutes=[NIGHT])
    apply(config)
    rules.stored[NAME]["Rule"] = {"Schedule": {"Expression": "cron(0 0 * * *)", "Duration": "P1D"}}

    assert mentioned(drift(config)) == [f"update  mute rule {NAME}: Rule"]
    apply(config)
    assert rules.stored[NAME]["Rule"]["Schedule"]["Expression"] == "cron(5 2 * * MON,SUN)"
    assert drift(config) == []


@pytest.mark.parametrize(
    "left", [{"mutes": []}, {"mutes": [NIGHT], "infra": {"data_protection": "disabled", "mute_rules": "disabled"}}]
)
def test_a_window_that_nobody_wants_any_more_goes(rules, configure, left):
    """Else an alarm stays muted for ever, and looks healthy; rules of others stay."""
    apply(configure(mutes=[NIGHT]))
    theirs = "outwarden-portfolio-api-prod-theirs"
    rules.stored[theirs] = {"Name": theirs, "Rule": {}, "Tags": []}

    assert mentioned(apply(configure(**left))) == [f"delete  mute rule {NAME}"]
    assert list(rules.stored) == [theirs]


def test_a_rule_of_somebody_else_is_refused(rules, configure):
    """Nothing is overwritten."""
    rules.stored[NAME] = {"Name": NAME, "Rule": {}, "Tags": []}

    assert [line for line in plan(configure(mutes=[NIGHT])).refused if "Change its name under mutes" in line]
