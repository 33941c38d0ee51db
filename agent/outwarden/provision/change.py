"""Change: one thing that is, or is to be, made, altered or removed."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec

Action = Literal["create", "update", "delete", "enable"]

LATER = "(known after apply)"


class Difference(msgspec.Struct, frozen=True):
    """One field that is not as wanted."""

    field: str
    old: Any
    new: Any

    def __str__(self) -> str:
        if isinstance(self.old, dict | list) or isinstance(self.new, dict | list):
            return self.field  # whole policies do not belong on a line; `plan` shows them
        return f"{self.field} {_word(self.old)} -> {_word(self.new)}"

    @property
    def whole(self) -> str:
        """The field with both values, however long they are."""
        return f"{self.field}: {_whole(self.old)} -> {_whole(self.new)}"


class Change(msgspec.Struct, frozen=True):
    """One thing in AWS; as text it is one line."""

    action: Action
    kind: str
    name: str
    differences: tuple[Difference, ...] = ()

    def __str__(self) -> str:
        line = f"{self.action}  {self.kind} {self.name}"
        altered = self.action == "update"
        return f"{line}: {', '.join(map(str, self.differences))}" if altered else line


def _whole(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else _word(value)


def _word(value: Any) -> str:
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
