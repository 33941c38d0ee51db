"""Names in the template: letters and digits only, each once."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z0-9]+")


def logical(*parts: str) -> str:
    """Make a logical name of some words, in a form that reads well: `high-4xx`, `Alarm` -> `High4xxAlarm`."""
    words = [word for part in parts for word in _WORD.findall(part)]
    return "".join(word[0].upper() + word[1:] for word in words)
