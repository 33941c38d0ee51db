"""Memory: what was found out of names and of texts that come again and again; never of anything that was masked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from outwarden.redact.names import Kind

_TEXTS: Final = 8192
_LONGEST_TEXT: Final = 200
_PARENTS: Final = 256
_NAMES: Final = 1024
_LONGEST_NAME: Final = 96


class Memory:
    """Bounded; kept as long as rules and known secrets stay the same, and shared by threads."""

    def __init__(self) -> None:
        self.harmless: Final[set[str]] = set()
        """Texts in which nothing was found."""
        self.names: Final[dict[Any, dict[Any, Kind]]] = {}
        """By the name of what they stand in: names in which nothing was found, with what they mean there."""
        self.labels: Final[dict[str, Kind]] = {}
        """Texts that stand in front of another one in a list, with what they mean as its name."""
        self.pair_labels: Final[dict[str, Kind]] = {}
        """The same of `{"name": …, "value": …}`."""

    def names_under(self, parent: Any) -> dict[Any, Kind]:
        """Give the names that are known below another one, to look them up or to add to them."""
        names = self.names.get(parent)
        if names is None:
            if len(self.names) >= _PARENTS:
                self.names.clear()
            self.names[parent] = names = {}
        return names

    def add_name(self, names: dict[Any, Kind], name: str, meaning: Kind) -> None:
        """Keep what a name means, unless it is long or there are many."""
        if len(name) <= _LONGEST_NAME and len(names) < _NAMES:
            names[name] = meaning

    def add_texts(self, texts: Iterable[str]) -> None:
        """Programs say the same things again and again: keep the short ones of texts that hold nothing."""
        if len(self.harmless) > _TEXTS:
            self.harmless.clear()
        self.harmless.update([text for text in texts if len(text) <= _LONGEST_TEXT])
