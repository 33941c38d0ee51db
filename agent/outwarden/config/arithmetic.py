"""Metric math: the part of CloudWatch's language that our alarms use, read into a tree.

Numbers, ids, `+ - * /`, comparisons, `AND OR`, `IF(condition, then, else)` and `FILL(id, number)`. The grammar is that of
the CloudWatch user guide, "Using math expressions with CloudWatch metrics".
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

_LEVELS: Final = (("OR", "||"), ("AND", "&&"), ("<", ">", "<=", ">=", "==", "!="), ("+", "-"), ("*", "/"))
"""What binds loosest comes first."""
_SAME: Final = {"||": "OR", "&&": "AND"}
_ARGUMENTS: Final = {"IF": 3, "FILL": 2}
_DEEPEST: Final = 20
_LONGEST: Final = 300
"""So many numbers, ids and signs are enough for anything that a person can read."""


class Unreadable(ValueError):
    """The text cannot be read; the message says why, without a full stop."""


class Number(NamedTuple):
    """A number as it is written."""

    value: float


class Id(NamedTuple):
    """A metric of the alarm."""

    name: str


class Apply(NamedTuple):
    """An operator or a function with its arguments; unary minus is `-` with one."""

    what: str
    arguments: tuple[Node, ...]


Node = Number | Id | Apply


@cache
def _token() -> re.Pattern[str]:
    """Compile what reads one piece, when the first text comes: programs load their configuration, too."""
    return re.compile(
        r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>[A-Za-z]\w*)|(?P<sign>&&|\|\||<=|>=|==|!=|[-+*/()<>,]))"
    )


def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        Unreadable: it is none, or uses a part of the language that is not supported here.
    """
    reader = _Reader(text)
    node = reader.level(0, 0)
    if reader.token() is not None:
        raise Unreadable(f"goes on with {reader.token()} where its end was expected")
    return node


def ids(node: Node) -> set[str]:
    """Give the ids that an expression names."""
    match node:
        case Id(name):
            return {name}
        case Apply(_, arguments):
            return set().union(*(ids(argument) for argument in arguments))
        case _:
            return set()


class _Reader:
    """Reads by descent, loosest operators first."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at = 0
        while text[at:].strip():
            match = _token().match(text, at)
            if match is None:
                raise Unreadable(f"cannot be read from character {at + 1} on")
            self._tokens.append(match.group().strip())
            at = match.end()
        if len(self._tokens) > _LONGEST:
            raise Unreadable(f"has more than {_LONGEST} parts")
        self._tokens.reverse()

    def token(self) -> str | None:
        """Give the token at hand; None at the end."""
        return self._tokens[-1] if self._tokens else None

    def level(self, level: int, depth: int) -> Node:
        """Read what binds at least as tightly as a level."""
        if level == len(_LEVELS):
            return self._single(depth)
        left = self.level(level + 1, depth)
        while (sign := self.token()) in _LEVELS[level]:
            self._tokens.pop()
            right = self.level(level + 1, depth)
            left = Apply(_SAME.get(str(sign), str(sign)), (left, right))
        return left

    def _single(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise Unreadable("is nested too deeply")
        token = self._tokens.pop() if self._tokens else None
        if token is None:
            raise Unreadable("ends where a value was expected")
        if token == "-":  # noqa: S105 - a sign
            return Apply("-", (self._single(depth + 1),))
        if token == "(":  # noqa: S105 - a sign
            inner = self.level(0, depth + 1)
            self._take(")")
            return inner
        if token[0].isdigit() or token[0] == ".":
            return Number(float(token))
        if token in _ARGUMENTS:
            return self._call(token, depth)
        if not token[0].islower():
            raise Unreadable(f"has {token} where a number, an id or one of {', '.join(_ARGUMENTS)} was expected")
        return Id(token)

    def _call(self, name: str, depth: int) -> Apply:
        self._take("(")
        arguments = [self.level(0, depth + 1)]
        while self.token() == ",":
            self._tokens.pop()
            arguments.append(self.level(0, depth + 1))
        self._take(")")
        if len(arguments) != _ARGUMENTS[name]:
            raise Unreadable(f"gives {name} {len(arguments)} arguments instead of {_ARGUMENTS[name]}")
        if name == "FILL" and not isinstance(arguments[1], Number):
            raise Unreadable("fills with something that is no number")
        return Apply(name, tuple(arguments))

    def _take(self, wanted: str) -> None:
        if self.token() != wanted:
            raise Unreadable(f"has {self.token() or 'nothing'} where {wanted} was expected")
        self._tokens.pop()
