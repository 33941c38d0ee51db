"""`OUTWARDEN_<PATH>`: one key of config.yaml, set by an environment variable."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, get_args, get_origin

import msgspec

from outwarden.config import check, origin
from outwarden.config.keys import Key, keys_of, members, walk
from outwarden.config.program import ProgramConfig
from outwarden.config.wording import shown
from outwarden.errors import ConfigError


@cache
def variables() -> dict[str, Key]:
    """Give all variables with the key that each sets; sections are set key by key, lists of sections and `notify` as a whole."""
    return {
        _variable(key): key for key in walk() if key.shape != "section" and "[" not in key.path and "<" not in key.path
    }


def key_of(name: str, model: type[msgspec.Struct], prefix: str = "") -> Key | None:
    """Give the key that a variable sets, or None where the model has none; only the sections on the way are looked at."""
    for key in keys_of(model, prefix).values():
        if key.shape != "section":
            if _variable(key) == name:
                return key
        elif name.startswith(_variable(key) + "_") and (below := key_of(name, key.structs[0], f"{key.path}.")):
            return below
    return None


def overrides(
    environ: Mapping[str, str], model: type[ProgramConfig], *, referred: Collection[str] = ()
) -> dict[str, Any]:
    """Give what the environment sets of a model, by the key's path. An empty variable sets nothing.

    `referred`: names that the configuration itself refers to as `env:NAME`; they may start with our prefix.

    Raises:
        ConfigError: a value is not what its key wants, or no key has this name.
    """
    found = {}
    for name in origin.variables(environ):
        if name in referred:
            continue
        key = key_of(name, model)
        if key is None:
            near = check.nearest(name, [*variables(), *sorted(origin.CONTROL)])
            hint = f" Did you mean {near}?" if near else ""
            raise ConfigError(f"environment: {shown(name)} sets no key of the configuration.{hint}")
        if text := environ[name]:
            found[key.path] = _read(text, key, name)
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


def _variable(key: Key) -> str:
    return origin.PREFIX + key.path.replace(".", "_").upper()


def _read(text: str, key: Key, name: str) -> Any:
    if key.shape != "value" or text.lstrip().startswith("["):
        from outwarden.config import document  # noqa: PLC0415 - 10 ms for YAML that plain values do not need

        given = document.parse(text, name)
        return given if key.shape != "value" else check.value(given, key, key.path, name)
    kind = members(key.hint)[0]
    if get_origin(kind) is tuple and get_args(kind):
        items = [item.strip() for item in text.split(",") if item.strip()]
        return check.value(items, key, key.path, name)
    return check.value(text, key, key.path, name, from_text=True)
