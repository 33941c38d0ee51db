"""Wanted and found -> steps, without AWS."""

from __future__ import annotations

import pytest

from outwarden.errors import CloudError
from outwarden.provision.diff import diff, removals
from outwarden.provision.resource import Resource

OURS, THEIRS = "portfolio-api/prod", "other/prod"


def resource(kind, name="x", owner=OURS, within="", **fields):
    return Resource(kind=kind, name=name, owner=owner, within=within, fields=fields)


def lines(steps):
    return [str(step.change) for step in steps]


def test_what_is_missing_is_made_in_the_order_of_need():
    """Everything that is not there is created, in the order in which it is wanted."""
    wanted = [
        resource("log group", "G"),
        resource("log stream", "S", within="G", owner=None),
        resource("topic", "T"),
        resource("alarm", "A"),
    ]

    assert lines(diff(wanted, [])) == [
        "create  log group G",
        "create  log stream G/S",
        "create  topic T",
        "create  alarm A",
    ]


def test_what_is_right_stays():
    """Equal fields make no step, whatever else AWS says of the thing."""
    assert diff([resource("alarm", Threshold=10.0)], [resource("alarm", Threshold=10.0, StateValue="OK")]) == []


def test_a_difference_names_field_old_and_new():
    """One wrong field is one difference, readable on one line."""
    [step] = diff([resource("alarm", Threshold=10.0, Period=300)], [resource("alarm", Threshold=20.0, Period=300)])

    assert str(step.change) == "update  alarm x: Threshold 20.0 -> 10.0"
    assert [(one.field, one.old, one.new) for one in step.change.differences] == [("Threshold", 20.0, 10.0)]


def test_a_whole_policy_is_only_named():
    """Structured values are in the change, not on its line."""
    [step] = diff([resource("topic", Policy={"a": 1})], [resource("topic", Policy={"a": 2})])

    assert str(step.change) == "update  topic x: Policy"
    assert step.change.differences[0].old == {"a": 2}


@pytest.mark.parametrize("kind", ["alarm", "topic", "log group"])
def test_what_belongs_to_somebody_else_is_refused(kind):
    """A foreign tag stops everything, in one line that says whose it is and what to do."""
    with pytest.raises(CloudError) as caught:
        diff([resource(kind, "Shared")], [resource(kind, "Shared", owner=THEIRS)])

    text = str(caught.value)
    assert "\n" not in text
    assert f"{kind} Shared belongs to other/prod" in text
    assert "Change " in text


def test_an_alarm_without_our_tag_is_refused():
    """Writing an alarm would replace the one of that name without a word."""
    with pytest.raises(CloudError, match="alarm x is there already, without the tag outwarden:owner"):
        diff([resource("alarm")], [resource("alarm", owner=None)])


def test_a_topic_without_our_tag_is_used_as_it_is():
    """The policy of somebody's own topic is not ours to write."""
    assert diff([resource("topic", Policy={"a": 1})], [resource("topic", owner=None, Policy={"b": 1})]) == []


def test_a_log_group_without_our_tag_gets_its_retention():
    """The user's own log group is taken as it is; only the retention that the config names is set."""
    found = [resource("log group", owner=None, retentionInDays=None)]

    assert lines(diff([resource("log group", retentionInDays=14)], found)) == [
        "update  log group x: retentionInDays None -> 14"
    ]


def test_alarms_that_nobody_wants_any_more_are_removed():
    """An alarm of ours that left the configuration goes; other people's alarms stay."""
    found = [resource("alarm", "Old"), resource("alarm", "Theirs", owner=THEIRS), resource("alarm", "Own", owner=None)]

    assert lines(diff([resource("log group", "G")], [resource("log group", "G"), *found])) == ["delete  alarm Old"]


def test_removals_take_only_what_is_ours():
    """Alarms go before topics; the log group stays unless asked for."""
    found = [
        resource("log group", "G"),
        resource("log stream", "S", within="G", owner=None),
        resource("topic", "T"),
        resource("topic", "Untagged", owner=None),
        resource("alarm", "A"),
        resource("alarm", "Theirs", owner=THEIRS),
    ]

    assert lines(removals(found, OURS, with_log_group=False)) == ["delete  alarm A", "delete  topic T"]
    assert lines(removals(found, OURS, with_log_group=True))[-1] == "delete  log group G"
