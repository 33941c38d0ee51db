"""Batch: all texts of an event, cleaned together; one look at all of them says which have to be looked at by themselves."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Any, Final

from outwarden.redact.budget import WORK, Budget, Exhausted
from outwarden.redact.canonical import is_undisguised, is_well_formed, well_formed
from outwarden.redact.findings import Findings, Sight
from outwarden.redact.marks import MASK
from outwarden.redact.personal import is_amount
from outwarden.redact.runs import NO_HINTS, Hints
from outwarden.redact.scan import LONGEST, Scanner, gone
from outwarden.redact.spans import Span, mask, moved

MOST_CHARACTERS: Final = 1 << 20
"""No event has more text."""

_FEW: Final = 4
"""So many texts are cleaned one after the other where there is something in one of them; and so many spans are few."""
_UNLABELLED: Final = frozenset(("text.card", "text.iban", "text.phone", "text.nik"))
_WHOLE: Final = frozenset(
    ("intValue", "asInt", "timeUnixNano", "startTimeUnixNano", "endTimeUnixNano", "observedTimeUnixNano")
)
"""Whole numbers that OTLP writes as texts: no card is among them unless its name says so."""


class TooMuch(Exception):
    """An event is larger or deeper than any event may be."""


class Batch:
    """The texts of one event.

    Args:
        scanner: cleans them.
        texts: what is to be cleaned; changed in place.
        holders: the containers in which they stand; changed as well.
        keys: the place of each text in its container.
        findings: what was found so far, and what it may still cost.
    """

    __slots__ = ("_alone", "_encoded", "_ends", "_findings", "_holders", "_keys", "_marked", "_scanner", "_texts")

    def __init__(
        self, scanner: Scanner, texts: list[str], holders: list[Any], keys: list[Any], findings: Findings
    ) -> None:
        self._scanner = scanner
        self._texts = texts
        self._holders = holders
        self._keys = keys
        self._findings = findings
        self._ends: list[int] = []
        """The place behind each text, where all are joined."""
        self._marked: dict[int, list[int]] = {}
        """Texts in which escapes and line ends begin, with their places where all are joined."""
        self._encoded: set[int] = set()
        """Texts in which something may be encoded."""
        self._alone: set[int] = set()
        """Texts of which the look at all of them does not tell what is in them."""

    def clean(self) -> None:
        """Clean all texts, in the list and in their places.

        Raises:
            TooMuch: they are longer than those of any event may be.
        """
        scanner, texts, holders, keys, findings = self._scanner, self._texts, self._holders, self._keys, self._findings
        flat = _joined(texts, holders, keys)
        budget = findings.budget
        budget.left += len(flat) // LONGEST * WORK
        spans, marks, hints = self._seen(flat, budget)
        asked_for = [at for at, text in enumerate(texts) if scanner.is_asked_for(text)] if scanner.patterns else []
        plain = is_undisguised(flat)
        if plain and not (marks or hints.any or asked_for):
            if not spans:
                if not findings.spreading:
                    scanner.memory.add_texts(texts)
                return
            if len(spans) <= _FEW and self._mask(flat, spans):
                return
        self._ends = ends = list(accumulate([len(text) + 1 for text in texts]))
        for at in marks:
            self._marked.setdefault(bisect_right(ends, at), []).append(at)
        if asked_for:
            self._alone.update(asked_for)
        if not plain:
            self._alone.update([index for index, text in enumerate(texts) if not is_undisguised(text)])
        inside, astray = _shares(spans, ends, texts, keys)
        self._alone |= astray
        if hints.any:
            self._encoded = hints.among(ends, {index: self._surely(index, own) for index, own in inside.items()})
        closely = []
        for index in self._alone.union(self._marked, inside, self._encoded):
            holder, key, text = holders[index], keys[index], texts[index]
            if holder[key] is not text:
                continue  # its neighbour said that it goes as a whole
            own = inside.get(index)
            if own is None:
                closely.append(index)
                continue
            if index in self._alone or index in self._marked:
                text = scanner.cleaned(text, findings, self._sight(index, own))
            else:
                findings.add(text, own)
                text = mask(text, own)
                if index in self._encoded:
                    text = scanner.read(text, findings)
            holder[key] = texts[index] = text
        if closely:
            self._clean_closely(sorted(closely, key=lambda index: len(texts[index])))  # what costs too much comes last

    def _mask(self, flat: str, spans: list[Span]) -> bool:
        """Mask a few spans where nothing else is to be looked at; false, and nothing done, where one goes over several texts."""
        texts, holders, keys = self._texts, self._holders, self._keys
        inside: dict[int, list[Span]] = {}
        for span in spans:
            start, stop, rule, _, _ = span
            if flat.find("\0", start, stop) >= 0:
                return False
            index = flat.count("\0", 0, start)
            if rule not in _UNLABELLED or not _is_count(keys[index], texts[index]):
                inside.setdefault(index, []).append(moved(span, -1 - flat.rfind("\0", 0, start)))
        for index, own in inside.items():
            holder, key, text = holders[index], keys[index], texts[index]
            if holder[key] is text:
                self._findings.add(text, own)
                holder[key] = texts[index] = mask(text, own)
        return True

    def _sight(self, index: int, spans: list[Span]) -> Sight | None:
        """Give what was seen in one text, so that it need not be looked at again; None where it has to be."""
        if index in self._alone:
            return None
        begin = self._ends[index] - len(self._texts[index]) - 1
        marks = [at - begin for at in self._marked.get(index, ())]
        return Sight(spans, marks, hidden=index in self._encoded)

    def _surely(self, index: int, spans: list[Span]) -> list[Span]:
        """Give those of the spans that go, whatever the plain form of the text says, with all that is encoded there."""
        if index in self._alone:
            return []
        return gone(self._texts[index], spans, escaped=index in self._marked)

    def _sight_of(self, indices: list[int]) -> Sight | None:
        """Give what was seen in several texts, in which nothing has to go as they stand, as places of them joined."""
        if not self._alone.isdisjoint(indices):
            return None
        marks: list[int] = []
        begin = 0
        for index in indices:
            shift = begin - self._ends[index] + len(self._texts[index]) + 1
            marks += [at + shift for at in self._marked.get(index, ())]
            begin += len(self._texts[index]) + 1
        return Sight([], marks, hidden=not self._encoded.isdisjoint(indices))

    def _put(self, index: int, text: str) -> None:
        self._holders[index][self._keys[index]] = self._texts[index] = text

    def _seen(self, flat: str, budget: Budget) -> tuple[list[Span], list[int], Hints]:
        """Look at all texts together; where that costs too much of what there is, each is to be looked at by itself."""
        part = budget.left * 4 // 5
        kept, budget.left = budget.left - part, part
        try:
            seen = self._scanner.spans(flat, budget)
        except Exhausted:
            budget.left = kept
            return [Span(0, len(flat), "text.dense", spreads=False)], [], NO_HINTS
        budget.left += kept
        return seen

    def _clean_closely(self, indices: list[int]) -> None:
        """Clean texts in which something may be hidden; mostly one look at all of them together says that nothing is."""
        texts, findings = self._texts, self._findings
        if findings.budget.left <= 0:
            for index in indices:
                self._put(index, MASK)
                findings.note("text.dense")
            return
        if len(indices) > 1:
            joined = "\0".join([texts[index] for index in indices])
            if self._scanner.holds_nothing(joined, findings.budget, self._sight_of(indices)):
                return
        if len(indices) > _FEW:
            middle = len(indices) // 2
            self._clean_closely(indices[:middle])
            self._clean_closely(indices[middle:])
            return
        for index in indices:
            self._put(index, self._scanner.cleaned(texts[index], findings, self._sight(index, [])))


def _joined(texts: list[str], holders: list[Any], keys: list[Any]) -> str:
    """Put all texts in one, each as long as it may be, with a NUL between them.

    Raises:
        TooMuch: they are longer than those of any event may be.
    """
    flat = "\0".join(texts)
    if len(flat) > MOST_CHARACTERS:
        raise TooMuch
    if len(flat) > LONGEST or flat.count("\0") >= len(texts) or not (flat.isascii() or is_well_formed(flat)):
        for index, (holder, key, text) in enumerate(zip(holders, keys, texts, strict=True)):
            texts[index] = kept = well_formed(text[:LONGEST])
            if holder[key] is text:
                holder[key] = kept
        flat = "\0".join(texts)
    return flat


def _shares(
    spans: list[Span], ends: list[int], texts: list[str], keys: list[Any]
) -> tuple[dict[int, list[Span]], set[int]]:
    """Give what must go of each of the texts, and which of them are to be looked at alone.

    That is where the whole event was too dense, or a rule went astray.
    """
    inside: dict[int, list[Span]] = {}
    astray: set[int] = set()
    for span in spans:
        start, stop, rule, _, _ = span
        index = bisect_right(ends, start)
        if rule in _UNLABELLED and _is_count(keys[index], texts[index]):
            continue
        if stop < ends[index]:
            begin = ends[index] - len(texts[index]) - 1
            inside.setdefault(index, []).append(moved(span, -begin))
        else:
            astray.update(range(index, bisect_right(ends, stop - 1) + 1))
    return inside, astray


def _is_count(name: Any, text: str) -> bool:
    """Say whether a text is nothing but a number that its name says is a count or an amount."""
    return name in _WHOLE or (isinstance(name, str) and text.isdigit() and is_amount(name))
