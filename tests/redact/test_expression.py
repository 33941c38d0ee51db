"""Expressions that are compiled late are those that `re` would give."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import outwarden.redact
from outwarden.redact.expression import _Expression, expression


def test_every_expression_of_the_room_compiles():
    """A mistake would show in a program's first error otherwise."""
    names = [module.name for module in pkgutil.iter_modules(outwarden.redact.__path__, "outwarden.redact.")]
    found = [value for name in names for value in vars(import_module(name)).values() if isinstance(value, _Expression)]

    assert len(found) > 100
    for one in found:
        re.compile(one.pattern, one._flags)


def test_it_is_the_pattern_it_stands_for():
    """All that is asked of it, before and after its first use."""
    late, now = expression(r"(k)(\d+)", re.IGNORECASE), re.compile(r"(k)(\d+)", re.IGNORECASE)

    assert late.groups == now.groups == 2
    for _ in range(2):
        assert late.match("K12 k3", 4)[0] == now.match("K12 k3", 4)[0] == "k3"
        assert late.sub("-", "K12 k3") == now.sub("-", "K12 k3") == "- -"
        assert [found[2] for found in late.finditer("K12 k3")] == ["12", "3"]
    assert late.flags == now.flags
