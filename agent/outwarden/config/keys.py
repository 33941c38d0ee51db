"""The keys of the model: each with its path, type, default and line of text."""

from __future__ import annotations

import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta


class Key(NamedTuple):
    """One key of a section."""

    path: str
    """Full path from the root, such as `sinks.cloudwatch.region`, `alarms[].name` or `notify.<name>.kind`."""
    name: str
    hint: Any
    """The annotated type."""
    text: str
    default: Any
    """`msgspec.NODEFAULT` where the key must be given."""
    shape: Literal["value", "section", "list", "map"]
    structs: tuple[type[msgspec.Struct], ...]
    """What a section, the items of a list or the values of a map are; several where `kind` decides."""
    optional: bool
    """Whether it may be null."""


@cache
def keys_of(struct: type[msgspec.Struct], prefix: str = "") -> dict[str, Key]:
    """Give the keys of one section by name; `kind` included where it decides between several."""
    found = {}
    config = struct.__struct_config__
    if config.tag_field:
        text = "Which kind it is; that decides the other keys."
        hint = Literal[config.tag]  # type: ignore[name-defined]  # the tag is a value, known at run time only
        found[config.tag_field] = Key(
            prefix + config.tag_field, config.tag_field, hint, text, NODEFAULT, "value", (), optional=False
        )
    for field in msgspec.structs.fields(struct):
        shape, structs, optional = _shape(field.type)
        default = field.default
        if default is NODEFAULT and field.default_factory is not NODEFAULT:
            default = field.default_factory()
        found[field.name] = Key(
            prefix + field.name, field.name, field.type, _text(field.type), default, shape, structs, optional
        )
    return found


def walk(struct: type[msgspec.Struct] | None = None, prefix: str = "") -> Iterator[Key]:
    """Yield all keys, of the whole configuration or of a part, each section before what is in it.

    A key that several kinds share comes once.
    """
    if struct is None:
        from outwarden.config.root import Config  # noqa: PLC0415 - only those who ask for all of it pay for all of it

        struct = Config
    for key in keys_of(struct, prefix).values():
        yield key
        below = key.path + {"section": ".", "list": "[].", "map": ".<name>.", "value": ""}[key.shape]
        seen = set()
        for inner in key.structs:
            for deeper in walk(inner, below):
                if deeper.path not in seen:
                    seen.add(deeper.path)
                    yield deeper


def bare(hint: Any) -> Any:
    """Take the annotations off a type."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint


def members(hint: Any) -> tuple[Any, ...]:
    """Give the members of a union without None, or the type itself."""
    hint = bare(hint)
    if get_origin(hint) in {Union, types.UnionType}:
        return tuple(member for member in get_args(hint) if member is not type(None))
    return (hint,)


def metas(hint: Any) -> list[Meta]:
    """Give the annotations of a type, outer ones last."""
    found: list[Meta] = []
    if get_origin(hint) is Annotated:
        inner, *notes = get_args(hint)
        found = metas(inner) + [note for note in notes if isinstance(note, Meta)]
    return found


def _text(hint: Any) -> str:
    return next((meta.description for meta in reversed(metas(hint)) if meta.description), "")


def _shape(hint: Any) -> tuple[Literal["value", "section", "list", "map"], tuple[type[msgspec.Struct], ...], bool]:
    outer = bare(hint)
    optional = type(None) in get_args(outer)
    inner = members(outer)
    if _all_structs(inner):
        return "section", inner, optional
    if len(inner) == 1 and get_origin(inner[0]) is tuple and _all_structs(items := members(get_args(inner[0])[0])):
        return "list", items, optional
    if len(inner) == 1 and get_origin(inner[0]) is dict:
        return "map", members(get_args(inner[0])[1]), optional
    return "value", (), optional


def _all_structs(kinds: tuple[Any, ...]) -> bool:
    return all(isinstance(kind, type) and issubclass(kind, msgspec.Struct) for kind in kinds)
