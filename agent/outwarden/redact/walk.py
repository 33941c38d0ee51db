"""Walk an event of any shape: the structure stays, names say what their values are, and all texts are scanned together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from outwarden.redact import arguments, grids, houses, lists, named
from outwarden.redact.batch import Batch, TooMuch
from outwarden.redact.findings import Findings
from outwarden.redact.marks import MASK
from outwarden.redact.meanings import IN_PAIRS, JWK, PAIRS, PARAMETERS, Meanings
from outwarden.redact.name_lists import LISTS, holds_names
from outwarden.redact.names import HOUSE, MAYBE, PERSONAL, PLAIN, SECRET, Kind, last_word
from outwarden.redact.pairs import (
    ANSWERS,
    KVLIST,
    OTHER_NAMES,
    PAIR_NAMES,
    PAIR_VALUES,
    REFUSED,
    TITLES,
    WAY,
    WRAPS,
    titled,
)
from outwarden.redact.pseudonyms import Pseudonyms
from outwarden.redact.scan import Scanner
from outwarden.redact.spread import secrets_of, spread

DEEPEST: Final = 32
"""Lists of mappings that OTLP holds in an attribute are twenty deep."""
MOST_NODES: Final = 5_000

_NODE: Final = 20
_NAME: Final = 40
_SPREAD: Final = 40
"""What an entry costs besides its text, a new name, and a value to be looked for, in characters that are looked at."""
_SHORTEST: Final = 6
"""Texts below this length hold nothing that a rule would find without a name."""
_LARGEST_PAIR: Final = 12
_LISTED: Final = lists.SHORTEST
_SHORTEST_COMMAND: Final = 3
_COMMAND: Final = 600
"""What it costs to look through a list of arguments."""
_PRIVATE: Final = frozenset(("d", "p", "q", "dp", "dq", "qi", "k"))
"""The private numbers of a key in JSON (RFC 7518, section 6)."""
_SEVERAL: Final = ("tokens", "passwords", "apikeys")
"""Names of several secrets, which may have names of their own: `{"tokens": {"primary": "…"}}`."""
_INERT: Final = frozenset((int, float, bool, type(None)))
_NUMBERS: Final = frozenset((int, float))
_BYTES: Final = (bytes, bytearray)
_SCALARS: Final = (bool, int, float)
_SEQUENCES: Final = (list, tuple, set, frozenset)
_RULES: Final = {meaning: f"key.{meaning.name.lower()}" for meaning in Kind}


class Walk:
    """One walk over one event."""

    def __init__(self, scanner: Scanner, pseudonyms: Pseudonyms) -> None:
        self.findings: Final = Findings()
        self._scanner = scanner
        self._memory = scanner.memory
        self._meanings: Final = Meanings(scanner)
        self._pseudonyms = pseudonyms
        self._texts: list[str] = []
        """Texts that are to be cleaned."""
        self._holders: list[Any] = []
        """The mapping or list in which each of them stands."""
        self._keys: list[Any] = []
        """Its name or place there; a tuple of both costs more than two lists."""
        self._told: list[str] = []
        """Texts that are known to hold nothing by themselves; they may repeat what was found elsewhere."""
        self._spelled: list[tuple[str, Any, Iterable[Any]]] = []
        """What numbers may stand for, what they stand in, and their places there."""
        self._nodes = 0

    def run(self, event: Mapping[Any, Any]) -> dict[Any, Any]:
        """Give a clean copy of the event.

        Raises:
            TooMuch: it is larger or deeper than allowed.
        """
        out = self._mapping(event, 0, "")
        fresh = self._meanings.fresh
        if self._texts or fresh or self._spelled:
            self.findings.budget.left -= (
                self._nodes * _NODE + len(fresh) * _NAME + len(self.findings.spreading) * _SPREAD
            )
            if fresh:
                self._put_behind(fresh)
            said = [text for text, _, _ in self._spelled]
            if said:
                self._put_behind(said)
            Batch(self._scanner, self._texts, self._holders, self._keys, self.findings).clean()
            if said:
                self._hide(said)
        if fresh:
            self._meanings.settle()
        if self.findings.spreading:
            spread(out, self.findings.spreading, [*self._texts, *self._told])
        return out

    def _put_behind(self, more: list[str]) -> None:
        """Add more texts that are to be cleaned; behind the others, for a secret may go over several of those."""
        self._texts += more
        self._holders += [more] * len(more)
        self._keys += range(len(more))

    def _mapping(self, event: Mapping[Any, Any], depth: int, parent: Any) -> dict[Any, Any]:
        self._nodes = nodes = self._nodes + len(event)
        if depth > DEEPEST or nodes > MOST_NODES:
            raise TooMuch  # also the end of a structure that holds itself
        memory = self._memory
        names = memory.names.get(parent)
        if names is None:
            names = memory.names_under(parent)
        plain, harmless = names.plain, memory.harmless
        texts, holders, keys = self._texts, self._holders, self._keys
        out = event.copy() if type(event) is dict else dict(event)
        for name, value in event.items():
            if name not in plain:
                name, meaning = self._meanings.of(name, parent, names, out)  # noqa: PLW2901 - an object becomes the name of its type
                if meaning is not PLAIN:
                    self._put_named(out, name, meaning, value, depth=depth, name=name)
                    continue
            sort = type(value)
            if sort is str:
                if value in harmless:
                    self._told.append(value)
                else:
                    texts.append(value)
                    holders.append(out)
                    keys.append(name)
            elif sort in _INERT:
                continue
            elif sort is dict:
                out[name] = self._mapping(value, depth + 1, name)
            elif sort is list:
                out[name] = self._sequence(value, depth + 1, name)
            else:
                self._put(out, name, value, depth, name)
        if len(event) >= _LISTED and type(next(iter(event.values()))) in _NUMBERS:
            self._spell([*out], [*event.values()], out)
        if names.holds:
            self._beside(event, out, depth, names.holds)
        return out

    def _beside(self, event: Mapping[Any, Any], out: dict[Any, Any], depth: int, holds: set[str]) -> None:
        """Look at values of which another one says what they are."""
        if JWK in holds and JWK in out:
            for part in _PRIVATE.intersection(out):
                self._put_named(out, part, SECRET, event[part], depth=depth, name=part)
        if PARAMETERS in holds:
            self._parameters(event, out, depth)
        if PAIRS in holds and len(out) <= _LARGEST_PAIR and not IN_PAIRS.isdisjoint(out):
            self._pair(event, out, depth)
            for head in grids.HEADS:
                if head in out:
                    for rows in grids.ROWS:
                        self._grid(event[head], event.get(rows), out.get(rows), depth)

    def _sequence(self, node: Any, depth: int, parent: Any) -> list[Any]:
        """Clean a list; an item may be the name of the one behind it, as in `["Authorization", "…"]`."""
        items = list(node)
        self._enter(len(items), depth)
        out: list[Any] = [None] * len(items)
        if len(items) >= lists.SHORTEST and items[0].__class__ in _NUMBERS:
            self._spell(range(len(items)), items, out)
        harmless, labels, last = self._memory.harmless, self._memory.labels, len(items) - 1
        if parent in LISTS and holds_names(parent, items):
            last = -1  # none of them is the value of the one before
        meaning = PLAIN
        for at, item in enumerate(items):
            if meaning is not PLAIN:
                self._put_named(out, at, meaning, item, depth=depth, name=parent)
                meaning = PLAIN
            elif item.__class__ is dict:
                out[at] = self._mapping(item, depth + 1, parent)
                if len(item) == 1 and at < last:  # OTLP wraps each argument
                    meaning = self._meanings.label(item.get("stringValue"), labels)
            elif item.__class__ is str:
                out[at] = item
                if item in harmless and len(item) >= _SHORTEST:
                    self._told.append(item)
                else:  # what is short may be a piece
                    self._add(item, out, at)
                if at < last:
                    meaning = labels.get(item) or self._meanings.label(item, labels)
            else:
                self._put(out, at, item, depth, parent)
                if at < last:
                    meaning = self._meanings.label(item, labels)
        if len(items) >= _SHORTEST_COMMAND and items[0].__class__ is str:
            self._command(items, out)
        elif len(items) > 1 and items[0].__class__ is items[1].__class__ is list:
            self._grid(items[0], items, out, depth, first=1)
        elif parent == KVLIST and len(items) <= _LARGEST_PAIR:
            self._kvlist(items, out, depth)
        return out

    def _kvlist(self, items: list[Any], out: list[Any], depth: int) -> None:
        """OTLP: look at a mapping that is written as a list of its fields as at any other, for one may name the next."""
        texts: dict[str, str] = {}
        places: dict[str, dict[Any, Any]] = {}
        for item, shown in zip(items, out, strict=True):
            if (
                isinstance(item, Mapping)
                and isinstance(item.get("key"), str)
                and isinstance(item.get("value"), Mapping)
            ):
                text = item["value"].get("stringValue")
                if isinstance(text, str) and isinstance(shown.get("value"), dict):
                    texts[item["key"]] = text
                    places[item["key"]] = shown["value"]
        if IN_PAIRS.isdisjoint(texts):
            return
        cleaned: dict[Any, Any] = dict(texts)
        self._pair(texts, cleaned, depth)
        for name, place in places.items():
            if cleaned[name] != texts[name]:
                place["stringValue"] = cleaned[name]

    def _command(self, items: list[Any], out: list[Any]) -> None:
        """Mask passwords in a list of arguments that only the program or an option of one letter gives away."""
        for item in items:
            if item.__class__ is str and item[:1] == "-":
                break
        else:
            return
        self.findings.budget.left -= _COMMAND
        for at, password in arguments.passwords(items).items():
            if out[at] == items[at]:
                out[at] = left = items[at].replace(password, MASK)
                if left != MASK:
                    self._add(left, out, at)  # more may stand in it
                self.findings.note("text.argument")
                self.findings.spreading.update(secrets_of(password))

    def _grid(self, head: Any, rows: Any, out: Any, depth: int, *, first: int = 0) -> None:
        """Mask the columns of a table whose names say that they are secret."""
        for row, at, meaning, value, name in grids.cells(head, rows, out, self._meanings.pair_label, first=first):
            self._put_named(row, at, meaning, value, depth=depth + 1, name=name)

    def _add(self, text: str, holder: Any, key: Any) -> None:
        self._texts.append(text)
        self._holders.append(holder)
        self._keys.append(key)

    def _spell(self, names: Iterable[Any], numbers: list[Any], out: Any) -> None:
        """Look at numbers as at the text that they may stand for."""
        said = lists.spelled(numbers)
        if said:
            self._spelled.append((said, out, names))

    def _hide(self, said: list[str]) -> None:
        """Mask the numbers that stand for a text in which something was found."""
        for (text, out, names), shown in zip(self._spelled, said, strict=True):
            if shown != text:
                for at in names:
                    if type(out[at]) in _NUMBERS:
                        out[at] = MASK

    def _enter(self, size: int, depth: int) -> None:
        self._nodes += size
        if depth > DEEPEST or self._nodes > MOST_NODES:
            raise TooMuch

    def _put(self, out: Any, at: Any, value: Any, depth: int, name: Any) -> None:
        """Put a value in its place, cleaned or to be cleaned."""
        if isinstance(value, _BYTES):
            value = value.decode("utf-8", "replace")
        elif isinstance(value, BaseException):
            value = f"{type(value).__name__}: {value}"
        if isinstance(value, str):
            out[at] = text = str(value)
            if len(text) >= _SHORTEST:
                if text in self._memory.harmless:
                    self._told.append(text)
                else:
                    self._add(text, out, at)
        elif value is None or isinstance(value, _SCALARS):
            out[at] = value
        elif isinstance(value, Mapping):
            out[at] = self._mapping(value, depth + 1, name)
        elif isinstance(value, _SEQUENCES):
            out[at] = self._sequence(value, depth + 1, name)
        else:
            out[at] = f"<{type(value).__name__}>"

    def _put_named(self, out: Any, at: Any, meaning: Kind, value: Any, *, depth: int, name: Any) -> None:
        """Put what stands for a value behind a name that says something."""
        if isinstance(value, _BYTES):
            value = value.decode("utf-8", "replace")
        if meaning is HOUSE:
            self.findings.budget.left -= houses.COST
        if isinstance(value, str):
            shown = named.text_for(meaning, value, self._pseudonyms, name)
            if shown is None:
                self._put(out, at, value, depth, name)
                return
            out[at] = shown
            if (meaning is SECRET or meaning is MAYBE) and (found := next(secrets_of(value), None)):
                self.findings.spreading.add(found)
        elif value is None or isinstance(value, bool):
            out[at] = value
            return
        elif isinstance(value, _SCALARS):
            out[at] = named.number_for(meaning, value, self._pseudonyms)
        elif isinstance(value, (*_SEQUENCES, Mapping)):
            if meaning is not SECRET or named.says_what_is_wrong(value):
                out[at] = self._structure(meaning, value, depth, name)
                return
            out[at] = self._masked(value, depth)
        else:
            out[at] = f"<{type(value).__name__}>"
            return
        if out[at] is not value:
            rule = _RULES[meaning]
            self.findings.counts[rule] = self.findings.counts.get(rule, 0) + 1

    def _structure(self, meaning: Kind, value: Any, depth: int, name: Any) -> Any:
        """Clean what stands behind a name that says something of each of its items."""
        if isinstance(value, Mapping):
            wraps = [wrap for wrap in value if wrap in WRAPS]
            if meaning is MAYBE and isinstance(name, str) and last_word(name) in _SEVERAL:
                wraps += [
                    one for one, item in value.items() if one not in WRAPS and one.__class__ is item.__class__ is str
                ]
            elif not wraps or not OTHER_NAMES.isdisjoint(value):
                return self._mapping(value, depth + 1, name)
            out = self._mapping({wrap: None if wrap in wraps else value[wrap] for wrap in value}, depth + 1, name)
            for wrap in wraps:
                self._put_named(out, wrap, meaning, value[wrap], depth=depth + 1, name=name)
            return out
        items = list(value)
        self._enter(len(items), depth + 1)
        listed: list[Any] = [None] * len(items)
        for at, item in enumerate(items):
            self._put_named(listed, at, meaning, item, depth=depth + 1, name=name)
        return listed

    def _masked(self, value: Any, depth: int) -> Any:
        """Keep the shape of a subtree, and of its values only what describes the others: `{"type": "service_account", …}`."""
        if isinstance(value, Mapping):
            self._enter(len(value), depth + 1)
            out: dict[Any, Any] = {}
            for name, item in value.items():
                shown = self._meanings.shown(name, out)
                if named.describes(name, item, value):
                    self._put(out, shown, item, depth + 1, name)
                elif named.is_time(item) and isinstance(name, str) and self._scanner.judge(name) is PERSONAL:
                    out[shown] = MASK
                else:
                    out[shown] = self._masked(item, depth + 1)
            return out
        if isinstance(value, _SEQUENCES):
            self._enter(len(value), depth + 1)
            return [self._masked(item, depth + 1) for item in value]
        if value is None or isinstance(value, bool) or named.is_time(value):
            return value
        self.findings.spreading.update(secrets_of(value))
        return MASK

    def _parameters(self, event: Mapping[Any, Any], out: dict[Any, Any], depth: int) -> None:
        """Mask the parameters of a statement that stand in another field."""
        from outwarden.redact import statements  # noqa: PLC0415 - few events have a statement

        for field, place, meaning in statements.parameters(event):
            if isinstance(place, tuple):
                self.findings.note("key.secret")
                out[field] = out[field].replace(event[field][slice(*place)], MASK)
                self._put(out, field, out[field], depth, field)
            else:
                self._put_named(out[field], place, meaning, event[field][place], depth=depth, name=field)

    def _pair(self, event: Mapping[Any, Any], out: dict[Any, Any], depth: int) -> None:
        """`{"name": "Authorization", "value": "…"}`: the name stands in a value."""
        for field, named_by in event.items():
            if field not in PAIR_NAMES or (field == WAY and "op" not in event and named_by.__class__ is not list):
                continue  # a patch of JSON has both, and some validators tell the way to a field in a list
            if isinstance(named_by, list | tuple):  # pydantic tells the way to a field
                named_by = named_by[-1] if named_by else None  # noqa: PLW2901 - its last step is its name
            meaning, called = self._meanings.pair_label(named_by), REFUSED if field == WAY else PAIR_VALUES
            if field in TITLES:
                meaning, called = titled(field, named_by, meaning), ANSWERS
            if meaning is not PLAIN:
                for other in [field for field in out if field in called]:  # a set has another order each time
                    self._put_named(out, other, meaning, event[other], depth=depth, name=named_by)
