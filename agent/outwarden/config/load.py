"""config.yaml and the environment -> Config."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from outwarden.config import check, document, environment, references, rules
from outwarden.config.keys import keys_of
from outwarden.config.root import Config

_PATHS: Final = ("journal.dir", "history.dir", "sinks.file.path")


def find(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Say which file is read: `path`, $OUTWARDEN_CONFIG, ./outwarden.yaml, or the user's own; None: there is none."""
    if path is not None:
        return path
    if named := environ.get("OUTWARDEN_CONFIG"):
        return Path(named)
    base = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".config")  # noqa: PTH111, PTH118 - Path.home() raises where there is no home
    for candidate in (Path("outwarden.yaml"), Path(base, "outwarden", "config.yaml")):
        if os.path.lexists(candidate):
            return candidate
    return None


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration that `find` finds, lay the environment over it, and check it all.

    Relative directories in a file count from the file's own directory, those in the environment from the current one.

    Raises:
        ConfigError: it cannot be used; one line, with the key's path.
    """
    file = find(path, environ)
    raw = {} if file is None else document.read(file)
    source = "configuration" if file is None else str(file)
    if file is not None:
        _anchor(raw, Path(os.path.abspath(file)).parent)  # noqa: PTH100 - symbolic links stay as they are
    found = environment.overrides(environ, referred=references.names(raw))
    for place in _PATHS:
        if place in found:
            found[place] = os.path.abspath(os.path.expanduser(found[place]))  # noqa: PTH100, PTH111 - plain text stays text
    config = check.build(environment.merge(raw, found), source)
    rules.check(config, source)
    references.refuse_in_names(config, environ, source)
    return config


def named(config: Config, service: str | None) -> Config:
    """Give the configuration with another service name.

    Raises:
        ConfigError: this is no name.
    """
    if service is None:
        return config
    check.value(service, keys_of(Config)["service"], "service", "--service")
    config = msgspec.structs.replace(config, service=service)
    references.refuse_in_names(config, os.environ, "--service")
    return config


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
