"""Tokens: values of one long word, as most keys are; a single look tells that there is one, and where it ends."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from outwarden.redact import lookalikes, quotes, values
from outwarden.redact.expression import expression
from outwarden.redact.spans import Span

_TOKEN: Final = expression(
    r"(?<!>)(['\"])?(?![Bb]|(?i:aws4-|digest|hmac|signature|sharedkey|gcs-|tc3-|acs3-))[A-Za-z0-9_][A-Za-z0-9_#@+/~^-]{5,512}+"
    r"(?(1)(?=\1|\0|\Z)|(?=[\0 '\"<>`]|\Z|&[A-Za-z_][\w.%\[\]-]{0,40}=))"
)
"""Nothing that begins like PEM, and no scheme that takes more along."""
_SURELY: Final = 80
"""What is longer is no word that stands for something else, and not its own name again."""
_LONGEST_WORD: Final = 16
_OTHERS: Final = (
    "cookie",
    "cookies",
    "mnemonic",
    "phrase",
    "seed",
    "words",
    "authorization",
    "signature",
    "codes",
    "passwd",
)
"""Behind such names more may belong to a value than a word."""


def find(text: str, at: int, name: str) -> Span | None:
    """Give the token that stands behind the name of a secret and a strict separator; None where it takes a closer look."""
    found = _TOKEN.match(text, at)
    if found is None or not _is_ordinary(name):
        return None
    start, stop = found.span()
    quoted = found[1] is not None
    start += quoted
    if stop - start <= _SURELY:
        value = text[start:stop]
        low = value.lower()
        if not quoted and stop - start <= _LONGEST_WORD and value.isalpha():
            return None  # a sentence may follow
        if (
            low in values.SCHEMES
            or not values.is_something(value)
            or name.lower().endswith(low)
            or lookalikes.is_something_else(name, value)
        ):
            return None
    return Span(start, quotes.joined(text, stop) if quoted else stop, "text.secret")


@lru_cache(maxsize=1024)
def _is_ordinary(name: str) -> bool:
    return not name.lower().endswith(_OTHERS)
