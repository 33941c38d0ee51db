"""What `outwarden infra` does in AWS: plan, apply, drift, destroy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from outwarden.config import Config
from outwarden.errors import CloudError
from outwarden.provision.call import make
from outwarden.provision.change import Change
from outwarden.provision.cloud import Cloud
from outwarden.provision.model import model, owner
from outwarden.provision.resource import OWNER_TAG
from outwarden.provision.steps import Step, is_ours, refusals, removals, towards
from outwarden.provision.survey import Seen, knowledge, stray_topics, strays, survey
from outwarden.sinks import aws

_KEY_TYPES: Final = ("AWS::KMS::Key", "AWS::KMS::Alias")
_ALARM_TYPES: Final = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_OPTIONAL: Final = ("AWS::Logs::MetricFilter", "AWS::SQS::Queue", "AWS::IAM::ManagedPolicy", *_ALARM_TYPES)
"""What goes when the configuration does not ask for it any more."""


class Plan(msgspec.Struct, frozen=True):
    """What `apply` would do."""

    changes: tuple[Change, ...]
    refused: tuple[str, ...] = ()
    """What is somebody else's, one line each; `apply` changes nothing then."""


def plan(config: Config) -> Plan:
    """Say what `apply` would do; nothing is written.

    Raises:
        ConfigError: `service` or `sinks.cloudwatch` is not set, or a secret address is not.
        CloudError: AWS refused.
    """
    work = _Work(config)
    with work.looking():
        steps, refused = work.plan()
    return Plan(tuple(step.change for step in steps), tuple(refused))


def drift(config: Config) -> list[Change]:
    """Say how what is there differs from the configuration, whoever made it.

    Returns:
        What would make it as wanted; nothing: all is as it should be.

    Raises:
        ConfigError: `service` or `sinks.cloudwatch` is not set, or a secret address is not.
        CloudError: AWS refused.
    """
    work = _Work(config)
    with work.looking():
        steps, _ = work.plan()
    return [step.change for step in steps]


def apply(config: Config) -> list[Change]:
    """Make what the configuration asks for in AWS; what is there already and right stays as it is.

    Returns:
        What was done, in order; nothing the second time.

    Raises:
        ConfigError: `service` or `sinks.cloudwatch` is not set, or a secret address is not.
        CloudError: AWS refused, or something has a foreign owner (then nothing was changed).
    """
    work = _Work(config)
    with work.looking():
        steps, refused = work.plan()
    if refused:
        more = f" (and {len(refused) - 1} more: `outwarden infra plan` shows them)" if len(refused) > 1 else ""
        raise CloudError(f"infra: {refused[0]} Nothing was changed.{more}")
    return work.carry_out(steps)


def destroy(config: Config, *, with_log_group: bool = False, with_key: bool = False) -> list[Change]:
    """Remove from AWS what carries our tag, alarms over alarms first.

    Args:
        config: the configuration that it was made by.
        with_log_group: the log group too, with everything in it.
        with_key: the key too, after AWS's waiting time; only together with the log group that needs it.

    Returns:
        What was removed, in order.

    Raises:
        ConfigError: `service` or `sinks.cloudwatch` is not set, or a secret address is not.
        CloudError: AWS refused.
    """
    work = _Work(config)
    with work.looking():
        steps = work.removal(with_log_group=with_log_group, with_key=with_key)
    return work.carry_out(steps)


