"""Change: one thing that is, or is to be, made, altered or removed."""

from __future__ import annotations

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
            return self.field  # whole policies do not belong on a line; `--json` shows them
        return f"{self.field} {_word(self.old)} -> {_word(self.new)}"


class Change(msgspec.Struct, frozen=True):
    """One thing in AWS; as text it is one line."""

    action: Action
    kind: str
    name: str
    differences: tuple[Difference, ...] = ()

    def __str__(self) -> str:
        line = f"{self.action}  {self.kind} {self.name}"
        return f"{line}: {', '.join(map(str, self.differences))}" if self.differences else line


def _word(value: Any) -> str:
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
