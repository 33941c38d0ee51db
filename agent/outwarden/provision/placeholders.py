"""`${Name}` in a text: what CloudFormation's Fn::Sub fills in, and what plan, apply and the shell fill in as well.

The model is written once with these names: `${AWS::Region}`, `${Service}`, `${Key.Arn}`. `${!Name}` stands for the
text `${Name}` itself, as in Fn::Sub.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_PLACEHOLDER: Final = re.compile(r"\$\{(!?)([^{}$]*)\}")
_OPENED: Final = re.compile(r"\$\{(?=[^{}$]*\})")


def literal(value: Any) -> Any:
    """Keep what somebody wrote from being read as a placeholder."""
    if isinstance(value, str):
        return _OPENED.sub("${!", value)
    if isinstance(value, dict):
        return {name: literal(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [literal(inner) for inner in value]
    return value


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into (words, False) and (name of a placeholder, True)."""
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        before = text[end : match.start()]
        if match[1]:
            before += "${" + match[2] + "}"
        if before:
            yield before, False
        if not match[1]:
            yield match[2], True
        end = match.end()
    if text[end:]:
        yield text[end:], False


def names(value: Any) -> set[str]:
    """Give every placeholder in a value."""
    if isinstance(value, str):
        return {piece for piece, is_name in pieces(value) if is_name}
    if isinstance(value, dict):
        return set().union(*(names(inner) for pair in value.items() for inner in pair))
    if isinstance(value, list | tuple):
        return set().union(*(names(inner) for inner in value))
    return set()


def fill(value: Any, known: Mapping[str, str]) -> Any:
    """Put in what is known; the others stay as they are."""
    if isinstance(value, str):
        return "".join(
            known[piece] if is_name and piece in known else f"${{{piece}}}" if is_name else piece
            for piece, is_name in pieces(value)
        )
    if isinstance(value, dict):
        return {fill(name, known): fill(inner, known) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [fill(inner, known) for inner in value]
    return value
