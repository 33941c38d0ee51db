"""Walk an event of any shape: the structure stays, names say what their values are, and all texts are scanned together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from outwarden.redact import values
from outwarden.redact.marks import MASK
from outwarden.redact.names import Kind, kind
from outwarden.redact.pseudonyms import Pseudonyms
from outwarden.redact.scan import Findings, Leaf, Scanner, TooMuch
from outwarden.redact.spans import Span, mask

DEEPEST: Final = 12
MOST_NODES: Final = 5_000

SHORTEST: Final = 6
"""Texts below this length hold nothing that a rule would find without a name."""
_CACHED: Final = 1024
_LONGEST_CACHED: Final = 96
_LARGEST_PAIR: Final = 6
_LONGEST_LABEL: Final = 64
_PIECE: Final = 16
_LABEL: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_PAIR_NAMES: Final = ("key", "name", "header", "field", "param", "attribute")
_PAIR_VALUES: Final = frozenset(("value", "val", "values", "content", "data"))
_VAGUE: Final = frozenset(("id", "name", "ip", "address", "addr", "number", "no", "key", "code"))
"""Names that mean something only together with the name of what they stand in."""
_ANY_VALUE: Final = frozenset(("stringValue", "intValue", "doubleValue", "bytesValue", "arrayValue", "string_value"))
_INERT: Final = frozenset((int, float, bool, type(None)))


class Walk:
    """One walk over one event."""

    def __init__(self, scanner: Scanner, pseudonyms: Pseudonyms) -> None:
        self.findings: Final = Findings()
        self._scanner = scanner
        self._pseudonyms = pseudonyms
        self._leaves: list[Leaf] = []
        self._told: list[str] = []
        """Texts that are known to hold nothing by themselves; they may repeat what was found elsewhere."""
        self._nodes = 0

    def run(self, event: Mapping[Any, Any]) -> dict[Any, Any]:
        """Give a clean copy of the event.

        Raises:
            TooMuch: it is larger or deeper than allowed.
        """
        out = self._mapping(event, 0, "")
        if self._leaves:
            self._scanner.clean_leaves(self._leaves, self.findings)
        if self.findings.spreading:
            self._spread_all(out)
        return out

    def _spread_all(self, out: dict[Any, Any]) -> None:
        """Mask what was found at one place at all its other places; mostly a look says that there are none."""
        texts = "\0".join([container[at] for container, at, _ in self._leaves])
        told = "\0".join(self._told)
        pieces = [
            (piece, value) for value in self.findings.spreading if (piece := value[:_PIECE]) in texts or piece in told
        ]
        if pieces:
            spread(out, pieces)

    def _mapping(self, event: Mapping[Any, Any], depth: int, parent: str) -> dict[Any, Any]:
        self._nodes += len(event)
        if depth > DEEPEST or self._nodes > MOST_NODES:
            raise TooMuch  # also the end of a structure that holds itself
        names = self._scanner.names_under(parent)
        harmless, leaves, told, plain = self._scanner.harmless, self._leaves, self._told, Kind.PLAIN
        out = dict(event)
        for name, value in event.items():
            meaning = names.get(name)
            if meaning is None:
                shown, meaning = self._judge(name, parent, names)
                if shown is not name:
                    out[shown] = out.pop(name)
                    name = shown  # noqa: PLW2901 - the name itself held something
            if meaning is plain:
                sort = value.__class__
                if sort is str:
                    if value in harmless:
                        told.append(value)
                    else:
                        leaves.append((out, name, value))
                elif sort is dict:
                    out[name] = self._mapping(value, depth + 1, name)
                elif sort not in _INERT:
                    self._put(out, name, self._value(value, depth, name))
            else:
                clean = self._named(meaning, value, depth)
                out[name] = clean
                if clean is value and clean.__class__ is str:
                    leaves.append((out, name, clean))
        if len(out) <= _LARGEST_PAIR and not _PAIR_VALUES.isdisjoint(out):
            self._pair(event, out, depth)
        return out

    def _sequence(self, node: Any, depth: int, parent: str) -> list[Any]:
        items = list(node)
        self._nodes += len(items)
        if depth > DEEPEST or self._nodes > MOST_NODES:
            raise TooMuch
        out: list[Any] = [None] * len(items)
        meaning = Kind.PLAIN
        for at, item in enumerate(items):
            if meaning is Kind.PLAIN:
                self._put(out, at, self._value(item, depth, parent))
            else:
                clean = self._named(meaning, item, depth)
                out[at] = clean
                if clean is item:
                    self._put(out, at, self._value(item, depth, parent))
            meaning = _label(out[at]) if len(items) > 1 and meaning is Kind.PLAIN else Kind.PLAIN
        return out

    def _value(self, value: Any, depth: int, parent: str) -> Any:
        if isinstance(value, str):
            return str(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return self._mapping(value, depth + 1, parent)
        if isinstance(value, list | tuple | set | frozenset):
            return self._sequence(value, depth + 1, parent)
        if isinstance(value, bytes | bytearray):
            return value.decode("utf-8", "replace")
        if isinstance(value, BaseException):
            return f"{type(value).__name__}: {value}"
        return f"<{type(value).__name__}>"

    def _put(self, out: Any, at: Any, value: Any) -> None:
        out[at] = value
        if value.__class__ is str and len(value) >= SHORTEST:
            if value in self._scanner.harmless:
                self._told.append(value)
            else:
                self._leaves.append((out, at, value))

    def _named(self, meaning: Kind, value: Any, depth: int) -> Any:
        """Give what stands for a value behind a name that says something; the value itself where the scan must judge."""
        if value is None or isinstance(value, bool) or value == "":
            return value
        if isinstance(value, Mapping | list | tuple | set | frozenset):
            if meaning is Kind.SECRET:
                self._spread(value, depth)
                self._count("key.secret")
                return _masked(value)
            return self._structure(meaning, value, depth)
        if isinstance(value, bytes | bytearray):
            value = bytes(value).decode("utf-8", "replace")
        if isinstance(value, str):
            return self._named_text(meaning, value)
        if isinstance(value, int | float):
            digits = sum(map(str.isdigit, str(value)))
            if meaning is Kind.SECRET or (meaning is Kind.NUMBER and digits >= 7):
                self._count("key.secret" if meaning is Kind.SECRET else "key.number")
                return MASK
            if meaning is Kind.USER:
                return self._pseudonyms.user(str(value))
            return value
        return f"<{type(value).__name__}>"

    def _named_text(self, meaning: Kind, value: str) -> str:
        if meaning is Kind.USER:
            self._count("key.user")
            return self._pseudonyms.user(value)
        if meaning is Kind.SECRET:
            if not values.is_something(value):
                return value
            if values.looks_secret(value):
                self.findings.spreading.add(value)
        elif meaning is Kind.MAYBE:
            if not values.looks_secret(value):
                return value
            self.findings.spreading.add(value)
        elif meaning is Kind.NUMBER:
            if sum(map(str.isdigit, value)) < 5 and not values.looks_secret(value):
                return value
        elif meaning is Kind.ADDRESS and not (any(sign in value for sign in ".:%") or values.looks_secret(value)):
            return value
        self._count(f"key.{meaning.name.lower()}")
        return MASK

    def _structure(self, meaning: Kind, value: Any, depth: int) -> Any:
        if isinstance(value, Mapping):
            if len(value) == 1 and (name := next(iter(value))) in _ANY_VALUE:  # OTLP wraps each value in its type
                return {name: self._named(meaning, value[name], depth + 1)}
            return self._mapping(value, depth + 1, "")
        return [
            self._named(meaning, item, depth + 1)
            if not isinstance(item, Mapping)
            else self._mapping(item, depth + 1, "")
            for item in value
        ]

    def _pair(self, event: Mapping[Any, Any], out: dict[Any, Any], depth: int) -> None:
        """`{"name": "Authorization", "value": "…"}`: the name stands in a value."""
        for field in _PAIR_NAMES:
            meaning = _label(event.get(field))
            if meaning is not Kind.PLAIN:
                for other in _PAIR_VALUES:
                    if other in out:
                        out[other] = self._named(meaning, event[other], depth)

    def _judge(self, name: Any, parent: Any, names: dict[Any, Kind]) -> tuple[Any, Kind]:
        """Judge a name that was not seen before; a name may hold a secret as well."""
        if not isinstance(name, str):
            harmless = name is None or isinstance(name, bool | int | float)
            return (name if harmless else f"<{type(name).__name__}>"), Kind.PLAIN
        meaning = kind(f"{parent}.{name}") if name.lower() in _VAGUE else kind(name)
        clean = self._scanner.clean(name, self.findings)
        if clean != name:
            return clean, meaning
        if len(name) <= _LONGEST_CACHED and len(names) < _CACHED:
            names[name] = meaning
        return name, meaning

    def _spread(self, value: Any, depth: int) -> None:
        """Note the secrets of a subtree that goes as a whole."""
        if depth > DEEPEST:
            return
        if isinstance(value, str):
            if values.looks_secret(value):
                self.findings.spreading.add(value)
        elif isinstance(value, Mapping):
            for item in value.values():
                self._spread(item, depth + 1)
        elif isinstance(value, list | tuple | set | frozenset):
            for item in value:
                self._spread(item, depth + 1)

    def _count(self, rule: str) -> None:
        self.findings.counts[rule] = self.findings.counts.get(rule, 0) + 1


def spread(node: Any, pieces: list[tuple[str, str]]) -> None:
    """Mask values, given with the pieces to look for, in all texts of an event."""
    for at, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if value.__class__ is str:
            for piece, whole in pieces:
                if piece in value:
                    node[at] = value = _without(value, piece, whole)  # noqa: PLW2901 - one after the other
        elif isinstance(value, dict | list):
            spread(value, pieces)


def _without(text: str, piece: str, whole: str) -> str:
    spans = []
    at = text.find(piece)
    while at >= 0:
        stop, end = at + len(piece), len(piece)
        while stop < len(text) and end < len(whole) and text[stop] == whole[end]:
            stop += 1
            end += 1
        spans.append(Span(at, stop, "spread"))
        at = text.find(piece, stop)
    return mask(text, spans)


def _label(text: Any) -> Kind:
    """Say whether a text is the name of what stands beside it: a header, an option."""
    if not isinstance(text, str) or len(text) > _LONGEST_LABEL or not text.isascii() or not _LABEL.issuperset(text):
        return Kind.PLAIN
    return kind(text)


def _masked(value: Any) -> Any:
    """Keep the shape of a subtree and none of its values."""
    if isinstance(value, Mapping):
        return {str(name): _masked(item) for name, item in list(value.items())[:50]}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(item) for item in list(value)[:50]]
    return value if value is None or isinstance(value, bool) else MASK
