"""Lists of arguments: what of them is a password says only the program, or an option of one letter before it."""

from __future__ import annotations

from typing import Final

from outwarden.redact import commands
from outwarden.redact.expression import expression
from outwarden.redact.matcher import tree
from outwarden.redact.programs import OPTIONS
from outwarden.redact.spans import Span

_SHORTEST: Final = 3
_MOST: Final = 64
_LONGEST: Final = 4_096
_FRONT: Final = 3
"""So many of the first arguments may name the program, as behind `sudo`."""
_PROGRAM: Final = expression(rf"(?:\S{{0,200}}/)?(?={tree(sorted({program.split()[0] for program in OPTIONS}))})")


def passwords(items: list[object]) -> dict[int, str]:
    """Say which arguments are, or hold, a password that no name gives away; gives each password by its place.

    Args:
        items: the arguments, as a process is started with them.
    """
    if not _SHORTEST <= len(items) <= _MOST:
        return {}
    texts = [item if isinstance(item, str) else "" for item in items]
    line = " ".join(texts)
    if len(line) > _LONGEST:
        return {}
    found: dict[int, str] = {}
    at = 0
    for text in texts[:_FRONT]:
        begins = _PROGRAM.match(text)
        if begins is not None:
            begin = at + begins.end()
            for program in OPTIONS:
                if line.startswith(program, begin):
                    _note(commands.option(program, line, begin), texts, found)
            break
        at += len(text) + 1
    at = line.find(" -")
    while at >= 0:
        _note(commands.short(line, at + 1), texts, found)
        at = line.find(" -", at + 1)
    return found


def _note(span: Span | None, texts: list[str], found: dict[int, str]) -> None:
    """Note in which arguments the spans lie."""
    if span is None or not span.rule:
        return
    for one in span.others or (span,):
        at = 0
        for number, text in enumerate(texts):
            if at <= one.start and one.stop <= at + len(text):
                found[number] = text[one.start - at : one.stop - at]
            at += len(text) + 1
