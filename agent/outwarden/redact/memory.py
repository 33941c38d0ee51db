"""Memory: what was found out of names and of texts that come again and again; never of anything that was masked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from outwarden.redact.names import PLAIN, Kind

_TEXTS: Final = 8192
_LONGEST_TEXT: Final = 200
_PARENTS: Final = 256
_NAMES: Final = 1024
_LONGEST_NAME: Final = 96


class Names:
    """Names in which nothing was found, all below the same other one."""

    __slots__ = ("holds", "meanings", "plain")

    def __init__(self) -> None:
        self.plain: Final[set[Any]] = set()
        """Those that mean nothing: nearly all, and to ask a set takes half the time."""
        self.meanings: Final[dict[Any, Kind]] = {}
        """All of them, with what they mean there."""
        self.holds: Final[set[str]] = set()
        """What else there may be to look at: pairs, parameters of a statement."""


class Memory:
    """Bounded; kept as long as rules and known secrets stay the same, and shared by threads."""

    def __init__(self) -> None:
        self.harmless: Final[set[str]] = set()
        """Texts in which nothing was found."""
        self.names: Final[dict[Any, Names]] = {}
        """Names, by the name of what they stand in."""
        self.nowhere: Final = Names()
        """Stands for what names of a masked subtree stand in."""
        self.labels: Final[dict[str, Kind]] = {}
        """Texts that stand in front of another one in a list, with what they mean as its name."""
        self.pair_labels: Final[dict[str, Kind]] = {}
        """The same of `{"name": …, "value": …}`."""

    def names_under(self, parent: Any) -> Names:
        """Give the names that are known below another one, to look them up or to add to them."""
        names = self.names.get(parent)
        if names is None:
            if len(self.names) >= _PARENTS:
                self.names.clear()
            self.names[parent] = names = Names()
        return names

    def add_name(self, names: Names, name: str, meaning: Kind) -> None:
        """Keep what a name means, unless it is long or there are many."""
        if self.add_label(names.meanings, name, meaning) and meaning is PLAIN:
            names.plain.add(name)

    def add_label(self, labels: dict[Any, Kind], label: str, meaning: Kind) -> bool:
        """Keep what a label means, on the same terms; say whether it was kept."""
        kept = len(label) <= _LONGEST_NAME and len(labels) < _NAMES
        if kept:
            labels[label] = meaning
        return kept

    def add_texts(self, texts: Iterable[str]) -> None:
        """Programs say the same things again and again: keep the short ones of texts that hold nothing."""
        if len(self.harmless) > _TEXTS:
            self.harmless.clear()
        self.harmless.update([text for text in texts if len(text) <= _LONGEST_TEXT])
