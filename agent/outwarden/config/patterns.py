"""Patterns of users: accepted only when the work that they can cause is bounded, whatever text they meet.

Python's `re` backtracks: `(a+)+b` needs minutes for 30 characters, `.*secret` a second for one text of 16 kB. So the parsed
pattern is weighed before it is used: how many ways each part can match from one place (they multiply in a row, they add up
in alternatives) and how many steps that takes, times the places where it can begin. What may take more than a few
milliseconds for the longest text is refused, with what to change; nothing is timed, so the answer is the same everywhere.
"""

from __future__ import annotations

import re
from re import _constants as code  # type: ignore[attr-defined]  # the parsed form is all that can be judged soundly
from re import _parser as parser  # type: ignore[attr-defined]  # as above
from typing import Any, Final, NamedTuple

LONGEST_TEXT: Final = 16_384
"""So long is a text at most."""

_LONGEST: Final = 1_000
_MOST_STEPS: Final = 400_000
"""About five milliseconds."""
_RUN_STEP: Final = 0.1
"""A character of a run costs that much of a step: `re` has a tight loop for it. Classes such as \\w take twice that."""
_ONE_STEP: Final = 0.5
"""A single character costs that much."""
_LEAST_WIDTH: Final = 3
_SINGLE: Final = frozenset((code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN))
_REPEATS: Final = frozenset((code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT))
_UNBOUNDED: Final = "`*`, `+` or `{n,}` may stand at its very end only: elsewhere say how many at most, such as {1,64}, for the work to be bounded"


class Refused(ValueError):
    """A pattern that cannot be used; the text says why and what to change."""


class _Weight(NamedTuple):
    steps: float
    ways: float
    """In how many ways it may match from one place: each is tried before the pattern gives up."""


