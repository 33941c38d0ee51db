"""Scan a text: every rule at the places where its literal is, decoding of what is encoded, and the plain form of what is escaped."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Any, Final

from outwarden.redact.additions import NONE, Additions
from outwarden.redact.budget import WORK, Budget, Exhausted
from outwarden.redact.canonical import canonical, is_well_formed, undisguised, unfolded, well_formed
from outwarden.redact.decoding import Decoded, decode, wide_texts
from outwarden.redact.expression import expression
from outwarden.redact.findings import Findings, Sight
from outwarden.redact.folds import Joined, in_tokens
from outwarden.redact.marks import MASK
from outwarden.redact.memory import Memory
from outwarden.redact.needles import Needles
from outwarden.redact.reading import Reader
from outwarden.redact.runs import NO_HINTS, Hints, form_of, numbers
from outwarden.redact.search import Search
from outwarden.redact.signs import LINE_ENDS
from outwarden.redact.spans import Span, mask

LONGEST: Final = 16_384
"""Only so much of one text is looked at; what lies behind is dropped, not passed."""

MOST_CHARACTERS: Final = 1 << 20
"""No event has more text."""

_DEEPEST: Final = 2
_MOST_DECODED: Final = 64
_FEW: Final = 4
"""So many texts are cleaned one after the other where there is something in one of them."""
_STEP: Final = 120
"""What any look costs besides the characters."""
_LINE: Final = 10
"""What it costs to join two lines."""
_END: Final = 12
"""What it costs to tell whether a line ends inside a token."""
_PIECE: Final = 100
"""What it costs to decode something, besides what it says."""
_NUMBERED: Final = 6
"""What it costs to undo one sign of quoted-printable text."""
_TEXT: Final = 200
"""What it costs to clean a text by itself, besides the looks."""
_MOST_FOUND: Final = 800
"""A text with more of what the configuration's expressions find is given up as a whole."""
_SURE: Final = frozenset(
    ("secret", "text.secret", "text.scheme", "text.userinfo", "text.header", "text.argument", "text.personal")
)
"""Rules that find the end of a value also where it is escaped."""
_QUOTED: Final = "=3D"
"""A sign of quoted-printable text, of which more than line ends has to be undone."""
_UNLABELLED: Final = frozenset(("text.card", "text.iban", "text.phone"))
_WHOLE: Final = frozenset(
    ("intValue", "asInt", "timeUnixNano", "startTimeUnixNano", "endTimeUnixNano", "observedTimeUnixNano")
)
"""Whole numbers that OTLP writes as texts: no card is among them unless its name says so."""
_BOT: Final = expression(r"[MNO][A-Za-z0-9]{22,27}\.[A-Za-z0-9_-]{5,8}\.[A-Za-z0-9_-]{24,48}(?![A-Za-z0-9])")
"""A bot's token of Discord: its number in base64, a time, a signature."""
_TAIL: Final = expression(r"[A-Za-z0-9+/_-]{0,4}={0,2}")

Place = tuple[Any, Any]
"""A container, and the place in it where a text stands."""


class TooMuch(Exception):
    """An event is larger or deeper than any event may be."""


