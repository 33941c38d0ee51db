"""Secrets stand in the configuration as references, `env:NAME`: never as themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from outwarden.config.keys import Key
from outwarden.errors import ConfigError

_REFERENCE: Final = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_SHORTEST: Final = 8
_SECRET_NAME: Final = re.compile(r"(?:^|_)(?:key|secrets?|token|password)$")


def check(value: Any, key: Key, path: str, source: str) -> None:
    """Refuse a secret that stands in the open, without echoing it.

    Raises:
        ConfigError: the key holds secrets, and this is no reference.
    """
    if _SECRET_NAME.search(key.name):
        for text in (value,) if isinstance(value, str) else value or ():
            if not _REFERENCE.fullmatch(text):
                raise ConfigError(
                    f"{source}: {path} must be a reference such as env:{path.rpartition('.')[2].upper()}, not the "
                    "secret itself. Put the secret into an environment variable and name that here."
                )
    elif key.name == "https":
        if not all(_REFERENCE.fullmatch(text) for text in value):
            raise ConfigError(
                f"{source}: {path} must be references such as env:PAGERDUTY_URL: whoever knows such an address can "
                "use it. Put it into an environment variable and name that here."
            )
    elif key.name == "url" and not str(value).startswith(("https://", "http://")) and not _REFERENCE.fullmatch(value):
        raise ConfigError(
            f"{source}: {path}: expected an https:// address, or a reference such as env:ALERT_WEBHOOK_URL."
        )


def names(configuration: Any) -> set[str]:
    """Give the names of all environment variables that a configuration (or a part of it) refers to."""
    found = set()
    seen = set()  # aliases make a YAML document a graph, and a hostile one a bomb: each part is looked at once
    waiting = [configuration]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if _REFERENCE.fullmatch(value):
                found.add(value.removeprefix("env:"))
        elif id(value) not in seen:
            seen.add(id(value))
            if isinstance(value, dict):
                waiting += value.values()
            elif isinstance(value, (list, tuple)):
                waiting += value
            elif isinstance(value, msgspec.Struct):
                waiting += [getattr(value, field) for field in value.__struct_fields__]
    return found


def refuse_in_names(config: Any, environ: Mapping[str, str], source: str) -> None:
    """Refuse a service or an environment that is called by a secret: names become file names and metrics.

    Raises:
        ConfigError: the value of a reference stands in one; the message does not repeat it.
    """
    for reference in sorted(names(config)):
        secret = environ.get(reference, "")
        for key in ("service", "env"):
            if len(secret) >= _SHORTEST and secret in (getattr(config, key) or ""):
                raise ConfigError(
                    f"{source}: {key} holds the value of env:{reference}, which is a secret. Name it otherwise."
                )
