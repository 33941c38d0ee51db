"""What validators, databases and option parsers print about a value that they refused; the name of its field stands elsewhere."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact import named, values
from outwarden.redact.expression import expression
from outwarden.redact.names import Kind, kind
from outwarden.redact.spans import GLANCED, LOOKED, Span

_TELLING: Final = frozenset((Kind.SECRET, Kind.NUMBER, Kind.PERSONAL, Kind.ADDRESS))
_FOR: Final = expression(
    r"for (?:parameter|field|option|argument|header|property|variable|column|setting|attribute|config(?:uration)?(?: property| key| option)?|key"
    r"|environment variable|env var) ['\"`]?([\w.-]{2,80})"
)
_QUOTES: Final = ("'", '"', "`")
_REFUSED: Final = expression(r"[^'\"`\0\r\n]{3,512}")
_BARE: Final = expression(r"[^\s'\"`\0]{3,512}")
_DUPLICATE: Final = "uplicate entry '"
_DUPLICATE_KEY: Final = expression(r"' for key '(?:[\w$]{1,64}\.){0,2}([\w$-]{1,80})'", re.IGNORECASE)
_SHORTEST: Final = 3
_LONGEST: Final = 512
_LONGEST_KEY: Final = 224
_INDEX_WORDS: Final = expression(
    r"(?:\A(?:uk|uq|idx|ix|ux|unique|index)_)|(?:_(?:uk|uq|idx|ix|ux|unique|uniq|index|key)\Z)", re.IGNORECASE
)
_FURTHEST_VALUE: Final = 520
_INPUT: Final = expression(r"input_value=b?(['\"])")
_FIELD: Final = expression(
    r"(?:\A|\n)[ \t]{0,4}([\w.-]{1,80})\r?\n[^\r\n\0]{0,240}\Z|validation errors? for [\w.\[\]-]{1,80} ([\w.-]{1,80}) [^\r\n\0]{0,160}\Z"
)
_FURTHEST_FIELD: Final = 330
_JSON_INPUT: Final = expression(r"\"(?:input|received)[\\\"]{1,4}\s?:\s?[\\]{0,3}\"([^\0\"\\]{3,512})")
_WAY: Final = expression(r"\"(?:loc|path)[\\\"]{1,4}\s?:\s?\[")
_LAST_STEP: Final = expression(r"[\\]{0,3}\"([\w.-]{1,80})[\\]{0,3}\"\s?\Z")
_LONGEST_WAY: Final = 160
_LONGEST_STEP: Final = 90
_FURTHEST_WAY: Final = 241
_MOST_WAYS: Final = 8
_VARIABLE: Final = expression(r"\$([A-Za-z_]\w{0,63})[\\\"'`]{0,4}\s{0,2}(?:of type [^\0]{1,40} )?\Z")
_VARIABLE_VALUE: Final = expression(r"got invalid value:?\s{0,2}[\\]{0,3}\"([^\0\"\\]{3,512})", re.IGNORECASE)
_FURTHEST_LOC: Final = 480
_FURTHEST_VARIABLE: Final = 120


def input_value(text: str, at: int) -> Span | None:
    """Pydantic names a field on one line and shows its value on the next."""
    opened = _INPUT.match(text, at)
    if opened is None:
        return None
    start = opened.end()
    stop = text.find(f"{opened[1]},", start + _SHORTEST, start + _LONGEST + 2)
    if stop < 0 or text.find("\0", start, stop) >= 0:
        return GLANCED
    return _named(_FIELD.search(text, max(0, at - _FURTHEST_FIELD), at), (start, stop), text)


def input_in_json(text: str, at: int) -> Span | None:
    """The same in JSON: `{"loc": ["body", "api_key"], …, "input": "…"}`."""
    found = _JSON_INPUT.match(text, at)
    if found is None or _WAY.search(text, max(0, at - _FURTHEST_LOC), at) is None:
        return None
    return _named(_last_step(text, max(0, at - _FURTHEST_LOC), at), found.span(1), text)


def variable(text: str, at: int) -> Span | None:
    """GraphQL: `Variable "$apiKey" got invalid value "…"`."""
    found = _VARIABLE_VALUE.match(text, at)
    if found is None:
        return None
    return _named(_VARIABLE.search(text, max(0, at - _FURTHEST_VARIABLE), at), found.span(1), text)


def _last_step(text: str, floor: int, at: int) -> re.Match[str] | None:
    """Give the name at the end of the way to a field, in the same object: `"loc": ["body", "api_key"], …`."""
    inside = max(at - _FURTHEST_WAY, text.rfind("{", floor, at) + 1, text.rfind("}", floor, at) + 1)
    floor = max(floor, text.rfind("]", floor, inside) + 1, text.rfind("\0", floor, at) + 1)
    for _ in range(_MOST_WAYS):
        way = _WAY.search(text, floor, at)
        end = text.find("]", way.end(), at) if way is not None else -1
        if way is None or end < 0:
            break
        step = _LAST_STEP.search(text, max(way.end(), end - _LONGEST_STEP), end)
        if step is not None and step.start() - way.end() <= _LONGEST_WAY:
            return step
        floor = end if step is None else way.start() + 1
    return None


def _named(before: re.Match[str] | None, value: tuple[int, int], text: str) -> Span | None:
    """Give a value, if the name of a secret stands before it."""
    meaning = kind(before[before.lastindex or 1]) if before is not None else Kind.PLAIN
    meaning = named.settled(meaning, text[slice(*value)])
    if meaning not in _TELLING:
        return LOOKED
    rule = "text.secret" if meaning is Kind.SECRET else "text.personal"
    return Span(*value, rule, meaning is Kind.SECRET)


def duplicate(text: str, at: int) -> Span | None:
    """MySQL: `Duplicate entry '…' for key 'users.phone'`: the index tells what the value is."""
    start = at + len(_DUPLICATE)
    found = _DUPLICATE_KEY.search(text, start + _SHORTEST, start + _LONGEST + _LONGEST_KEY)
    stop = found.start() if found is not None else 0
    if found is None or stop - start > _LONGEST or text.find("\0", start, stop) >= 0:
        return LOOKED
    meaning = kind(_INDEX_WORDS.sub("", found[1]))
    if meaning is Kind.SECRET or (meaning is Kind.MAYBE and values.looks_secret(text[start:stop])):
        return Span(start, stop, "text.secret")
    if meaning in (Kind.NUMBER, Kind.PERSONAL, Kind.ADDRESS):
        return Span(start, stop, "text.personal", spreads=False)
    return None


def value_for(text: str, at: int) -> Span | None:
    """`Invalid value '…' for parameter 'api_key'`, `Invalid value … for configuration sasl.password`"""
    place = _refused(text, at)
    found = _FOR.match(text, at) if place is not None else None
    if found is None or place is None:
        return None
    meaning = kind(found[1])
    if meaning not in _TELLING or not values.is_something(text[slice(*place)]):
        return None
    rule = "text.secret" if meaning is Kind.SECRET else "text.personal"
    return Span(*place, rule, meaning is Kind.SECRET)


def _refused(text: str, at: int) -> tuple[int, int] | None:
    """Give where the value begins and ends that stands before a blank: in quotes, or behind the word `value`."""
    if text[at - 1 : at] != " ":
        return None
    floor = max(0, at - _FURTHEST_VALUE)
    if text[at - 2 : at - 1] in _QUOTES:
        place = text.rfind(text[at - 2], floor, at - 2) + 1, at - 2
        return place if place[0] > floor and _REFUSED.fullmatch(text, *place) is not None else None
    place = text.rfind(" ", floor, at - 1) + 1, at - 1
    told = text.endswith("value ", floor, place[0]) and _BARE.fullmatch(text, *place) is not None
    return place if told else None