_NOTHING: Final = _Weight(0, 1)


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of a user.

    Raises:
        Refused: it is none, may match next to nothing, or may take too long.
    """
    if len(pattern) > _LONGEST:
        raise Refused(f"it is longer than {_LONGEST} characters")
    try:
        parsed = parser.parse(pattern)
        found = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise Refused(f"this is no regular expression: {error}") from None
    items = list(parsed)
    ignores_case = bool(found.flags & re.IGNORECASE)
    steps = _sequence(items, last=True, ignores_case=ignores_case).steps
    starts = LONGEST_TEXT / _period(_prefix(items))
    if LONGEST_TEXT + starts * (1 + steps) > _MOST_STEPS:
        raise Refused(
            "it may take too long on a hostile text. Let it begin with fixed text, lower its {m,n}, and let parts that follow "
            "each other not match the same characters"
        )
    if parsed.getwidth()[0] < _LEAST_WIDTH:
        raise Refused(f"it can match fewer than {_LEAST_WIDTH} characters, which would mask nearly everything")
    return found


def _sequence(items: list[Any], *, last: bool, ignores_case: bool) -> _Weight:
    total = _NOTHING
    for at, item in enumerate(items):
        rest = items[at + 1 :]
        weight = _item(item, rest, last=last and not rest, ignores_case=ignores_case)
        total = _Weight(total.steps + total.ways * weight.steps, total.ways * weight.ways)
    return total


def _item(item: Any, rest: list[Any], *, last: bool, ignores_case: bool) -> _Weight:
    operation, argument = item
    if operation in _SINGLE:
        return _Weight(_ONE_STEP, 1)
    if operation is code.AT:
        return _Weight(1, 1)
    if operation in _REPEATS:
        return _repeat(operation, argument, rest, last=last, ignores_case=ignores_case)
    if operation is code.SUBPATTERN:
        _, added, _, inner = argument
        return _sequence(list(inner), last=last, ignores_case=ignores_case or bool(added & re.IGNORECASE))
    if operation is code.BRANCH:
        branches = [_sequence(list(branch), last=last, ignores_case=ignores_case) for branch in argument[1]]
        return _Weight(sum(one.steps for one in branches) + 1, sum(one.ways for one in branches))
    if operation is code.ATOMIC_GROUP:
        return _Weight(_sequence(list(argument), last=False, ignores_case=ignores_case).steps, 1)
    if operation in (code.ASSERT, code.ASSERT_NOT):
        return _Weight(_sequence(list(argument[1]), last=False, ignores_case=ignores_case).steps, 1)
    raise Refused("it refers back to what it has matched: such patterns cannot be bounded")


def _repeat(operation: Any, argument: Any, rest: list[Any], *, last: bool, ignores_case: bool) -> _Weight:
    least, most, inner = argument
    items = list(inner)
    single = len(items) == 1 and items[0][0] in _SINGLE
    each = _RUN_STEP * (1 + (single and items[0][0] is code.IN and any(one[0] is code.CATEGORY for one in items[0][1])))
    if most is code.MAXREPEAT:
        if not (last and single):
            raise Refused(_UNBOUNDED)
        return _Weight(1 + least * each, 1)  # nothing behind it can fail: what it takes is not looked at again
    if single:
        apart = bool(rest) and rest[0][0] is code.LITERAL and not _accepts(items[0], rest[0][1], ignores_case)
        if operation is code.POSSESSIVE_REPEAT:
            return _Weight(1 + most * each, 1)
        if apart:  # only the whole run can be followed by what follows: going back is one look per character
            return _Weight(1 + 2 * most * each, 1)
        return _Weight(1 + most * each, most - least + 1)
    once = _sequence(items, last=False, ignores_case=ignores_case)
    steps, ways, tried = 1.0, 1.0 if least == 0 else 0.0, 1.0
    for count in range(1, most + 1):
        steps += tried * (once.steps + 1)
        tried *= once.ways
        ways += tried if count >= least else 0
        if steps > _MOST_STEPS:
            raise Refused(
                "repeats within repeats: it may take too long on a hostile text. Lower the inner or the outer {m,n}"
            )
    return _Weight(steps, 1 if operation is code.POSSESSIVE_REPEAT else ways)


def _accepts(item: Any, character: int, ignores_case: bool) -> bool:
    """Say whether an item that stands for one character may stand for this one; when in doubt, yes."""
    operation, argument = item
    text = chr(character)
    signs = {text, text.lower(), text.upper()} if ignores_case else {text}
    if operation is code.LITERAL:
        return chr(argument) in signs or (ignores_case and chr(argument).lower() in signs)
    if operation is code.IN and argument[0][0] is not code.NEGATE:
        return any(_member(one, sign) for one in argument for sign in signs)
    return True


def _member(one: Any, sign: str) -> bool:
    operation, argument = one
    if operation is code.LITERAL:
        return chr(argument) in {sign, sign.lower(), sign.upper()}
    if operation is code.RANGE:
        return any(
            argument[0] <= ord(case) <= argument[1] for case in {sign, sign.lower(), sign.upper()} if len(case) == 1
        )
    if argument is code.CATEGORY_DIGIT:
        return sign.isdigit()
    if argument is code.CATEGORY_WORD:
        return sign.isalnum() or sign == "_"
    return not (argument is code.CATEGORY_SPACE and not sign.isspace())


def _prefix(items: list[Any]) -> str:
    found = ""
    for operation, argument in items:
        if operation is code.LITERAL:
            found += chr(argument)
        elif operation is code.SUBPATTERN and not argument[1] and not argument[2]:
            inner = list(argument[3])
            begin = _prefix(inner)
            found += begin
            if len(begin) < len(inner):
                break
        elif operation is not code.AT:
            break
    return found.lower()


def _period(prefix: str) -> int:
    """Give the least distance between two places where the same text can begin."""
    return next((step for step in range(1, len(prefix)) if prefix[step:] == prefix[:-step]), max(1, len(prefix)))
