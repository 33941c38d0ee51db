"""The built-in profiles as people write them: one YAML file each. `make regen` makes the file from them that programs read."""

from __future__ import annotations

from pathlib import Path

import msgspec

from outwarden.apis.profile import Profile
from outwarden.errors import ConfigError


def render() -> bytes:
    """Give all profiles as the JSON that `builtin` reads.

    Raises:
        ConfigError: one of the files holds no profile.
    """
    files = sorted(Path(__file__).parent.glob("*.yaml"))
    profiles = [parse(file.read_bytes(), file.name) for file in files]
    return msgspec.json.format(msgspec.json.encode(profiles), indent=1) + b"\n"


def parse(text: bytes, where: str) -> Profile:
    """Read one profile.

    Raises:
        ConfigError: it is no YAML, or no profile.
    """
    import yaml  # noqa: PLC0415 - never inside a program

    try:
        return msgspec.convert(yaml.safe_load(text), Profile)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{where}: this is no API profile: {reason}") from error