class Scanner:
    """All rules together with the known secrets; compiled once, used by many threads."""

    def __init__(self, needles: Needles, additions: Additions = NONE, *, fast: bool = True) -> None:
        self.needles: Final = needles
        self.judge: Final = additions.judge
        """Says what the name of a field stands before."""
        self._patterns: Final = additions.patterns
        self._off: Final = additions.off
        self.memory: Final = Memory()
        """What was found out so far."""
        self._search: Final = Search(needles, additions, fast=fast)
        self._reader: Final = Reader(needles.plain, fast=fast)

    def clean(self, text: str, findings: Findings) -> str:
        """Mask what is, or may be, a secret in one text."""
        return self._cleaned(well_formed(text[:LONGEST]), findings)

    def _cleaned(self, text: str, findings: Findings, sight: Sight | None = None) -> str:
        """Do the same where it does not cost too much; else nothing of the text is left."""
        try:
            return self._clean(text, findings, 0) if sight is None else self._treat(text, sight, findings, 0)
        except Exhausted:
            findings.note("text.dense")
            return MASK

    def clean_all(self, texts: list[str], places: list[Place], findings: Findings) -> None:
        """Clean many texts at once, in the list and in their places."""
        flat = _joined(texts, places)
        budget = findings.budget
        budget.left += len(flat) // LONGEST * WORK
        spans, marks, hints = self._flat(flat, budget)
        asked_for = [index for index, text in enumerate(texts) if self._is_asked_for(text)] if self._patterns else []
        plain = flat.isascii()
        if plain and not (spans or marks or hints.any or asked_for):
            if not findings.spreading:
                self.memory.add_texts(texts)
            return
        ends = list(accumulate([len(text) + 1 for text in texts]))
        again = {bisect_right(ends, at) for at in marks}
        again.update(asked_for)
        if not plain:
            again.update([index for index, text in enumerate(texts) if not text.isascii()])
        encoded = hints.among(ends) if hints.any else frozenset()
        inside, astray = _shares(spans, ends, texts, places)
        again |= astray
        closely = []
        for index in again.union(inside, encoded):
            container, at = places[index]
            text = texts[index]
            if container[at] is not text:
                continue  # its neighbour said that it goes as a whole
            if index not in inside:
                closely.append(index)
                continue
            if index in again:
                text = self._cleaned(text, findings)
            else:
                findings.add(text, inside[index])
                text = mask(text, inside[index])
                if index in encoded:
                    text = self._read(text, findings)
            container[at] = texts[index] = text
        if len(closely) == 1 and plain and not self._patterns and not astray:
            (index,) = closely
            container, at = places[index]
            begin = ends[index] - len(texts[index]) - 1
            own = [mark - begin for mark in marks if begin <= mark < ends[index]]
            container[at] = texts[index] = self._cleaned(
                texts[index], findings, Sight([], own, hidden=index in encoded)
            )
        elif closely:
            self._clean_closely(closely, texts, places, findings)

    def _flat(self, flat: str, budget: Budget) -> tuple[list[Span], list[int], Hints]:
        """Look at all texts together; where that costs too much of what there is, each is to be looked at by itself."""
        part = Budget(budget.left * 4 // 5)
        budget.left -= part.left
        try:
            seen = self.spans(flat, part)
        except Exhausted:
            return [Span(0, len(flat), "text.dense", spreads=False)], [], NO_HINTS
        budget.left += part.left
        return seen

    def _clean_closely(self, indices: list[int], texts: list[str], places: list[Place], findings: Findings) -> None:
        """Clean texts in which something may be hidden; mostly one look at all of them together says that nothing is."""
        if findings.budget.left <= 0:
            for index in indices:
                container, at = places[index]
                container[at] = texts[index] = MASK
                findings.note("text.dense")
            return
        if len(indices) > 1 and self._hold_nothing("\0".join([texts[index] for index in indices]), findings.budget):
            return
        if len(indices) > _FEW:
            middle = len(indices) // 2
            self._clean_closely(indices[:middle], texts, places, findings)
            self._clean_closely(indices[middle:], texts, places, findings)
            return
        for index in sorted(indices, key=lambda index: len(texts[index])):  # what costs too much comes last
            container, at = places[index]
            container[at] = texts[index] = self._cleaned(texts[index], findings)

    def _hold_nothing(self, texts: str, budget: Budget) -> bool:
        part = Budget(budget.left // 2)
        given = part.left
        try:
            return self._clean(texts, Findings(part), 0) == texts
        except Exhausted:
            return False
        finally:
            budget.left -= given - max(0, part.left)

    def spans(self, text: str, budget: Budget, depth: int = 0) -> tuple[list[Span], list[int], Hints]:
        """Give what must go, the places of escapes and line ends, and where something may be encoded.

        Raises:
            Exhausted: the budget is too small.
        """
        budget.spend(len(text) // 4 + _STEP)
        seen = self._search.run(text, budget)
        if seen is None:
            return [Span(0, len(text), "text.dense", spreads=False)], [], NO_HINTS
        spans, marks, clued, wide = seen
        raw = text.encode("latin-1", "replace")
        found = numbers(text, form_of(raw), budget)
        spans += [one for one in found if one.rule not in self._off] if self._off else found
        if depth >= _DEEPEST:
            return spans, marks, NO_HINTS
        hints = Hints(raw)
        if hints.any:
            self._decode(text, decode(text, hints), spans, budget, depth)
        if wide:
            self._decode(text, wide_texts(text, wide), spans, budget, depth)
        hints.add(clued)
        return spans, marks, hints

    def _is_asked_for(self, text: str) -> bool:
        """Say whether an expression of the configuration is in a text."""
        return any(pattern.search(text) is not None for _, pattern in self._patterns)

    def _spans(self, text: str, budget: Budget, depth: int) -> tuple[list[Span], list[int], Hints]:
        """Give the same for one text alone: expressions of the configuration may ask where it begins and ends."""
        spans, marks, hints = self.spans(text, budget, depth)
        for rule, pattern in self._patterns:
            for found in pattern.finditer(text):
                start, stop = found.span("secret" if "secret" in pattern.groupindex else 0)
                spans.append(Span(start, stop, rule) if start >= 0 else Span(*found.span(), rule))
            if len(spans) > _MOST_FOUND:
                return [Span(0, len(text), "text.dense", spreads=False)], [], NO_HINTS
        return spans, marks, hints

    def _clean(self, text: str, findings: Findings, depth: int) -> str:
        findings.budget.spend(_TEXT)
        shown = text
        if not text.isascii() and (shown := undisguised(text)) != text:
            findings.budget.spend(len(text) // 2)
        spans, marks, hints = self._spans(shown, findings.budget, depth)
        sight = Sight(spans, marks, hidden=hints.any, disguised=shown is not text)
        cleaned = self._treat(shown, sight, findings, depth)
        return text if cleaned == shown else cleaned

    def _treat(self, text: str, sight: Sight, findings: Findings, depth: int) -> str:
        """Mask what was seen in a text that is no longer disguised, and read what is left of it."""
        spans, marks, hidden, disguised = sight
        if marks:
            cleaned = self._clean_escaped(text, spans, findings, depth)
        elif spans:
            findings.add(text, spans)
            cleaned = mask(text, spans)
        else:
            cleaned = text
        if depth == 0 and (marks or hidden or disguised):
            seen = not hidden and (cleaned is text or all(text[at] in LINE_ENDS for at in marks))
            cleaned = self._read(cleaned, findings, seen=seen)
        return cleaned

    def _read(self, text: str, findings: Findings, *, seen: bool = False) -> str:
        """Look at what is to be kept as a thief would who knows that a secret may be in it."""
        read = self._reader.conceal(text, findings.budget, seen=seen)
        if read != text:
            findings.note("secret")
        return read

    def _clean_escaped(self, text: str, spans: list[Span], findings: Findings, depth: int) -> str:
        """Clean a text in its plain form: as it stands, a token would be cut at its first escape and its rest be left.

        Credentials behind labels and in URLs go first, for there the escapes say where the value ends.
        """
        budget = findings.budget
        sure = [span for span in spans if span.rule in _SURE]
        longer = self._is_longer(text, sure, budget)
        if longer:
            sure = [span for span in sure if span.rule != "secret"]
        if sure:
            findings.add(text, sure)
            text = mask(text, sure)
        budget.spend(len(text) // 8 + _STEP)
        plain = canonical(text)
        budget.spend(plain.count("\n") * _END + (plain.count("=") * _NUMBERED if _QUOTED in plain else 0))
        found = self._spans(plain, budget, depth)[0] if sure or plain != text else spans
        joined = unfolded(plain) if longer or _QUOTED in plain or in_tokens(plain) else plain
        if joined != plain:
            again = canonical(joined)  # a line end may have stood inside an escape
            if again != joined or _QUOTED in plain:
                over = self._spans(again, budget, depth)[0]
                kept = mask(plain, found) if found else plain
                pieces = {again[span.start : span.stop] for span in over}
                if any(piece not in plain or piece in kept for piece in pieces):
                    findings.add(again, over)
                    return mask(again, over)
            else:
                budget.spend(_LINE * plain.count("\n"))
                lines = Joined(plain)
                found = [*found, *lines.spans(self._spans(lines.text, budget, depth)[0])]
        if found:
            findings.add(plain, found)
            text = mask(plain, found)
        return text

    def _is_longer(self, text: str, spans: list[Span], budget: Budget) -> bool:
        """Say whether more of a known secret stands in the plain form of a text: an escape or a line end parts it."""
        if all(span.rule != "secret" for span in spans) or (plain := unfolded(canonical(text))) == text:
            return False
        budget.spend(len(text) // 4 + _STEP)
        return self._search.known(text) < self._search.known(plain)

    def _decode(self, text: str, pieces: Iterable[Decoded], spans: list[Span], budget: Budget, depth: int) -> None:
        for number, (start, stop, said) in enumerate(pieces):
            budget.spend(len(said) // 8 + _PIECE)
            if number >= _MOST_DECODED or len(said) > LONGEST:
                spans.append(Span(0, len(text), "text.dense", spreads=False))
                return
            if said.isdigit() and (whole := _BOT.match(text, start)) is not None:
                spans.append(Span(start, whole.end(), "discord.token"))
                continue
            inner = Findings(budget)
            if self._clean(said, inner, depth + 1) != said:
                tail = _TAIL.match(text, stop)
                end = tail.end() if tail is not None else stop
                spans.append(Span(start, end, f"encoded.{next(iter(inner.counts))}", spreads=False))


def _joined(texts: list[str], places: list[Place]) -> str:
    """Put all texts in one, each as long as it may be, with a NUL between them.

    Raises:
        TooMuch: they are longer than those of any event may be.
    """
    flat = "\0".join(texts)
    if len(flat) > MOST_CHARACTERS:
        raise TooMuch
    if len(flat) > LONGEST or "\0" in "".join(texts) or not is_well_formed(flat):
        for index, (container, at) in enumerate(places):
            text = texts[index]
            texts[index] = kept = well_formed(text[:LONGEST])
            if container[at] is text:
                container[at] = kept
        flat = "\0".join(texts)
    return flat


def _shares(
    spans: list[Span], ends: list[int], texts: list[str], places: list[Place]
) -> tuple[dict[int, list[Span]], set[int]]:
    """Give what must go of each of the texts, and which of them are to be looked at alone.

    That is where the whole event was too dense, or a rule went astray.
    """
    inside: dict[int, list[Span]] = {}
    astray: set[int] = set()
    for start, stop, rule, spreads, _ in spans:
        index = bisect_right(ends, start)
        if rule in _UNLABELLED and places[index][1] in _WHOLE:
            continue
        if stop < ends[index]:
            begin = ends[index] - len(texts[index]) - 1
            inside.setdefault(index, []).append(Span(start - begin, stop - begin, rule, spreads))
        else:
            astray.update(range(index, bisect_right(ends, stop - 1) + 1))
    return inside, astray
