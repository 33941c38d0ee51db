"""Tokens that were folded over several lines: which line ends stand inside a token, and which end a line."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from outwarden.apis.shapes import is_plain
from outwarden.redact.budget import Budget
from outwarden.redact.expression import expression
from outwarden.redact.spans import Span

_INNER: Final = "[A-Za-z0-9+/_=.~-]"
_GOES_ON: Final = rf"[ \t]{{0,8}}(?={_INNER})"
_FOLD: Final = expression(
    rf"=(?=[\r\n])(?<=[!-~]=)(?:\r?\n(?=[^\r\n])|(?:\r\n|\n|\r){_GOES_ON})|\n(?<={_INNER}\n){_GOES_ON}|\r(?<={_INNER}\r)\n?{_GOES_ON}"
)
_LONGEST_WORD: Final = 20
_SHORT: Final = 6
_EVEN: Final = 3
"""So many lines of one width are no chance."""
_LEAST_WIDTH: Final = 12
_LONGEST_NAME: Final = 40
_PROVEN: Final = ("secret", "text.iban")
"""Rules that find nothing by chance."""
_MOST_LINES: Final = 400
_END: Final = 17
"""What it costs to tell whether a line ends inside a token."""
_AROUND: Final = "\"'([{<)]}>.,;:!?"
_NAME_ENDS: Final = expression(r"[ \t]?(?::|=(?!\r?\n))")
_ASSIGNS: Final = expression(r"[A-Za-z_][\w.-]{0,40}=[^=\s]")
_NAME: Final = expression(r"[A-Za-z_][\w.-]{0,40}:")
_LINE_ENDS: Final = expression(r"[\s'\"`,;)\]}>]*(?:[\r\n]|\Z)|['\"]")


def _width(places: list[int]) -> int:
    """Give how wide the lines are that end at these places, if a machine has folded them; 0 where it has not, or they are few.

    Then all are alike, but some may be several times as wide: a line end behind a blank is no place here.
    """
    if len(places) < _EVEN and (len(places) != _EVEN - 1 or places[1] != 2 * places[0]):
        return 0
    widths = [after - before for before, after in pairwise(places)]
    width = min(widths)
    return width if width and not any(one % width for one in widths) else 0


class Joined:
    """A text without the line ends that may stand inside a token; places in it lead back to the text."""

    def __init__(self, text: str) -> None:
        self._plain: Final = text
        self._places: Final[list[int]] = []
        """Where lines were joined."""
        self._taken: Final[list[int]] = [0]
        """How many characters were taken out up to there."""
        pieces, at = [], 0
        for fold in _FOLD.finditer(text):
            pieces.append(text[at : fold.start()])
            self._places.append(fold.start() - self._taken[-1])
            self._taken.append(self._taken[-1] + fold.end() - fold.start())
            at = fold.end()
        pieces.append(text[at:])
        self.text: Final = "".join(pieces)
        self._folded: Final = _width(self._places) >= _LEAST_WIDTH
        self._soft: Final = self._folded and "=" in text and all(self._plain[at] == "=" for at in self._ends())

    def _ends(self) -> Iterator[int]:
        """Give where the lines end in the text as it was."""
        return map(sum, zip(self._places, self._taken, strict=False))

    def spans(self, found: list[Span]) -> Iterator[Span]:
        """Give those of the spans of the joined text that go over a line end inside a token, as places of the text."""
        for span in found:
            stop = self._believed(span)
            if stop > span.start or (self._folded and (stop := self._named(span)) > span.start):
                start = span.start + self._taken[bisect_right(self._places, span.start)]
                yield span._replace(start=start, stop=stop + self._taken[bisect_left(self._places, stop)])

    def _named(self, span: Span) -> int:
        """Give where a value ends whose name was parted by a line end of a machine's: `pas=`, and `sword=…` on the next line."""
        if self._soft or span.rule == "text.userinfo":
            return span.stop
        first = bisect_left(self._places, span.start)
        parted = (
            first > 0
            and first == bisect_left(self._places, span.stop)
            and span.start - self._places[first - 1] <= _LONGEST_NAME
            and self.text[self._places[first - 1] - 1 : self._places[first - 1] + 1].isalpha()
        )
        return span.stop if parted else -1

    def _believed(self, span: Span) -> int:
        """Follow a span over its line ends as long as what stands behind them can be its continuation."""
        first, last = bisect_right(self._places, span.start), bisect_left(self._places, span.stop)
        if span.rule == "text.email" and first < last and self._plain[self._places[first] + self._taken[first]] == "=":
            return span.stop
        if span.rule in _PROVEN or span.rule.endswith(".webhook"):
            return span.stop  # it is known; words and slashes, but never a whole line
        stop = -1
        if first < last and _is_word(self.text[span.start : self._places[first]]):
            return stop
        if "." in span.rule and first < last and (even := self._evenly(first, last, span.stop)) > stop:
            return even
        for number in range(first, last):
            at = self._places[number]
            end = self._places[number + 1] if number + 1 < last else span.stop
            if not self._continues(span.start if number == first else self._places[number - 1], at, end):
                break
            stop = end
        return stop

    def _evenly(self, first: int, last: int, stop: int) -> int:
        """Follow a span over lines of one width, and the shorter rest behind them, as a machine folds; -1: it did not.

        Only for the keys of a vendor, whose rules have a dot in their names: columns of numbers have one width as well.
        """
        ends = [*self._places[first + 1 : last], stop]
        width = ends[0] - self._places[first]
        even = 0
        while even < len(ends) and ends[even] - self._places[first + even] == width:
            even += 1
        if even < _EVEN or self.text[self._places[first] : ends[even - 1]].isalpha():
            return -1
        if (
            even < len(ends)
            and ends[even] - ends[even - 1] < width
            and not _is_word(self.text[ends[even - 1] : ends[even]])
        ):
            even += 1
        behind = ends[even - 1] + self._taken[bisect_left(self._places, ends[even - 1])]
        return ends[even - 1] if _LINE_ENDS.match(self._plain, behind) else -1

    def _continues(self, before: int, at: int, end: int) -> bool:
        """Say whether the piece of a line from `at` to `end` goes on with what stands before it."""
        behind = end + self._taken[bisect_left(self._places, end)]
        if (
            _NAME_ENDS.match(self._plain, behind)
            or _ASSIGNS.match(self.text, at, end)
            or _NAME.fullmatch(self.text, at, end)
        ):
            return False  # a name: a line of its own
        first = self.text[before:at]
        if not all(map(is_plain, self.text[at:end].split("/"))):
            return True
        return not is_plain(first) and _LINE_ENDS.match(self._plain, behind) is not None


def in_tokens(text: str, budget: Budget) -> bool:
    """Say whether a line may end inside a token: mostly lines end between two words, as those of prose and tracebacks do.

    Raises:
        Exhausted: the budget is too small.
    """
    for number, fold in enumerate(_FOLD.finditer(text)):
        budget.spend(_END)
        start, stop = fold.span()
        if text[start] == "=" or number >= _MOST_LINES:
            return True
        before = text[max(0, start - _LONGEST_WORD - 1) : start].rsplit(maxsplit=1)[-1]
        after = text[stop : stop + _LONGEST_WORD + 1].split(None, 1)[0]
        if not (_is_plain_name(before) and _is_plain_name(after)):
            return True
    return False


def _is_plain_name(text: str) -> bool:
    """Say whether a line begins or ends with a word or a name of Python's, such as `self.call`, `f17` or `__init__`."""
    text = text.strip(_AROUND)
    if len(text) > _LONGEST_WORD:
        return False
    if len(text) <= _SHORT:
        text = text.rstrip("0123456789")
    return _is_word(text.replace("_", "").replace(".", ""))


def _is_word(text: str) -> bool:
    """Say whether a line ends in a word, not in half a token."""
    return text.isalpha() and (text.islower() or text.istitle())
