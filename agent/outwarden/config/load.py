"""config.yaml and the environment -> Config, or the part of it that a program reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from outwarden.config import check, environment, origin, references, rules
from outwarden.config.keys import keys_of
from outwarden.config.program import ProgramConfig

if TYPE_CHECKING:
    from outwarden.config.root import Config

_PATHS: Final = ("journal.dir", "history.dir", "sinks.file.path")

find = origin.find


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration that `find` finds, lay the environment over it, and check it all.

    Relative directories in a file count from the file's own directory, those in the environment from the current one.

    Raises:
        ConfigError: it cannot be used; one line, with the key's path.
    """
    return _whole(*_read(path, environ), environ)


def load_for_program(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> ProgramConfig:
    """Do the same for a watched program: what nobody has written is not even loaded.

    Whatever is written is checked here as well: a program that starts tells of a mistake, a companion could only log it.

    Raises:
        ConfigError: it cannot be used.
    """
    raw, source = _read(path, environ)
    named = set(origin.variables(environ)) - references.names(raw)
    more = any(environment.key_of(name, ProgramConfig) is None for name in named)
    if more or not raw.keys() <= set(ProgramConfig.__struct_fields__):
        return _whole(raw, source, environ)
    return _part(raw, source, environ)


def build(raw: dict[Any, Any], source: str) -> Config:
    """Make the whole configuration of a plain mapping, and check it.

    Raises:
        ConfigError: the first thing that is wrong.
    """
    from outwarden.config import notify_checks  # noqa: PLC0415 - as below
    from outwarden.config.root import Config  # noqa: PLC0415 - most programs say nothing of what is in there

    config = check.build(raw, source, Config)
    rules.check(config, source)
    if any((config.alarms, config.composites, config.slos, config.mutes, config.alarm_notify)):
        from outwarden.config import alarm_checks  # noqa: PLC0415 - 5 ms that the defaults need not take

        alarm_checks.check_alarms(config, source)
    notify_checks.check(config.notify, config.links.given(), source)
    return config


def named(config: Config, service: str | None) -> Config:
    """Give the configuration with another service name.

    Raises:
        ConfigError: this is no name.
    """
    if service is None:
        return config
    check.value(service, keys_of(ProgramConfig)["service"], "service", "--service")
    config = msgspec.structs.replace(config, service=service)
    references.refuse_in_names(config, os.environ, "--service")
    return config


def _read(path: Path | None, environ: Mapping[str, str]) -> tuple[dict[Any, Any], str]:
    """Give the file as it is written, its directories made absolute, and what to call it in messages."""
    file = find(path, environ)
    if file is None:
        return {}, "configuration"
    from outwarden.config import document  # noqa: PLC0415 - 10 ms for YAML that only those pay who have a file

    raw = document.read(file)
    _anchor(raw, Path(os.path.abspath(file)).parent)  # noqa: PTH100 - symbolic links stay as they are
    return raw, str(file)


def _whole(raw: dict[Any, Any], source: str, environ: Mapping[str, str]) -> Config:
    from outwarden.config.root import Config  # noqa: PLC0415 - see `build`

    config = build(_with_environment(raw, environ, Config), source)
    references.refuse_in_names(config, environ, source)
    return config


def _part(raw: dict[Any, Any], source: str, environ: Mapping[str, str]) -> ProgramConfig:
    config = check.build(_with_environment(raw, environ, ProgramConfig), source, ProgramConfig)
    rules.check(config, source)
    references.refuse_in_names(config, environ, source)
    return config


def _with_environment(raw: dict[Any, Any], environ: Mapping[str, str], model: type[ProgramConfig]) -> dict[Any, Any]:
    found = environment.overrides(environ, model, referred=references.names(raw))
    for place in _PATHS:
        if place in found:
            found[place] = os.path.abspath(os.path.expanduser(found[place]))  # noqa: PTH100, PTH111 - plain text stays text
    return environment.merge(raw, found)


def _anchor(raw: Any, base: Path) -> None:
    """Make the directories in a file absolute, in place; `~` is left to those who open them."""
    for place in _PATHS:
        *sections, name = place.split(".")
        section = raw
        for part in sections:
            section = section.get(part) if isinstance(section, dict) else None
        given = section.get(name) if isinstance(section, dict) else None
        if isinstance(section, dict) and isinstance(given, str) and given and not given.startswith("~"):
            section[name] = str(base / given)
