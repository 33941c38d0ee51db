"""What differs from one deployment to the next, or is a secret: parameters of the template, values of placeholders."""

from __future__ import annotations

import os
from typing import Final

import msgspec

from outwarden.config import Config
from outwarden.config.notify import SnsChannel
from outwarden.config.program import NAME
from outwarden.errors import ConfigError

SERVICE: Final = "${Service}"
ENVIRONMENT: Final = "${Environment}"
REFERENCE: Final = "env:"


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter."""

    name: str
    description: str
    value: str | None = None
    """What the configuration says; None: whoever deploys says it."""
    pattern: str = ""
    variable: str = ""
    """The environment variable that holds the value of a secret."""


def parameters(config: Config) -> tuple[Parameter, ...]:
    """List the parameters: service, environment, and every address that is a reference."""
    service = "Name of the watched service; it is a dimension of every metric, so it must be exactly the sidecar's."
    environment = "Environment, such as prod; a dimension of every metric as well."
    found = {
        "Service": Parameter(name="Service", description=service, value=config.service, pattern=NAME),
        "Environment": Parameter(name="Environment", description=environment, value=config.env, pattern=NAME),
    }
    for channel, settings in config.notify.items():
        if isinstance(settings, SnsChannel):
            for _, address in addresses(settings):
                if address.startswith(REFERENCE):
                    one = _secret(address, channel)
                    found.setdefault(one.name, one)
    return tuple(found.values())


def addresses(channel: SnsChannel) -> list[tuple[str, str]]:
    """Give protocol and address of each subscription of a topic."""
    return [("email", one) for one in channel.email] + [("https", one) for one in channel.https]


def parameter_name(reference: str) -> str:
    """Give the parameter of a reference: env:PAGERDUTY_URL is PagerdutyUrl."""
    return "".join(word.capitalize() for word in reference.removeprefix(REFERENCE).split("_"))


def secrets(all_parameters: tuple[Parameter, ...]) -> dict[str, str]:
    """Give the values of the secret ones.

    Raises:
        ConfigError: an environment variable is not set.
    """
    found = {}
    for one in all_parameters:
        if one.variable:
            value = os.environ.get(one.variable)
            if not value:
                raise ConfigError(f"infra: env:{one.variable} under notify is not set. Set it, or take it out.")
            found[one.name] = value
    return found


def _secret(reference: str, channel: str) -> Parameter:
    variable = reference.removeprefix(REFERENCE)
    return Parameter(
        name=parameter_name(reference),
        description=f"Address that channel {channel} tells; empty for none.",
        variable=variable,
    )
