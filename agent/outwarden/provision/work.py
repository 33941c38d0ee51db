"""Work: one run against AWS: look, say what is to be done, do it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from outwarden.config import Config
from outwarden.errors import CloudError, Unauthorized
from outwarden.provision.call import make
from outwarden.provision.change import Change
from outwarden.provision.cloud import Cloud
from outwarden.provision.model import OWNER, model, owner
from outwarden.provision.model.parameters import secrets
from outwarden.provision.resource import OWNER_TAG
from outwarden.provision.steps import Step, is_ours, refusals, removals, towards
from outwarden.provision.survey import Seen, knowledge, stray_mutes, stray_topics, strays, survey
from outwarden.sinks import aws

_ALARMS: Final = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_MUTES: Final = ("AWS::CloudWatch::AlarmMuteRule",)
_KEY: Final = frozenset({"AWS::KMS::Key", "AWS::KMS::Alias"})
_LOGS: Final = frozenset({"AWS::Logs::LogGroup", "AWS::Logs::LogStream"})
_OPTIONAL: Final = (
    "AWS::Logs::MetricFilter",
    "AWS::SQS::Queue",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::ManagedPolicy",
    *_MUTES,
    *_ALARMS,
)
"""What goes when the configuration does not ask for it any more."""
_PARENTS: Final = {"AWS::Logs::MetricFilter": "AWS::Logs::LogGroup", "AWS::KMS::Alias": "AWS::KMS::Key"}
"""What carries no tag, and is ours when this is."""


class Work:
    """What is wanted, what is known, and the way to AWS."""

    def __init__(self, config: Config) -> None:
        """Prepare; nothing is asked of AWS yet.

        Raises:
            ConfigError: `service` or `sinks.cloudwatch` is not set.
        """
        self._owner = owner(config)
        self._config = config
        self._wanted = model(config)
        self._possible = model(_everything(config))
        self._cloud = Cloud(config)
        self._known: dict[str, str] = {}

    def towards(self) -> tuple[list[Step], list[str]]:
        """Say what makes everything as wanted, and what stands in the way because it is somebody else's.

        Raises:
            ConfigError: a secret address is not set.
            CloudError: AWS refused.
        """
        secret = secrets(self._wanted.parameters)
        with _told("looking at what is there"):
            account = self._cloud.account()
            self._known = knowledge(self._config, self._possible, account)
            self._known |= knowledge(self._config, self._wanted, account) | secret
            seen = survey(self._cloud, self._wanted.resources, self._known)
            steps = towards(seen, self._owner, {OWNER_TAG: OWNER}) + removals(self._no_longer_wanted(seen))
        return steps, refusals(seen, self._owner)

    def away(self, *, with_log_group: bool, with_key: bool) -> list[Step]:
        """Say what removes everything that is ours, alarms over alarms first.

        Raises:
            CloudError: AWS refused.
        """
        with _told("looking at what is there"):
            self._known = knowledge(self._config, self._possible, self._cloud.account())
            seen = survey(self._cloud, self._possible.resources, self._known, timid=True)
            older = list(strays(self._cloud, self._config, self._known, _names(seen, _ALARMS)))
            mutes = stray_mutes(self._cloud, self._config, self._known, _names(seen, _MUTES))
            alarms = [one for one in seen if one.wanted.type in _ALARMS] + older
            topics = stray_topics(self._cloud, alarms, self._known, _names(seen, ("AWS::SNS::Topic",)))
            kept = (frozenset() if with_log_group else _LOGS) | (frozenset() if with_key and with_log_group else _KEY)
            ours = [one for one in self._ours([*topics, *seen, *older, *mutes]) if one.wanted.type not in kept]
        return removals(_composites_first(reversed(ours)))

    def carry_out(self, steps: Sequence[Step]) -> list[Change]:
        """Do it, one step after the other.

        Raises:
            CloudError: AWS refused; what was done before stays.
        """
        done: list[Change] = []
        for step in steps:
            with _told(f"{step.change} stopped after {len(done)} of {len(steps)} changes; mend this and run it again"):
                for call in step.calls:
                    make(call, self._cloud, self._known)
            done.append(step.change)
        return done

    def _no_longer_wanted(self, seen: Sequence[Seen]) -> list[Seen]:
        """Find what an older configuration asked for and this one does not."""
        wanted = {resource.logical for resource in self._wanted.resources}
        off = [one for one in self._possible.resources if one.logical not in wanted and one.type in _OPTIONAL]
        # Who asks for no IAM policy may have no rights there: what we may not see counts as not there.
        switched_off = survey(self._cloud, off, self._known, timid=True)
        alarms = strays(self._cloud, self._config, self._known, _names([*seen, *switched_off], _ALARMS))
        mutes = stray_mutes(self._cloud, self._config, self._known, _names([*seen, *switched_off], _MUTES))
        return _composites_first([*mutes, *alarms, *reversed(self._ours(switched_off))])

    def _ours(self, seen: Sequence[Seen]) -> list[Seen]:
        """Leave out what is not there or is not ours; what carries no tag is ours with what it is part of."""
        mine = [one for one in seen if is_ours(one, self._owner)]
        # A filter that is switched off stands alone here: its log group was looked at before, and its name is ours.
        theirs = {one.wanted.type for one in seen} - {one.wanted.type for one in mine}
        return [one for one in mine if _PARENTS.get(one.wanted.type) not in theirs]


def _everything(config: Config) -> Config:
    """Switch everything on that can be, so that what was there once is looked for."""
    on = {name: "enabled" for name in config.infra.__struct_fields__ if name not in {"kms", "data_protection"}}
    return msgspec.structs.replace(config, infra=msgspec.structs.replace(config.infra, **on, kms="own"))


def _names(seen: Sequence[Seen], kinds: Sequence[str]) -> set[str]:
    return {one.filled.name for one in seen if one.wanted.type in kinds}


def _composites_first(seen: Iterator[Seen] | Sequence[Seen]) -> list[Seen]:
    """An alarm that a composite looks at cannot be removed before it."""
    return sorted(seen, key=lambda one: one.wanted.type != "AWS::CloudWatch::CompositeAlarm")


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what the SDK raises into one line for a person."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise CloudError(f"infra: {aws.explain(error)}{_hint(error)} ({what})") from None


def _hint(error: Exception) -> str:
    """Say what helps where the call itself is missing; who is denied it has been told already."""
    if not isinstance(error, ClientError) or isinstance(aws.classify(error), Unauthorized):
        return ""
    if "DataProtectionPolicy" not in error.operation_name:
        return ""
    return " A local AWS has no data protection: set infra.data_protection: disabled there."
