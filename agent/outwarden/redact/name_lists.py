"""Lists of names: `"required": ["password", "email"]`, `allow_headers: ['Authorization', 'X-API-Key']`; none of them is the value of the one before."""

from __future__ import annotations

from typing import Any, Final

from outwarden.redact.expression import expression
from outwarden.redact.vocabulary import vocabulary

LISTS: Final = vocabulary("""
    required, fields, columns, keys, names, properties, attributes, include, exclude, includes, excludes, only, omit, select, loc, missing, unknown,
    sensitive, masked, hidden, redacted, redact, mask, index_columns, primary_keys, allow_headers, allowHeaders, allowed_headers, allowedHeaders,
    AllowedHeaders, ExposeHeaders, expose_headers, exposedHeaders, vary, Vary, readOnly, writeOnly, update_fields, required_fields, missing_fields, changed_fields, grant_types, grantTypes, response_types, responseTypes, scopes
""")
"""What such lists are called."""
_LONGEST: Final = 40
_NAME: Final = expression(r"[A-Za-z_][A-Za-z_.-]{0,39}")
_VALUE: Final = expression(rf"b?[\\'\"]{{1,4}}{_NAME.pattern}[\\'\"]{{1,4}}\s{{0,4}}[,\]]")
_CALLED: Final = expression(rf"(?<![A-Za-z_])(?:{'|'.join(sorted(LISTS))})[\\'\"]{{0,4}}\s?[:=]\s?\Z")
_FURTHEST: Final = 300


def holds_names(parent: Any, items: list[Any]) -> bool:
    """Say whether a list holds nothing but names, by what it is called."""
    return parent in LISTS and all(isinstance(item, str) and _NAME.fullmatch(item) is not None for item in items)


def is_in_one(text: str, start: int, value: int) -> bool:
    """Say whether the name at `start` and what stands at `value` are both items of such a list in a text."""
    if _VALUE.match(text, value) is None:
        return False
    begin = text.rfind("[", max(0, start - _FURTHEST), start)
    return begin >= 0 and _CALLED.search(text, max(0, begin - _LONGEST), begin) is not None
