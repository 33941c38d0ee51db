"""Keys and values in words: messages say this instead of echoing a wrong value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from outwarden.apis.shapes import is_plain
from outwarden.config.keys import bare, members, metas
from outwarden.config.units import Duration, Size

_PLAIN: Final = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Size: "a size such as 512MiB or 1GiB",
    Duration: "a duration such as 90s, 1h or 7d",
}


def wanted(hint: Any) -> str:
    """Describe a type and its bounds."""
    kind = members(hint)[0]
    plain = bare(kind)
    if get_origin(plain) is Literal:
        return "one of: " + ", ".join(str(value) for value in get_args(plain))
    if get_origin(plain) is tuple:
        return f"a list, each item {wanted(get_args(plain)[0])}"
    return _PLAIN.get(plain, "another kind of value") + _bounds(kind) + _bounds(hint)


def shown(name: Any) -> str:
    """Render a key's name for a message; what hardly is a name may be a secret and stays out of it."""
    text = str(name)
    is_name = len(text) <= 40 and re.fullmatch(r"[A-Za-z0-9_. -]+", text) and all(map(is_plain, text.split()))
    return text if is_name else "(a name that is not shown here)"


def shown_path(path: Path) -> str | None:
    """Render the path of a file that is not there; None for what looks like a secret, put where a path belongs."""
    text = str(path)
    if path.suffix in {".yaml", ".yml"} and "@" not in text and "://" not in text:
        return text
    return text if all(map(is_plain, path.parts[bool(path.anchor) :])) else None


def kind_of(value: Any) -> str:
    """Say what a value is, without saying its value."""
    kinds = {bool: "a truth value", str: "text", dict: "a mapping", list: "a list", type(None): "nothing"}
    return kinds.get(type(value), "a number" if isinstance(value, (int, float)) else "something else")


def _bounds(hint: Any) -> str:
    found = []
    for meta in metas(hint):
        found += [
            f" {word} {bound:g}"
            for word, bound in (("from", meta.ge), ("above", meta.gt), ("to", meta.le), ("below", meta.lt))
            if bound is not None
        ]
        if meta.multiple_of is not None:
            found.append(f", a multiple of {meta.multiple_of:g}")
        if meta.min_length is not None or meta.max_length is not None:
            found.append(f" of {meta.min_length or 0} to {meta.max_length or 'any number of'} characters")
        if meta.pattern is not None:
            found.append(f" of the form {meta.pattern}")
    return "".join(found)
