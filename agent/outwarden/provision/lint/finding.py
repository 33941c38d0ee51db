"""Finding: one mistake, and where it stands."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake in a template; as text it is one line."""

    rule: str
    """Name of the rule, which is its page in docs/lint, too."""
    resource: str
    """Logical id of the resource."""
    line: int
    """Line of the template, from 1; 0 where the format tells none."""
    text: str
    """What is wrong, what comes of it, and what to do."""

    def __str__(self) -> str:
        return f"{self.line}: {self.rule}: {self.resource}: {self.text}"
