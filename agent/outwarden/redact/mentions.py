"""URLs that a text mentions, as exceptions do: cut down to what may be kept, before the text itself is scanned."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from outwarden.redact.marks import MASK

_URL: Final = r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,15}://[^\s'\"<>|\0]{1,4096}"
_NAMED: Final = (
    r"((?:with url|Invalid URL|nonnumeric port|Failed to parse|No host supplied):? )('[^'\n]{0,4096}'|[^\s'\"]{1,4096})"
)
_PLACE: Final = r" at 0x[0-9a-fA-F]{6,16}"
_MOST: Final = 16
"""So many URLs of one text are cut down; those behind are masked."""


def shorten(text: str, url: Callable[[str], str]) -> str:
    """Cut every URL of a text down; places in memory go as well, for they make every text a different one."""
    left = _MOST

    def cut(found: str) -> str:
        nonlocal left
        left -= 1
        return url(found) if left >= 0 else MASK

    if " at 0x" in text:
        text = re.sub(_PLACE, "", text)
    if "://" in text:
        text = re.sub(_URL, lambda match: cut(match[0]), text)
    return re.sub(_NAMED, lambda match: match[1] + cut(match[2].strip("'")), text)
