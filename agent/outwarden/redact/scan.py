"""Scan a text: every rule at the places where its literal is, decoding of what is encoded, and the plain form of what is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from outwarden.redact import dumps, lists
from outwarden.redact.additions import NONE, Additions
from outwarden.redact.budget import Budget, Exhausted
from outwarden.redact.canonical import canonical, is_undisguised, undisguised, unfolded, well_formed
from outwarden.redact.decoding import Decoded, decode
from outwarden.redact.expression import expression
from outwarden.redact.findings import Findings, Sight
from outwarden.redact.folds import Joined, in_tokens
from outwarden.redact.grammars import BOT
from outwarden.redact.letters import TAG, Letters
from outwarden.redact.marks import MASK
from outwarden.redact.memory import Memory
from outwarden.redact.needles import Needles
from outwarden.redact.reading import Reader
from outwarden.redact.runs import NO_HINTS, Hints, form_of, numbers
from outwarden.redact.search import Search
from outwarden.redact.signs import LINE_ENDS, cost
from outwarden.redact.spans import Span, blanked, completed, mask

LONGEST: Final = 16_384
"""Only so much of one text is looked at; what lies behind is dropped, not passed."""

_GROUP: Final = 8
"""What a label takes of a known secret that stands in groups is no longer than one of them: the letters of the others tell."""
_DEEPEST: Final = 2
_MOST_DECODED: Final = 64
_MOST_GONE: Final = 16
"""So many of the spans that were found before are asked whether something else is in them."""
_STEP: Final = 60
"""What any look costs besides the characters."""
_LINE: Final = 6
"""What it costs to join two lines."""
_PIECE: Final = 40
"""What it costs to decode something, besides what it says."""
_QUOTED_SIGN, _QUOTED_SIGN_BY_CALL = 1, 5
"""What it costs to undo one sign of quoted-printable text: of ASCII, and of others."""
_TEXT: Final = 40
"""What it costs to clean a text by itself, besides the looks."""
_MOST_FOUND: Final = 800
"""A text with more of what the configuration's expressions find is given up as a whole."""
_SURE: Final = frozenset(
    ("secret", "text.secret", "text.scheme", "text.userinfo", "text.header", "text.argument", "text.personal")
)
"""Rules that find the end of a value also where it is escaped."""
_QUOTED: Final = "=3D"
"""A sign of quoted-printable text, of which more than line ends has to be undone."""
_BLANK: Final = expression("=(?:20|0[AD])(?![0-9])")
"""Another one: behind its `=` stands no value, and a label in front of it does not tell where one ends."""
_RUN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-")
_TAIL: Final = expression(r"[A-Za-z0-9+/_-]{0,4}={0,2}")


def gone(text: str, spans: list[Span], *, escaped: bool) -> list[Span]:
    """Give those of the spans with which all goes that is encoded there: a run that goes on behind one does not.

    Where a text is escaped, it is not those of a known secret either: more of it may be in the plain form.
    """
    if escaped:
        spans = [span for span in _sure(text, spans) if span.rule != "secret"]
    return [span for span in spans if text[span.stop : span.stop + 1] not in _RUN]


def _sure(text: str, spans: list[Span]) -> list[Span]:
    """Give those of the spans that end where the value does; a piece of a known secret may be the beginning of another key."""
    if _QUOTED in text and _BLANK.search(text):
        return []
    sure = [span for span in spans if span.rule in _SURE]
    others = [span for span in spans if span.rule not in _SURE]
    if not others or all(span.rule != "secret" for span in sure):
        return sure
    return [_with(span, others) if span.rule == "secret" else span for span in sure if not _is_inside(span, others)]


def _is_inside(span: Span, others: list[Span]) -> bool:
    return span.rule == "secret" and any(one.start <= span.start and span.stop <= one.stop for one in others)


def _with(span: Span, others: list[Span]) -> Span:
    """Give a piece of a known secret with all that begins or ends inside it."""
    met = [one for one in others if span.start < one.stop and one.start < span.stop]
    return span._replace(
        start=min([span.start, *[one.start for one in met]]), stop=max([span.stop, *[one.stop for one in met]])
    )


