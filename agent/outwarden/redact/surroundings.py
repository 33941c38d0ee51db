"""Surroundings: what stands around a name and says that it is no label: it is part of an ARN, of a path, of an element or a variable."""

from __future__ import annotations

import re
from typing import Final

from outwarden.redact.expression import expression
from outwarden.redact.names import is_harmless_pair

LONGEST_PRIOR: Final = 18
_LONGEST_NAME: Final = 80
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHORTEST_PRIOR: Final = 2
"""How long a word may be that stands before a name."""
_ARN: Final = expression(r"\barn:[\w:/*-]{0,120}:\Z")
_FINGERPRINT: Final = expression(r"(?:[0-9A-Fa-f]{2}:){3}")
_TOLD: Final = expression(
    r"['\"]?: (?:(?:scope|error|client_assertion_type|grant_type)=|(?:disabling|using|cannot|could|no|not|permission|invalid|unable|failed|is|was|does) )",
    re.IGNORECASE,
)
_CLOSED: Final = expression(r"['\"](?=[)\r\n]| (?:https?:|-[A-Za-z-])|\Z)")
_BEFORE_OTHERS: Final = frozenset("<$/:{")
_PLACEHOLDS: Final = (">'", '>"', ">`", ">)", ">,")
_CLOSES: Final = expression(r"</(?:[\w.-]{1,12}:)?\Z")
_LONGEST_ELEMENT: Final = 4_096
_BYTE: Final = 2


def tell_otherwise(text: str, start: int, name: str) -> bool:
    """`arn:aws:secretsmanager:…:secret:…`, `AB:CC:01`, `cache key` look like labels and are none."""
    before = text[start - 1]
    if before in _BEFORE_OTHERS and _is_other(text, start, name, before):
        return True
    if len(name) == _BYTE and (before == ":" or _FINGERPRINT.match(text, start)):
        return True
    if before == ":":
        begin = text.rfind("arn:", max(0, start - _LONGEST_NAME * 2), start)
        return begin >= 0 and _ARN.match(text, begin, start) is not None
    if before not in " \t":
        return False
    prior = last_word(text[max(0, start - LONGEST_PRIOR) : start - 1])
    return _SHORTEST_PRIOR <= len(prior) < LONGEST_PRIOR - 1 and is_harmless_pair(prior, name)


def _is_other(text: str, start: int, name: str, before: str) -> bool:
    """Look at names behind an angle, a dollar, a slash or a colon: of elements, of variables, in paths."""
    behind = text[start + len(name) : start + len(name) + 2]
    stop = start + len(name)
    if before == "<" and (
        name in ("code", "SimpleCookie")
        or name.endswith(("Response", "Result"))
        or behind == ">@"
        or (behind in _PLACEHOLDS and name.isupper() and text.find("</", stop, stop + _LONGEST_ELEMENT) < 0)
    ):
        return True  # HTML; `<user>:<password>@host`; `'Bearer <YOUR_TOKEN>'`
    if before in "/:" and behind[:1] == ">" and _CLOSES.search(text, max(0, start - LONGEST_PRIOR), start) is not None:
        return True  # `</AccessKeyId><RequestId>…`: what follows belongs to another name
    if name == "token" and text.startswith("pkcs11:", start - 7):
        return True  # the label of a card
    if before == "$" and (behind == ":$" or (name.isupper() and _CLOSED.match(text, stop) is not None)):
        return True  # `$USER:$PASSWORD@host`, `"Bearer $TOKEN" https://…`
    if behind == ":?" and text[start - 2 : start] == "${":
        return True  # `${PASSWORD:?must be set}`
    # `https://…/token: scope=… was refused`, `"/etc/server.key": disabling …`
    return before == "/" and _TOLD.match(text, stop) is not None


def last_word(text: str) -> str:
    """Give the letters with which a text ends."""
    return text[len(text.rstrip(_LETTERS)) :]
