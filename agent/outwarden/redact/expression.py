"""Expressions that are compiled when they are first used: there are two hundred of them, and a text asks for a few."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, cast

_OFFERED: Final = ("findall", "finditer", "flags", "fullmatch", "groups", "match", "search", "split", "sub")


class _Expression:
    """Behaves as the `re.Pattern` that it is, or will be; after the first use its methods are those of the pattern itself."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags


class _Uncompiled(_Expression):
    """Becomes an `_Expression` without more when it is used: attributes of a class with `__getattr__` take twice as long to find."""

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        for method in _OFFERED:
            setattr(self, method, getattr(compiled, method))
        self.__class__ = cast("Any", _Expression)
        return getattr(compiled, name)


@cache
def expression(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Give an expression as `re.compile` would, at the cost of its text alone; a mistake in it shows at its first use."""
    return cast("re.Pattern[str]", _Uncompiled(pattern, flags))