def _are_all(text: str, sure: list[Span], sight: Sight) -> bool:
    """Say whether with the sure ones all goes that was seen in a text, and its only signs are line ends.

    Then nothing new can be found once they are masked.
    """
    spans, marks, _, _ = sight
    for at in marks:
        if text[at] not in LINE_ENDS:
            return False
    if len(sure) == len(spans):
        return True
    return len(spans) <= _MOST_GONE and all(
        any(one.start <= span.start and span.stop <= one.stop for one in sure) for span in spans
    )


class Scanner:
    """All rules together with the known secrets; compiled once, used by many threads."""

    def __init__(self, needles: Needles, additions: Additions = NONE, *, fast: bool = True) -> None:
        self.needles: Final = needles
        self.judge: Final = additions.judge
        """Says what the name of a field stands before."""
        self.patterns: Final = additions.patterns
        self._off: Final = additions.off
        self.memory: Final = Memory()
        """What was found out so far."""
        self._search: Final = Search(needles, additions, fast=fast)
        self._letters: Final = needles.letters if fast else Letters(needles.secrets, fast=False)
        self._reader: Final = Reader(needles.plain, self._letters, fast=fast)

    def clean(self, text: str, findings: Findings) -> str:
        """Mask what is, or may be, a secret in one text."""
        return self.cleaned(well_formed(text[:LONGEST]), findings)

    def cleaned(self, text: str, findings: Findings, sight: Sight | None = None) -> str:
        """Do the same for a text that is well formed and not too long; nothing is left of one that would cost too much.

        Args:
            text: what is to be cleaned.
            findings: what was found so far, and what it may still cost.
            sight: what was seen in it already.
        """
        try:
            return self._clean(text, findings, 0) if sight is None else self._go_on(text, sight, findings)
        except Exhausted:
            findings.note("text.dense")
            return MASK

    def holds_nothing(self, text: str, budget: Budget, sight: Sight | None) -> bool:
        """Say whether nothing would be masked in a text; also false where it takes more than half of the budget to tell."""
        part = Budget(budget.left // 2)
        given = part.left
        try:
            findings = Findings(part)
            return (self._clean(text, findings, 0) if sight is None else self._go_on(text, sight, findings)) == text
        except Exhausted:
            return False
        finally:
            budget.left -= given - max(0, part.left)

    def spans(self, text: str, budget: Budget, depth: int = 0) -> tuple[list[Span], list[int], Hints]:
        """Give what must go, the places of escapes and line ends, and where something may be encoded.

        Raises:
            Exhausted: the budget is too small.
        """
        tags = text.count("<") * TAG if "<" in text else 0  # to count takes longer
        budget.spend(len(text) // (4 if text.isascii() else 3) + _STEP + tags)
        seen = self._search.run(text, budget)
        if seen is None:
            return [Span(0, len(text), "text.dense", spreads=False)], [], NO_HINTS
        spans, marks, clued, wide = seen
        raw = text.encode("latin-1", "replace")
        found = numbers(text, form_of(raw), budget)
        spans += [one for one in found if one.rule not in self._off] if self._off else found
        left = raw
        if spans:
            spans = completed(text, spans)
            left = blanked(raw, [span for span in spans if span.stop - span.start > _GROUP])
        rare = self._letters.rare(left)
        spans += self._letters.spans(text, left, rare)
        if depth >= _DEEPEST:
            return spans, marks, NO_HINTS
        hints = Hints(raw)
        if hints.any:
            self._decode(text, decode(text, hints, budget), spans, budget, depth)
        if wide:
            self._decode(text, dumps.texts(text, wide, budget), spans, budget, depth)
        if clued:
            self._decode(text, dumps.unpacked(text, clued, budget), spans, budget, depth)
        if self._letters.may_be_spelled(left, rare):
            listed = [Decoded(*found) for found in lists.texts(text, budget)]
            self._decode(text, listed, spans, budget, depth)
            hints.add([start for start, _, _ in listed])
        if clued:
            hints.add(clued)
        return spans, marks, hints

    def is_asked_for(self, text: str) -> bool:
        """Say whether an expression of the configuration is in a text."""
        return any(pattern.search(text) is not None for _, pattern in self.patterns)

    def _spans(self, text: str, budget: Budget, depth: int) -> tuple[list[Span], list[int], Hints]:
        """Give the same for one text alone: expressions of the configuration may ask where it begins and ends."""
        spans, marks, hints = self.spans(text, budget, depth)
        for rule, pattern in self.patterns:
            for found in pattern.finditer(text):
                start, stop = found.span("secret" if "secret" in pattern.groupindex else 0)
                spans.append(Span(start, stop, rule) if start >= 0 else Span(*found.span(), rule))
            if len(spans) > _MOST_FOUND:
                return [Span(0, len(text), "text.dense", spreads=False)], [], NO_HINTS
        return spans, marks, hints

    def _clean(self, text: str, findings: Findings, depth: int) -> str:
        findings.budget.spend(_TEXT)
        shown = text
        if not is_undisguised(text) and (shown := undisguised(text)) != text:
            findings.budget.spend(len(text) // 2)
        spans, marks, hints = self._spans(shown, findings.budget, depth)
        hidden = (
            depth == 0
            and hints.any
            and bool(hints.among([len(shown) + 1], {0: gone(shown, spans, escaped=bool(marks))}))
        )
        sight = Sight(spans, marks, hidden, disguised=shown is not text)
        cleaned = self._treat(shown, sight, findings, depth)
        return text if cleaned == shown else cleaned

    def _go_on(self, text: str, sight: Sight, findings: Findings) -> str:
        """Do the same with a text that was looked at already; its signs are undone here for the first time."""
        findings.budget.spend(_TEXT + _STEP + len(text) // 4 + cost(text))
        return self._treat(text, sight, findings, 0)

    def _treat(self, text: str, sight: Sight, findings: Findings, depth: int) -> str:
        """Mask what was seen in a text that is no longer disguised, and read what is left of it."""
        spans, marks, hidden, disguised = sight
        if marks:
            cleaned = self._clean_escaped(text, sight, findings, depth)
        elif spans:
            findings.add(text, spans)
            cleaned = mask(text, spans)
        else:
            cleaned = text
        if depth == 0 and (marks or hidden or disguised):
            seen = not hidden and (cleaned is text or all(text[at] in LINE_ENDS for at in marks))
            cleaned = self.read(cleaned, findings, seen=seen)
        return cleaned

    def read(self, text: str, findings: Findings, *, seen: bool = False) -> str:
        """Look at what is to be kept as a thief would who knows that a secret may be in it."""
        read = self._reader.conceal(text, findings.budget, seen=seen)
        if read != text:
            findings.note("secret")
        return read

    def _clean_escaped(self, text: str, sight: Sight, findings: Findings, depth: int) -> str:
        """Clean a text in its plain form: as it stands, a token would be cut at its first escape and its rest be left.

        Credentials behind labels and in URLs go first, for there the escapes say where the value ends.
        """
        budget = findings.budget
        sure = _sure(text, sight.spans)
        longer = self._is_longer(text, sight.spans, budget)
        if longer:
            sure = [span for span in sure if span.rule != "secret"]
        settled = False
        if sure:
            settled = _are_all(text, sure, sight)
            findings.add(text, sure)
            text = mask(text, sure)
        budget.spend(len(text) // 16 + _STEP + text.count("=") // 2)
        plain = canonical(text)
        if _QUOTED in plain:
            budget.spend(plain.count("=") * (_QUOTED_SIGN if plain.isascii() else _QUOTED_SIGN_BY_CALL))
        if plain != text or (sure and not settled):
            found = self._spans(plain, budget, depth)[0]
        else:
            found = [] if sure else sight.spans
        joined = unfolded(plain) if longer or _QUOTED in plain or in_tokens(plain, budget) else plain
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
        gone = [span for span in spans[:_MOST_GONE] if span.spreads]
        for number, (start, stop, said) in enumerate(pieces):
            budget.spend(len(said) // 8 + _PIECE)
            if number >= _MOST_DECODED or len(said) > LONGEST:
                spans.append(Span(0, len(text), "text.dense", spreads=False))
                return
            tail = _TAIL.match(text, stop)
            end = tail.end() if tail is not None else stop
            if gone and any(span.start <= start and end <= span.stop for span in gone):
                continue  # nobody will be able to decode it
            if said.isdigit() and (whole := BOT.whole.match(text, start)) is not None:
                spans.append(Span(start, whole.end(), BOT.rule))
                continue
            inner = Findings(budget)
            if self._clean(said, inner, depth + 1) != said:
                spans.append(Span(start, end, f"encoded.{next(iter(inner.counts))}", spreads=False))
