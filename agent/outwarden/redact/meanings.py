"""Meanings: what the names in one event say of their values, and how those are shown in which something was found."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from outwarden.redact.grids import ROWS
from outwarden.redact.memory import Names
from outwarden.redact.names import PLAIN, SECRET, Kind
from outwarden.redact.pairs import ANSWERS, REFUSED
from outwarden.redact.pairs import PARAMETERS as ENDS_OF_PARAMETERS
from outwarden.redact.scan import Scanner

IN_PAIRS: Final = REFUSED.union(ANSWERS, ROWS)
"""Names of what another field beside it may name."""
PAIRS: Final = "pairs"
PARAMETERS: Final = "parameters"
JWK: Final = "kty"
"""What names below another one hold where one of them was that of a pair's value, or of a statement's parameters."""

_LONGEST_LABEL: Final = 64
_STORED: Final = "/secrets/"
_VAULT: Final = "vault.azure.net/"
_PROJECTS: Final = "projects/"
_LABEL: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_PAIR_LABEL: Final = _LABEL | {" ", "/"}
_BYTES: Final = ("b'", 'b"')
_VAGUE: Final = frozenset(
    ("id", "uid", "name", "ip", "address", "addr", "number", "no", "key", "code", "answer", "account")
)
"""Names that mean something only together with the name of what they stand in."""


class _Fresh(NamedTuple):
    """A name that was not seen before."""

    name: str
    meaning: Kind
    names: Names
    """Where it is to be known, if it holds nothing."""
    places: list[dict[Any, Any]]
    """All mappings of the event in which it stands."""


class Meanings:
    """Of the names in one event; what is known from other events comes from the scanner's memory."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._memory = scanner.memory
        self._fresh: dict[tuple[int, str], _Fresh] = {}
        """Names that were not seen before, by what they stand in."""
        self.fresh: Final[list[str]] = []
        """The same names, to be cleaned together with the texts."""

    def of(self, name: Any, parent: Any, names: Names, out: dict[Any, Any]) -> tuple[Any, Kind]:
        """Give a name as it is to be shown, and what it means."""
        meaning = names.meanings.get(name)
        if meaning is not None:
            return name, meaning
        shown, meaning = self._judged(name, parent, names, out)
        if shown is not name:
            out[shown] = out.pop(name)
        return shown, meaning

    def shown(self, name: Any, out: dict[Any, Any]) -> Any:
        """Give a name of a masked subtree as it is to be shown."""
        return self._judged(name, "", self._memory.nowhere, out)[0]

    def _judged(self, name: Any, parent: Any, names: Names, out: dict[Any, Any]) -> tuple[Any, Kind]:
        """Judge a name that was not seen before; a name may hold a secret as well, and is cleaned with the texts."""
        if not isinstance(name, str):
            plain = name is None or isinstance(name, bool | int | float)
            return (name if plain else f"<{type(name).__name__}>"), PLAIN
        fresh = self._fresh.get((id(names), name))
        if fresh is None:
            meaning = self._scanner.judge(f"{parent}.{name}" if name.lower() in _VAGUE else name)
            self._fresh[id(names), name] = fresh = _Fresh(name, meaning, names, [])
            self.fresh.append(name)
            if name in IN_PAIRS:
                names.holds.add(PAIRS)
            if name == JWK:
                names.holds.add(JWK)
            if name.lower().endswith(ENDS_OF_PARAMETERS):
                names.holds.add(PARAMETERS)
        fresh.places.append(out)
        return name, fresh.meaning

    def settle(self) -> None:
        """Put clean names in the place of those that held something; know the others from now on."""
        for (name, meaning, names, places), shown in zip(self._fresh.values(), self.fresh, strict=True):
            if shown == name:
                self._memory.add_name(names, name, meaning)
                continue
            for out in places:
                out[shown] = out.pop(name)

    def pair_label(self, text: Any) -> Kind:
        """Say whether a text is the name of what stands in another field, or below it."""
        if text.__class__ is str and _STORED in text and (_VAULT in text or text.startswith(_PROJECTS)):
            return SECRET  # `{"id": "https://….vault.azure.net/secrets/…", "value": "…"}`
        return self.label(text, self._memory.pair_labels, _PAIR_LABEL)

    def label(self, text: Any, known: dict[str, Kind], alphabet: frozenset[str] = _LABEL) -> Kind:
        """Say whether a text is the name of what stands beside it: a header, an option."""
        if text.__class__ is str and (meaning := known.get(text)) is not None:
            return meaning
        if isinstance(text, bytes):
            text = text.decode("latin-1")
        elif text.__class__ is str and text[:2] in _BYTES and text[-1] == text[1]:
            text = text[2:-1]  # printed by Python
        if (
            not isinstance(text, str)
            or len(text) > _LONGEST_LABEL
            or not (
                alphabet.issuperset(text)
                or (not text.isascii() and alphabet.issuperset([letter for letter in text if letter.isascii()]))
            )
        ):
            return PLAIN
        meaning = self._scanner.judge(text)
        self._memory.add_label(known, text, meaning)
        return meaning
