"""The profiles that come with outwarden. Parsing YAML is slow and heavy: a watched program gets the result as JSON."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec

from outwarden.apis.profile import Profile
from outwarden.errors import ConfigError


@cache
def builtin() -> tuple[Profile, ...]:
    """Read the built-in profiles.

    Raises:
        ConfigError: a profile of this installation is damaged.
    """
    return tuple(
        parse(entry.read_bytes(), entry.name)
        for entry in sorted(resources.files("outwarden.apis").iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    )


def parse(text: bytes, where: str) -> Profile:
    """Read one profile.

    Raises:
        ConfigError: it is no YAML, or no profile.
    """
    import yaml  # noqa: PLC0415 - never inside a program that was handed its settings

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where it was built
    try:
        return msgspec.convert(yaml.load(text, loader), Profile)  # noqa: S506 - a safe loader: it makes plain values only
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{where}: this is no API profile: {reason}") from error
