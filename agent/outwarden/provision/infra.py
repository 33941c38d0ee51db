"""The two things that `outwarden infra` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from outwarden.config import Config
from outwarden.errors import CloudError
from outwarden.provision.change import Change
from outwarden.provision.diff import Step, diff, removals
from outwarden.provision.found import Clients, account, connect, found
from outwarden.provision.resource import Account, Resource
from outwarden.provision.wanted import owner, wanted
from outwarden.provision.write import write
from outwarden.sinks import aws


def apply(config: Config) -> list[Change]:
    """Make what the configuration asks for in AWS; what is there already and right stays as it is.

    Returns:
        What was done, in order; nothing the second time.

    Raises:
        ConfigError: `service` or `sinks.cloudwatch` is not set.
        CloudError: AWS refused, or something has a foreign owner (then nothing was changed).
    """
    return _carry_out(config, lambda there, where: diff(wanted(config, where), there))


def destroy(config: Config, *, with_log_group: bool = False) -> list[Change]:
    """Remove from AWS what carries our tag.

    Args:
        config: the configuration that it was made by.
        with_log_group: the log group too, with everything in it.

    Returns:
        What was removed, in order.

    Raises:
        ConfigError: `service` or `sinks.cloudwatch` is not set.
        CloudError: AWS refused.
    """
    return _carry_out(config, lambda there, _: removals(there, owner(config), with_log_group=with_log_group))


def _carry_out(config: Config, plan: Callable[[Sequence[Resource], Account], list[Step]]) -> list[Change]:
    owner(config)  # before anything is asked of AWS
    clients = connect(config)
    where, steps = _plan(clients, config, plan)
    done: list[Change] = []
    for step in steps:
        with _told(f"{step.change} stopped after {len(done)} of {len(steps)} changes; mend this and run it again"):
            write(step, clients, where)
        done.append(step.change)
    return done


def _plan(
    clients: Clients, config: Config, plan: Callable[[Sequence[Resource], Account], list[Step]]
) -> tuple[Account, list[Step]]:
    with _told("looking at what is there"):
        where = account(clients)
        return where, plan(found(clients, config, where), where)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what the SDK raises into one line for a person."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise CloudError(f"infra: {aws.explain(error)} ({what})") from None
