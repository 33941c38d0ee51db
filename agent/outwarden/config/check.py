"""A plain mapping -> the model, or one line that says which key is wrong and what it wants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

import msgspec

from outwarden.config import references, units
from outwarden.config.keys import Key, keys_of, walk
from outwarden.config.wording import kind_of, shown, wanted
from outwarden.errors import ConfigError

Model = TypeVar("Model", bound=msgspec.Struct)
_ABSENT: Final = object()


def build(raw: dict[Any, Any], source: str, model: type[Model]) -> Model:
    """Check every key on its own path, and make the model of it.

    Raises:
        ConfigError: the first thing that is wrong.
    """
    return _section(raw, model, "", source)


def value(given: Any, key: Key, path: str, source: str, *, from_text: bool = False) -> Any:
    """Check one plain value and give it in the type that the model has for it.

    `from_text` reads numbers out of text: all that an environment variable can hold.

    Raises:
        ConfigError: it is not what the key wants.
    """
    if not from_text and isinstance(given, bool) and wanted(key.hint).startswith(("text", "one of")):
        raise ConfigError(f"{source}: {path}: YAML reads this as true or false; put the word in quotes.")
    try:
        converted = msgspec.convert(given, key.hint, strict=not from_text, dec_hook=units.decode)
    except (msgspec.ValidationError, OverflowError):
        want, got = wanted(key.hint), kind_of(given)
        plain = from_text or isinstance(given, str) or (got == "a number" and "number" in want)
        raise ConfigError(f"{source}: {path}: expected {want}{'' if plain else f', got {got}'}.") from None
    references.check(converted, key, path, source)
    return converted


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Find the right name that a wrong one was probably meant to be."""
    import difflib  # noqa: PLC0415 - whoever makes no mistake need not wait for it

    return next(iter(difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)), None)


def _section(raw: Any, struct: type[Model], path: str, source: str) -> Model:
    if not isinstance(raw, dict):
        raise ConfigError(f"{source}: {path.rstrip('.')}: expected a mapping of keys, got {kind_of(raw)}.")
    keys = keys_of(struct)
    for name in raw:
        if name not in keys:
            raise ConfigError(f"{source}: {_unknown(name, keys, path)}")
    found: dict[Any, Any] = {}
    for name, key in keys.items():
        given = raw.get(name, _ABSENT)
        if given is not _ABSENT:
            if given is None and key.shape in {"section", "map"} and not key.optional:
                continue  # `sinks:` with all its keys commented out
            found[name] = _below(given, key, path + name, source)
        elif key.default is msgspec.NODEFAULT:
            raise ConfigError(f"{source}: {path}{name} is missing: {wanted(key.hint)}.")
    found.pop(struct.__struct_config__.tag_field, None)  # the class itself says it
    return struct(**found)  # of values that have been checked: msgspec need not look at them again


def _below(given: Any, key: Key, path: str, source: str) -> Any:
    if key.shape == "value":
        return value(given, key, path, source)
    if given is None:
        empty = "[] for none" if key.shape == "list" else "{} for all its defaults"
        raise ConfigError(f"{source}: {path} is empty: write {empty}, or leave the key out.")
    if key.shape == "section":
        return _section(given, key.structs[0], path + ".", source)
    if key.shape == "list":
        if not isinstance(given, list):
            raise ConfigError(f"{source}: {path}: expected a list, got {kind_of(given)}.")
        items = enumerate(given)
        return tuple(_section(item, key.structs[0], f"{path}[{number}].", source) for number, item in items)
    if not isinstance(given, dict):
        raise ConfigError(f"{source}: {path}: expected a mapping of names, got {kind_of(given)}.")
    return {
        _name(name, path, source): _kind(item, key, f"{path}.{shown(name)}.", source) for name, item in given.items()
    }


def _name(name: Any, path: str, source: str) -> str:
    if not isinstance(name, str):
        raise ConfigError(f"{source}: {path}: a name in it is {kind_of(name)}; put the name in quotes.")
    return name


def _kind(given: Any, key: Key, path: str, source: str) -> msgspec.Struct:
    """Choose the struct by `kind`, where there are several."""
    if not key.structs[0].__struct_config__.tag_field:
        return _section(given, key.structs[0], path, source)
    kinds = {str(struct.__struct_config__.tag): struct for struct in key.structs}
    kind = given.get("kind") if isinstance(given, dict) else None
    if isinstance(given, dict) and (not isinstance(kind, str) or kind not in kinds):
        problem = "is missing" if kind is None else "is none that we know"
        raise ConfigError(f"{source}: {path}kind {problem}: expected one of: {', '.join(kinds)}.")
    return _section(given, kinds.get(str(kind), key.structs[0]), path, source)


def _unknown(name: Any, keys: dict[str, Key], path: str) -> str:
    if isinstance(name, bool):
        return f"{path}{str(name).lower()}: YAML reads this key as true or false; put the word in quotes."
    sentence = f"{path}{shown(name)} is not a key here."
    if near := nearest(str(name), keys):
        return f"{sentence} Did you mean {near}?"
    elsewhere = next(
        (key.path for key in walk() if key.name == name and "[" not in key.path and "<" not in key.path), None
    )
    return f"{sentence} Did you mean {elsewhere}?" if elsewhere else f"{sentence} Keys here: {', '.join(keys)}."