class _Work:
    """One run: what is wanted, what is known, and the way to AWS."""

    def __init__(self, config: Config) -> None:
        self._owner = owner(config)  # before anything is asked of AWS
        self._config = config
        self._model = model(config)
        self._all = model(_everything(config))
        self._cloud = Cloud(config)
        self._known: dict[str, str] = {}

    def plan(self) -> tuple[list[Step], list[str]]:
        self._account = self._cloud.account()
        self._known = knowledge(self._config, self._model, self._account)
        seen = survey(self._cloud, self._model.resources, self._known)
        tags = {OWNER_TAG: "${Service}/${Environment}"}
        steps = towards(seen, self._owner, tags)
        return steps + removals(self._stale(seen)), refusals(seen, self._owner)

    def removal(self, *, with_log_group: bool, with_key: bool) -> list[Step]:
        self._known = knowledge(self._config, self._all, self._cloud.account())
        seen = survey(self._cloud, self._all.resources, self._known)
        alarms = list(strays(self._cloud, self._config, self._known, _names(seen, _ALARM_TYPES)))
        expected = _names(seen, ("AWS::SNS::Topic",))
        older = list(stray_topics(self._cloud, alarms + seen_alarms(seen), self._known, expected))
        kept = {"AWS::Logs::LogGroup", "AWS::Logs::LogStream"} if not with_log_group else set()
        kept |= set(_KEY_TYPES) if not (with_key and with_log_group) else set()
        mine = [one for one in seen if is_ours(one, self._owner) and one.wanted.type not in kept]
        mine = _without_children(mine, seen, self._owner)
        composites = sorted(alarms, key=lambda one: one.wanted.type != "AWS::CloudWatch::CompositeAlarm")
        first = [one for one in reversed(mine) if one.wanted.type == "AWS::CloudWatch::CompositeAlarm"]
        rest = [one for one in reversed(mine) if one.wanted.type != "AWS::CloudWatch::CompositeAlarm"]
        return removals([*first, *composites, *rest, *(one for one in older if is_ours(one, self._owner))])

    def carry_out(self, steps: Sequence[Step]) -> list[Change]:
        done: list[Change] = []
        for step in steps:
            where = f"{step.change} stopped after {len(done)} of {len(steps)} changes; mend this and run it again"
            with _told(where):
                for call in step.calls:
                    make(call, self._cloud, self._known)
            done.append(step.change)
        return done

    @contextmanager
    def looking(self) -> Iterator[None]:
        with _told("looking at what is there"):
            yield

    def _stale(self, seen: Sequence[Seen]) -> list[Seen]:
        """Find what an older configuration asked for and this one does not."""
        wanted = {resource.logical for resource in self._model.resources}
        switched_off = [one for one in self._all.resources if one.logical not in wanted and one.type in _OPTIONAL]
        known = knowledge(self._config, self._all, self._account) | self._known
        off = survey(self._cloud, switched_off, known, timid=True)  # who asks for no IAM may have no rights there
        self._known.update(known)
        alarms = strays(self._cloud, self._config, self._known, _names([*seen, *off], _ALARM_TYPES))
        mine = [one for one in reversed(off) if is_ours(one, self._owner)]
        return [*sorted(alarms, key=lambda one: one.wanted.type != "AWS::CloudWatch::CompositeAlarm"), *mine]


def _everything(config: Config) -> Config:
    """Switch everything on that can be, so that what was there once is looked for."""
    on = {name: "enabled" for name in config.infra.__struct_fields__ if name not in {"kms", "data_protection"}}
    return msgspec.structs.replace(config, infra=msgspec.structs.replace(config.infra, **on, kms="own"))


def _names(seen: Sequence[Seen], kinds: Sequence[str]) -> set[str]:
    return {one.filled.name for one in seen if one.wanted.type in kinds}


def seen_alarms(seen: Sequence[Seen]) -> list[Seen]:
    """Give the alarms among what was seen."""
    return [one for one in seen if one.wanted.type in _ALARM_TYPES]


def _without_children(mine: Sequence[Seen], seen: Sequence[Seen], owner: str) -> list[Seen]:
    """Leave out filters and aliases of what is not ours."""
    parents = {"AWS::Logs::MetricFilter": "AWS::Logs::LogGroup", "AWS::KMS::Alias": "AWS::KMS::Key"}
    ours: set[str] = {one.wanted.type for one in seen if is_ours(one, owner)}
    return [one for one in mine if one.wanted.type not in parents or parents[one.wanted.type] in ours]


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what the SDK raises into one line for a person."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise CloudError(f"infra: {aws.explain(error)} ({what})") from None
