"""The last gate: once more the known secrets, in the final bytes of an event."""

from __future__ import annotations

from typing import Final

from outwarden import tally
from outwarden.polite import is_the_programs
from outwarden.redact import skeleton
from outwarden.redact.needles import Needles
from outwarden.redact.registry import Registry

_ERROR: Final = b'"error":"'
_HEAD: Final = 150
"""So long is what stands before that field in every event: to look there takes as long again."""
_NOTICE: Final = b'{"kind":"notice"'
"""Only such lines have text of any form; the other fields are made of allow-listed parts, in which no list or dump can stand."""


class LastGate:
    """Looks at the bytes that are about to leave: where a known secret is in them, only the skeleton goes on."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __call__(self, line: bytes) -> bytes:
        """Give the line that may leave (without its newline)."""
        needles = self._registry.needles
        if (line.find(_ERROR, _HEAD) > 0 or line.startswith(_NOTICE)) and needles.letters.tells(line):
            return _bare(line, needles)
        if needles.many:
            return line if not needles.hits(line) else _bare(line, needles)
        low = line.decode("utf-8", "replace").lower()  # `needles.hits`, without its frames: many events pass here
        for needle in needles.sentries:
            if needle in low:
                break
        else:
            return line
        return _bare(line, needles)


def _bare(line: bytes, needles: Needles) -> bytes:
    tally.count("last_gate")
    try:
        return skeleton.of_line(line, needles)
    except Exception as error:
        if is_the_programs(error):
            raise
        tally.count("redaction_failed")
        return b""
