"""`model`: Config -> the things that should be in AWS, each after those that it needs. No AWS in reach.

The template, the AWS CLI commands and what plan and apply compare are all made from this one list.
"""

from __future__ import annotations

import msgspec

from outwarden.config import Config
from outwarden.config.sinks import CloudWatchSink
from outwarden.errors import ConfigError
from outwarden.provision.model.alarms import alarms, undelivered
from outwarden.provision.model.dashboard import dashboard
from outwarden.provision.model.key import key
from outwarden.provision.model.logs import logs
from outwarden.provision.model.mutes import mutes
from outwarden.provision.model.parameters import ENVIRONMENT, SERVICE, Parameter, parameters
from outwarden.provision.model.sidecar import sidecar
from outwarden.provision.model.topics import topics
from outwarden.provision.resource import Resource

__all__ = ["Model", "model", "owner", "sink"]

OWNER = "${Service}/${Environment}"


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that should be there."""

    resources: tuple[Resource, ...]
    parameters: tuple[Parameter, ...]


def model(config: Config) -> Model:
    """List the things that should be there; service and environment are placeholders in it.

    Raises:
        ConfigError: `sinks.cloudwatch` is not set.
    """
    sink(config)
    general = msgspec.structs.replace(config, service=SERVICE, env=ENVIRONMENT)
    told = topics(general)
    resources = [
        *key(general),
        *logs(general),
        *told,
        *alarms(general),
        *undelivered(general),
        *mutes(general),
        *dashboard(general),
        *sidecar(general),
    ]
    return Model(resources=tuple(resources), parameters=parameters(config))


def owner(config: Config) -> str:
    """Give the value of our tag.

    Raises:
        ConfigError: the service has no name of its own.
    """
    if config.service is None:
        raise ConfigError(
            "infra: service is not set, and an alarm sees only what is published under exactly its own service. "
            "Set `service` in the config file."
        )
    return f"{config.service}/{config.env}"


def sink(config: Config) -> CloudWatchSink:
    """Give the settings that say where in AWS.

    Raises:
        ConfigError: there are none.
    """
    if config.sinks.cloudwatch is None:
        raise ConfigError(
            "infra: sinks.cloudwatch is not set, so there is nothing to do in AWS. Add it to the config file."
        )
    return config.sinks.cloudwatch
