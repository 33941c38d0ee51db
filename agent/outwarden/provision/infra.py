"""What `outwarden infra` does in AWS: plan, apply, drift, destroy."""

from __future__ import annotations

import msgspec

from outwarden.config import Config
from outwarden.errors import CloudError
from outwarden.provision.change import Change
from outwarden.provision.work import Work


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
    steps, refused = Work(config).towards()
    return Plan(tuple(step.change for step in steps), tuple(refused))


def drift(config: Config) -> list[Change]:
    """Say how what is there differs from the configuration, whoever made it.

    Returns:
        What would make it as wanted; nothing: all is as it should be.

    Raises:
        ConfigError: `service` or `sinks.cloudwatch` is not set, or a secret address is not.
        CloudError: AWS refused.
    """
    return list(plan(config).changes)


def apply(config: Config) -> list[Change]:
    """Make what the configuration asks for in AWS; what is there already and right stays as it is.

    Returns:
        What was done, in order; nothing the second time.

    Raises:
        ConfigError: `service` or `sinks.cloudwatch` is not set, or a secret address is not.
        CloudError: AWS refused, or something has a foreign owner (then nothing was changed).
    """
    work = Work(config)
    steps, refused = work.towards()
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
        ConfigError: `service` or `sinks.cloudwatch` is not set.
        CloudError: AWS refused.
    """
    work = Work(config)
    return work.carry_out(work.away(with_log_group=with_log_group, with_key=with_key))
