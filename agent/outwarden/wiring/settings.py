"""Settings: what a program is told about how to watch itself, decided beforehand and handed over as JSON.

The program then reads no YAML and searches for no configuration.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from outwarden.apis import Profile
from outwarden.config import units
from outwarden.config.program import ProgramConfig, differences, with_differences
from outwarden.errors import ConfigError


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All that the inside needs."""

    config: ProgramConfig
    profiles: tuple[Profile, ...]
    service: str = ""
    """Name of the service where the configuration gives none; empty: the program's own name."""
    board: str | None = None
    """File of the board on which losses are counted; see `tally`."""


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """The same as JSON: of the configuration there is what is not the default, and what a program reads."""

    config: dict[str, Any]
    profiles: tuple[Profile, ...]
    service: str
    board: str | None


def dump(settings: Settings) -> bytes:
    """Render settings as JSON."""
    told = _Told(
        config=differences(settings.config),
        profiles=settings.profiles,
        service=settings.service,
        board=settings.board,
    )
    return msgspec.json.encode(told, enc_hook=units.encode)


def parse(data: bytes) -> Settings:
    """Read settings.

    Raises:
        ConfigError: this is no such JSON; another version of outwarden may have written it.
    """
    try:
        told = msgspec.json.decode(data, type=_Told)
        config = with_differences(told.config)
    except (msgspec.DecodeError, TypeError) as error:
        raise ConfigError(f"settings: they were not written by this version of outwarden: {error}") from error
    return Settings(config=config, profiles=told.profiles, service=told.service, board=told.board)


def load(path: str | Path) -> Settings:
    """Read settings from a file.

    Raises:
        ConfigError: the file cannot be read, or holds something else.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot read the settings: {error.strerror}") from error
    return parse(data)


def found(config: str | Path | None) -> Settings:
    """Read the configuration that a program finds by itself.

    Raises:
        ConfigError: it cannot be used.
    """
    from outwarden.apis import builtin
    from outwarden.config import origin

    path = Path(config) if config is not None else None
    if origin.find(path) is None and not origin.variables():
        return Settings(config=ProgramConfig(), profiles=builtin())
    from outwarden.config.load import load_for_program

    return Settings(config=load_for_program(path), profiles=builtin())
