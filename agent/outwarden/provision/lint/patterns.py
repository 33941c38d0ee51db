"""Say whether a filter pattern of CloudWatch Logs can be read.

The syntax is that of the user guide, "Filter pattern syntax for metric filters, subscription filters, filter log events, and
Live Tail": `{ JSON }`, `[ space-delimited fields ]`, `%regular expression%`, or plain terms.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<selector>\$(?:\.?\[\s*(?:\d+|\*|'[^']*'|"[^"]*")\s*\]|\.[\w*-]+)*)
      | (?P<junction>&&|\|\|)
      | (?P<operator><=|>=|!=|=|<|>)
      | (?P<paren>[()])
      | (?P<text>"(?:[^"\\]|\\.)*"|%[^%]+%|[^\s()=<>!&|"%,\[\]{}]+)
    )""",
    re.VERBOSE,
)
_STATE: Final = re.compile(r"\s+(?:IS\s+(?:TRUE|FALSE|NULL)|NOT\s+EXISTS|EXISTS)\b", re.IGNORECASE)
_NAME: Final = re.compile(r"[\w.-]+|\.\.\.")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_ORDERED: Final = frozenset({"<", ">", "<=", ">="})


class _Unreadable(Exception):
    """The pattern cannot be read; the text says why."""


def wrong(pattern: str) -> str | None:
    """Say what is wrong with a pattern; None where nothing is."""
    text = pattern.strip()
    try:
        if text.startswith("{"):
            _json(text)
        elif text.startswith("["):
            _fields(text)
        elif text.count('"') % 2:
            raise _Unreadable("has a quotation mark that is not closed")
    except _Unreadable as problem:
        return str(problem)
    return None


def _json(text: str) -> None:
    if not text.endswith("}"):
        raise _Unreadable("begins with { and does not end with }")
    reader = _Reader(text[1:-1])
    reader.either()
    if not reader.is_at_end():
        raise _Unreadable("goes on where && or || was expected")


def _fields(text: str) -> None:
    if not text.endswith("]"):
        raise _Unreadable("begins with [ and does not end with ]")
    for number, field in enumerate(_split(text[1:-1]), 1):
        name = _NAME.match(field.strip())
        if name is None:
            raise _Unreadable(f"has no name for field {number}")
        if field.strip() == "...":
            continue
        conditions = re.split(r"&&|\|\|", field)
        if any(not re.search(r"(?:<=|>=|!=|=|<|>)\s*\S", one) for one in conditions[1:]):
            raise _Unreadable(f"has half a condition on field {number}")
        if re.search(r"(?:<=|>=|!=|=|<|>)\s*$", field):
            raise _Unreadable(f"has half a condition on field {number}")


def _split(body: str) -> list[str]:
    return re.split(r",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", body)


class _Reader:
    """Reads the conditions on JSON, with && before ||."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def is_at_end(self) -> bool:
        return not self._text[self._at :].strip()

    def either(self) -> None:
        self._both()
        while self._take("junction", "||"):
            self._both()

    def _both(self) -> None:
        self._one()
        while self._take("junction", "&&"):
            self._one()

    def _one(self) -> None:
        if self._take("paren", "("):
            self.either()
            if not self._take("paren", ")"):
                raise _Unreadable("has a parenthesis that is not closed")
            return
        selector = self._take("selector")
        if selector is None or selector == "$":
            raise _Unreadable("lacks a selector such as $.status where one was expected")
        state = _STATE.match(self._text, self._at)
        if state is not None:
            self._at = state.end()
            return
        operator = self._take("operator")
        if operator is None:
            raise _Unreadable(f"says nothing of {selector}")
        value = self._take("text")
        if value is None:
            raise _Unreadable(f"has nothing on the right of {selector} {operator}")
        if operator in _ORDERED and not _NUMBER.fullmatch(value):
            raise _Unreadable(f"compares {selector} by {operator} with what is no number")

    def _take(self, kind: str, wanted: str | None = None) -> str | None:
        match = _TOKEN.match(self._text, self._at)
        found = match.group(kind) if match is not None else None
        if match is None or found is None or (wanted is not None and found != wanted):
            return None
        self._at = match.end()
        return found
