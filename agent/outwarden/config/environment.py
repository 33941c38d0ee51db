"""`OUTWARDEN_<PATH>`: one key of config.yaml, set by an environment variable."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final, get_args, get_origin

from outwarden.config import check, document
from outwarden.config.keys import Key, members, walk
from outwarden.errors import ConfigError

PREFIX: Final = "OUTWARDEN_"
CONTROL: Final = frozenset(
    {"OUTWARDEN_CONFIG", "OUTWARDEN_DISABLED", "OUTWARDEN_AUTOSTART", "OUTWARDEN_SETTINGS", "OUTWARDEN_BOARD"}
)
"""Variables that are no keys: which file to read, the off switch, the on switch, and what `run` tells its program."""


@cache
def variables() -> dict[str, Key]:
    """Give all variables with the key that each sets; sections are set key by key, lists of sections and `notify` as a whole."""
    return {
        PREFIX + key.path.replace(".", "_").upper(): key
        for key in walk()
        if key.shape != "section" and "[" not in key.path and "<" not in key.path
    }


def overrides(environ: Mapping[str, str], *, referred: Collection[str] = ()) -> dict[str, Any]:
    """Give what the environment sets, by the key's path. An empty variable sets nothing.

    `referred`: names that the configuration itself refers to as `env:NAME`; they may start with our prefix.

    Raises:
        ConfigError: a value is not what its key wants, or no key has this name.
    """
    known = variables()
    found = {}
    for name, text in sorted(environ.items()):
        if not name.startswith(PREFIX) or name in CONTROL or name in referred:
            continue
        if name not in known:
            near = check.nearest(name, [*known, *sorted(CONTROL)])
            hint = f" Did you mean {near}?" if near else ""
            raise ConfigError(f"environment: {document.shown(name)} sets no key of the configuration.{hint}")
        if text:
            found[known[name].path] = _read(text, known[name], name)
    return found


def merge(raw: dict[Any, Any], found: Mapping[str, Any]) -> dict[Any, Any]:
    """Lay the overrides over what the file says."""
    merged = dict(raw)
    for path, value in found.items():
        place, *rest = path.split(".")
        if not rest:
            merged[place] = value
            continue
        inner = merged.get(place)
        if isinstance(inner, dict) or inner is None:  # anything else is refused with its own message later
            merged[place] = merge(inner or {}, {".".join(rest): value})
    return merged


def _read(text: str, key: Key, name: str) -> Any:
    if key.shape != "value" or text.lstrip().startswith("["):
        given = document.parse(text, name)
        return given if key.shape != "value" else check.value(given, key, key.path, name)
    kind = members(key.hint)[0]
    if get_origin(kind) is tuple and get_args(kind):
        items = [item.strip() for item in text.split(",") if item.strip()]
        return check.value(items, key, key.path, name)
    return check.value(text, key, key.path, name, from_text=True)
