"""`OUTWARDEN_<PATH>`: one key of config.yaml, set by an environment variable."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, get_args, get_origin

from outwarden.config import check, origin
from outwarden.config.keys import Key, members, walk
from outwarden.config.program import ProgramConfig
from outwarden.config.wording import shown
from outwarden.errors import ConfigError


@cache
def variables(model: type[ProgramConfig] | None = None) -> dict[str, Key]:
    """Give all variables with the key that each sets; sections are set key by key, lists of sections and `notify` as a whole.

    `model`: those of a part of the configuration only.
    """
    return {
        origin.PREFIX + key.path.replace(".", "_").upper(): key
        for key in walk(model)
        if key.shape != "section" and "[" not in key.path and "<" not in key.path
    }


def overrides(
    environ: Mapping[str, str], model: type[ProgramConfig], *, referred: Collection[str] = ()
) -> dict[str, Any]:
    """Give what the environment sets of a model, by the key's path. An empty variable sets nothing.

    `referred`: names that the configuration itself refers to as `env:NAME`; they may start with our prefix.

    Raises:
        ConfigError: a value is not what its key wants, or no key has this name.
    """
    given = [name for name in origin.variables(environ) if name not in referred]
    known = variables(model) if given else {}
    found = {}
    for name in given:
        if name not in known:
            near = check.nearest(name, [*known, *sorted(origin.CONTROL)])
            hint = f" Did you mean {near}?" if near else ""
            raise ConfigError(f"environment: {shown(name)} sets no key of the configuration.{hint}")
        if text := environ[name]:
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
        from outwarden.config import document  # noqa: PLC0415 - 8 ms for YAML that plain values do not need

        given = document.parse(text, name)
        return given if key.shape != "value" else check.value(given, key, key.path, name)
    kind = members(key.hint)[0]
    if get_origin(kind) is tuple and get_args(kind):
        items = [item.strip() for item in text.split(",") if item.strip()]
        return check.value(items, key, key.path, name)
    return check.value(text, key, key.path, name, from_text=True)
