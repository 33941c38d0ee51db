"""What was seen -> what is to be done. No AWS in reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from outwarden.provision.call import Call
from outwarden.provision.change import LATER, Change, Difference
from outwarden.provision.kinds import KINDS
from outwarden.provision.kinds.alarm import enabling
from outwarden.provision.kinds.kind import comparable
from outwarden.provision.placeholders import names
from outwarden.provision.resource import OWNER_TAG, Found
from outwarden.provision.survey import Seen

_SHARED: Final = {"AWS::Logs::LogGroup": frozenset({"RetentionInDays"}), "AWS::SNS::Topic": frozenset[str]()}
"""What of somebody's own thing, without our tag, we set nevertheless; other kinds are refused then."""

_ALARMS: Final = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


class Step(NamedTuple):
    """A change, and the calls that carry it out."""

    change: Change
    calls: tuple[Call, ...]


def towards(seen: Sequence[Seen], owner: str, tags: Mapping[str, str]) -> list[Step]:
    """Say what makes the things as wanted; alarms are made dumb, and speak when everything is there."""
    foreign_topics = {one.filled.arn for one in seen if one.filled.type == "AWS::SNS::Topic" and _foreign(one, owner)}
    steps, dumb = [], []
    for one in seen:
        kind = KINDS[one.wanted.type]
        if one.there is None:
            change = Change("create", kind.word, title(one), _fields(one))
            steps.append(Step(change, tuple(kind.create(one.wanted, tags))))
            dumb += [one] if one.wanted.type in _ALARMS else []
        elif one.wanted.type == "AWS::SNS::TopicPolicy" and set(one.filled.properties["Topics"]) & foreign_topics:
            continue  # somebody's own topic: alarms publish to it, its policy is not ours
        elif found := _differences(one, one.there, owner):
            fields = frozenset(difference.field for difference in found)
            calls = kind.update(one.wanted, fields, one.there)
            steps.append(Step(Change("update", kind.word, title(one), found), tuple(calls)))
    if dumb:
        listed = ", ".join(one.filled.name for one in dumb)
        steps.append(Step(Change("enable", "actions of", listed), (enabling(*(one.wanted.name for one in dumb)),)))
    return steps


def removals(seen: Iterable[Seen]) -> list[Step]:
    """Say what removes these; what goes with something else needs no call."""
    steps = []
    for one in seen:
        kind = KINDS[one.wanted.type]
        calls = tuple(kind.delete(one.wanted, one.there or Found()))
        if calls:
            steps.append(Step(Change("delete", kind.word, title(one)), calls))
    return steps


def is_ours(one: Seen, owner: str) -> bool:
    """Say whether a thing is there, and may be removed by us."""
    if one.there is None or one.there.stack:
        return False
    return one.there.owner == owner or not KINDS[one.wanted.type].tagged


def refusals(seen: Iterable[Seen], owner: str) -> list[str]:
    """Say, one line each, what is somebody else's."""
    lines = []
    for one in seen:
        kind = KINDS[one.wanted.type]
        if one.there is None or not kind.tagged:
            continue
        what = f"{kind.word} {title(one)}"
        if one.there.stack:
            lines.append(
                f"{what} belongs to the CloudFormation stack {one.there.stack}: one owner for each thing. Update "
                "that stack with `outwarden infra template`, or delete it first."
            )
        elif one.there.owner is not None and one.there.owner != owner:
            lines.append(
                f"{what} belongs to {one.there.owner} ({OWNER_TAG}). Change {_key(one)}, or run `outwarden infra "
                "destroy` with that one's config."
            )
        elif one.there.owner is None and one.wanted.type not in _SHARED:
            lines.append(
                f"{what} is there already, without the tag {OWNER_TAG}. Change {_key(one)}, or delete the other one."
            )
    return lines


def title(one: Seen) -> str:
    """Give the name of a thing for people; never a secret."""
    if one.wanted.type == "AWS::SNS::Subscription":
        return one.wanted.name
    if one.wanted.type == "AWS::Logs::LogStream":
        return f"{one.filled.properties['LogGroupName']}/{one.filled.name}"
    return one.filled.name


def _foreign(one: Seen, owner: str) -> bool:
    return one.there is not None and one.there.owner != owner


def _differences(one: Seen, there: Found, owner: str) -> tuple[Difference, ...]:
    wanted, old = comparable(one.filled.properties), comparable(there.properties)
    only = _SHARED.get(one.wanted.type) if there.owner != owner and not there.stack else None
    return tuple(
        Difference(field, old.get(field), _shown(value))
        for field, value in wanted.items()
        if old.get(field) != value and (only is None or field in only)
    )


def _fields(one: Seen) -> tuple[Difference, ...]:
    """Give every field of a new thing; where a secret is in it, the name of the secret."""
    return tuple(
        Difference(field, None, one.wanted.properties[field] if _secret(one, field) else _shown(value))
        for field, value in one.filled.properties.items()
    )


def _secret(one: Seen, field: str) -> bool:
    return bool(one.wanted.parameter) and one.wanted.parameter in names(one.wanted.properties[field])


def _shown(value: Any) -> Any:
    """Say of what AWS has yet to choose that it is not known, wherever it stands."""
    if isinstance(value, dict):
        return {name: _shown(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner) for inner in value]
    return LATER if isinstance(value, str) and names(value) else value


def _key(one: Seen) -> str:
    return {
        "AWS::CloudWatch::Alarm": "its name under alarms",
        "AWS::CloudWatch::CompositeAlarm": "its name under composites",
        "AWS::CloudWatch::AlarmMuteRule": "its name under mutes",
        "AWS::SNS::Topic": "topic under notify",
        "AWS::Logs::LogGroup": "sinks.cloudwatch.log_group",
    }.get(one.wanted.type, "service or env")
