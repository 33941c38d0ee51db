"""Scan a text: every rule at the places where its literal is, decoding of what is encoded, and the plain form of what is escaped."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Any, Final

from outwarden.redact import rules, values
from outwarden.redact.canonical import canonical, unfolded
from outwarden.redact.decoding import decode
from outwarden.redact.matcher import Matcher, lower
from outwarden.redact.names import Kind
from outwarden.redact.needles import Needles
from outwarden.redact.runs import Hints, form_of, numbers
from outwarden.redact.spans import Span, mask

LONGEST: Final = 16_384
"""Only so much of one text is looked at; what lies behind is dropped, not passed."""

_DEEPEST: Final = 2
_MOST_HITS: Final = 1500
_LITERALS: Final = rules.literals()
_DISGUISES: Final = frozenset((*rules.ESCAPES, *rules.FOLDS))
_REMEMBERED: Final = 8192
_LONGEST_REMEMBERED: Final = 200
_PERCENT: Final = re.compile("%[0-9a-fA-F]{2}")
_TAIL: Final = re.compile(r"[A-Za-z0-9+/_-]{0,4}={0,2}")

Leaf = tuple[Any, Any, str]
"""A container, the place in it, and the text that stands there."""


class Findings:
    """What a scan found, besides the clean text."""

    __slots__ = ("counts", "spreading")

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.spreading: set[str] = set()
        """Values to look for in the rest of the event."""

    def add(self, text: str, spans: list[Span]) -> None:
        """Note the spans that were found in a text."""
        for start, stop, rule, spreads in spans:
            self.counts[rule] = self.counts.get(rule, 0) + 1
            if spreads and stop - start >= values.SHORTEST_SPREADING:
                self.spreading.add(text[start:stop])


class Scanner:
    """All rules together with the known secrets; compiled once, used by many threads."""

    def __init__(self, needles: Needles, *, fast: bool = True) -> None:
        self.needles: Final = needles
        self.harmless: Final[dict[str, None]] = {}
        """Texts in which nothing was found."""
        self.names: Final[dict[str, Kind]] = {}
        """Names of fields in which nothing was found, with what they mean."""
        self._matcher: Final = Matcher(_LITERALS, needles.plain, fast=fast)

    def clean(self, text: str, findings: Findings) -> str:
        """Mask what is, or may be, a secret in one text."""
        return self._clean(text[:LONGEST], findings, 0)

    def clean_leaves(self, leaves: list[Leaf], findings: Findings) -> None:
        """Clean many texts at once, each in its place."""
        texts = [leaf[2] for leaf in leaves]
        flat = "\0".join(texts)
        if len(flat) > LONGEST or flat.count("\0") != len(texts) - 1:
            texts = [text[:LONGEST].replace("\0", "\ufffd") for text in texts]
            flat = "\0".join(texts)
        spans, marks = self.spans(flat)
        if not spans and not marks and flat.isascii() and len(flat) <= LONGEST:
            self._remember(texts)
            return
        ends = list(accumulate([len(text) + 1 for text in texts]))
        disguised = {bisect_right(ends, at) for at in marks}
        if not flat.isascii():
            disguised.update(index for index, text in enumerate(texts) if not text.isascii())
        inside: dict[int, list[Span]] = {}
        for span in spans:
            index = bisect_right(ends, span.start)
            if span.stop < ends[index]:
                start = ends[index] - len(texts[index]) - 1
                inside.setdefault(index, []).append(span._replace(start=span.start - start, stop=span.stop - start))
            else:
                disguised.update(range(index, bisect_right(ends, span.stop - 1) + 1))
        for index, (container, at, text) in enumerate(leaves):
            kept = texts[index]
            if index in disguised:
                kept = self._clean(kept, findings, 0)
            elif index in inside:
                findings.add(kept, inside[index])
                kept = mask(kept, inside[index])
            if kept is not text:
                container[at] = kept

    def _remember(self, texts: list[str]) -> None:
        """Programs say the same things again and again: know the texts that hold nothing."""
        if len(self.harmless) > _REMEMBERED:
            self.harmless.clear()
        self.harmless.update(dict.fromkeys([text for text in texts if len(text) <= _LONGEST_REMEMBERED]))

    def spans(self, text: str, depth: int = 0) -> tuple[list[Span], list[int]]:
        """Give what must go, and the places of escapes and line ends."""
        spans: list[Span] = []
        marks: list[int] = []
        covered = 0
        plain = self.needles.plain
        low = lower(text)
        hits = self._matcher.hits(low)
        if len(hits) > _MOST_HITS:
            return [Span(0, len(text), "text.dense", spreads=False)], []
        for at, literal in hits:
            if at < covered:
                continue
            if literal in _DISGUISES:
                if literal != "%" or _PERCENT.match(text, at):
                    marks.append(at)
                continue
            for rule in rules.RULES.get(literal, ()):
                span = rule(text, at)
                if span is not None:
                    spans.append(span)
                    covered = max(covered, span.stop)
            if literal in plain:
                start, stop = self.needles.grow(low, at, literal)
                spans.append(Span(start, stop, "secret"))
                covered = max(covered, stop)
        raw = text.encode("latin-1", "replace")
        form = form_of(raw)
        spans.extend(numbers(text, form))
        if depth < _DEEPEST:
            hints = Hints(raw)
            if hints:
                self._decode(text, hints, spans, depth)
        return spans, marks

    def _clean(self, text: str, findings: Findings, depth: int) -> str:
        spans, marks = self.spans(text, depth)
        if marks or not text.isascii():
            return self._clean_disguised(text, spans, findings, depth)
        if not spans:
            return text
        findings.add(text, spans)
        return mask(text, spans)

    def _clean_disguised(self, text: str, spans: list[Span], findings: Findings, depth: int) -> str:
        """Clean a text in its plain form: as it stands, a token would be cut at its first escape and its rest be left.

        Values behind labels and in URLs go first, for there the escapes say where the value ends.
        """
        labelled = [span for span in spans if span.rule.startswith(("text.", "secret"))]
        if labelled:
            findings.add(text, labelled)
            text = mask(text, labelled)
        plain = canonical(text)
        found = self.spans(plain, depth)[0] if labelled or plain != text else spans
        if found:
            findings.add(plain, found)
            text = mask(plain, found)
        joined = unfolded(text if found else plain)
        if joined != (text if found else plain):
            found = self.spans(joined, depth)[0]
            if found:
                findings.add(joined, found)
                text = mask(joined, found)
        return text

    def _decode(self, text: str, hints: Hints, spans: list[Span], depth: int) -> None:
        for start, stop, said in decode(text, hints):
            inner = Findings()
            if self._clean(said, inner, depth + 1) != said:
                tail = _TAIL.match(text, stop)
                end = tail.end() if tail is not None else stop
                spans.append(Span(start, end, f"encoded.{next(iter(inner.counts))}", spreads=False))
