"""Names that the program gives its logical calls: made safe, and kept few, for each may become a dimension."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from outwarden.redact.marks import MASK
from outwarden.redact.registry import Registry

LONGEST: Final = 64
"""Names are cut here."""

MOST: Final = 200
"""So many different names are taken from one process; any further one reads `other`."""

_ODD: Final = r"[^\w .:/#+()\[\]-]+"
_NUMBER: Final = r"\d{5,}"


class CallNames:
    """Clean names, each once.

    Args:
        text: cleans free text.
        registry: the known secrets; when there are new ones, all names are looked at again.
    """

    def __init__(self, text: Callable[[str], str], registry: Registry) -> None:
        self._text = text
        self._registry = registry
        self._generation = -1
        self._known: dict[str, str | None] = {}

    def safe(self, name: str) -> str:
        """Give the name as it may be kept: masked, printable, short, without long numbers."""
        generation = self._registry.needles.generation
        if generation != self._generation:
            self._generation, self._known = generation, dict.fromkeys(self._known)
        found = self._known.get(name)
        if found is None:
            if len(self._known) >= MOST and name not in self._known:
                return "other"
            found = self._clean(name)
            self._known[name] = found
        return found

    def _clean(self, name: str) -> str:
        text = self._text(name)
        text = re.sub(_NUMBER, "#", re.sub(_ODD, "_", text)).strip()
        if len(text) <= LONGEST:
            return text or MASK
        return text[: LONGEST - 1] + "…"
