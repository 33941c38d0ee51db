"""Wanted and found -> what is to be done. No AWS in reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from outwarden.errors import CloudError
from outwarden.provision.change import Change, Difference
from outwarden.provision.resource import OWNER_TAG, Resource

_ORDER: Final = ("alarm", "subscription", "topic", "log stream", "log group")
"""What is removed first: an alarm must not name a topic that is gone."""


class Step(NamedTuple):
    """A change, and what the thing is to be; of a removal: what it was."""

    change: Change
    resource: Resource


def diff(wanted: Sequence[Resource], found: Sequence[Resource]) -> list[Step]:
    """Say what makes the found things the wanted ones; alarms of ours that nobody wants any more are removed.

    Raises:
        CloudError: one of the things is somebody else's.
    """
    there = {resource.key: resource for resource in found}
    owner = next(resource.owner for resource in wanted if resource.owner)
    steps = []
    for resource in wanted:
        old = there.pop(resource.key, None)
        if old is None:
            steps.append(Step(Change("create", resource.kind, resource.title), resource))
        elif differences := _differences(resource, old):
            steps.append(Step(Change("update", resource.kind, resource.title, differences), resource))
    stale = [old for old in there.values() if old.kind == "alarm" and old.owner == owner]
    return steps + _removals(stale)


def removals(found: Iterable[Resource], owner: str, *, with_log_group: bool) -> list[Step]:
    """Say what is to be removed: what carries our tag. Streams and subscriptions go with what holds them."""
    ours = [old for old in found if old.owner == owner]
    return _removals(old for old in ours if old.kind != "log group" or with_log_group)


def _removals(resources: Iterable[Resource]) -> list[Step]:
    ordered = sorted(resources, key=lambda resource: _ORDER.index(resource.kind))
    return [Step(Change("delete", resource.kind, resource.title), resource) for resource in ordered]


def _differences(new: Resource, old: Resource) -> tuple[Difference, ...]:
    if old.owner != new.owner:
        if old.owner is not None or new.kind == "alarm":
            raise CloudError(_refusal(new, old))
        if new.kind == "topic":
            return ()  # somebody's own topic: alarms publish to it, its policy is not ours
    return tuple(
        Difference(field, old.fields.get(field), value)
        for field, value in new.fields.items()
        if old.fields.get(field) != value
    )


def _refusal(new: Resource, old: Resource) -> str:
    if old.owner is None:
        whose, there = f"is there already, without the tag {OWNER_TAG}", "delete the other one"
    else:
        whose, there = f"belongs to {old.owner} ({OWNER_TAG})", "run `outwarden infra destroy` with that one's config"
    key = {"alarm": "its name under alarms", "topic": "topic under notify"}.get(new.kind, "sinks.cloudwatch.log_group")
    return f"{new.kind} {new.title} {whose}; nothing was changed. Change {key}, or {there}."
