"""Clean the lines of a file or a pipe: JSON or plain text, each line by itself."""

from __future__ import annotations

import json
from typing import Any, Final

from outwarden import tally
from outwarden.redact.marks import MASK
from outwarden.redact.redactor import Redactor

_ENTRY: Final = "line"
"""What is no object is cleaned as the only entry of one: a name that says nothing of its value."""
_FAILED: Final = "redaction_error"


def clean_json(redactor: Redactor, line: bytes) -> tuple[bytes, str]:
    """Clean one line of JSON; gives the line to write, and what was wrong with it, if anything. A blank line stays one."""
    if not line.strip():
        return b"\n", ""
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        return skeleton(redactor, "NotJSON"), "this is no JSON."
    out = redactor.event(value if isinstance(value, dict) else {_ENTRY: value})
    if _FAILED in out and not (isinstance(value, dict) and _FAILED in value):
        return skeleton(redactor, out[_FAILED]), "it is larger or deeper than any event may be."
    shown = _encoded(out if isinstance(value, dict) else out[_ENTRY])
    if redactor.registry.hits(shown):
        tally.count("last_gate")
        return skeleton(redactor, "LastGate"), "a known secret was still in it."
    return shown, ""


def clean_text(redactor: Redactor, line: bytes) -> tuple[bytes, str]:
    """Clean one line of plain text; gives the line to write, and what was wrong with it, if anything."""
    shown = redactor.text(line.decode("utf-8", "replace").rstrip("\r\n"))
    # What was escaped in it may have been a line end: one line in is one line out.
    shown = shown.replace("\r", "\\r").replace("\n", "\\n")
    encoded = shown.encode("utf-8", "replace") + b"\n"
    if redactor.registry.hits(encoded):
        tally.count("last_gate")
        return skeleton(redactor, "LastGate", as_text=True), "a known secret was still in it."
    return encoded, ""


def skeleton(redactor: Redactor, reason: str, *, as_text: bool = False) -> bytes:
    """Give what is written in place of a line that cannot be cleaned."""
    shown = f"{MASK}\n".encode() if as_text else _encoded({_FAILED: reason})
    return b"\n" if redactor.registry.hits(shown) else shown


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _refused(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("no number of JSON's readers")
    return number
