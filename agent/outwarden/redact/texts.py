"""Clean free text: messages and exception texts."""

from __future__ import annotations

import re
from collections.abc import Callable

from outwarden.redact.marks import MASK
from outwarden.redact.names import is_credential_parameter
from outwarden.redact.needles import Needles

LONGEST_SCANNED = 16_384
"""What lies behind is dropped, not passed."""

_URL = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,15}://[^\s'\"<>|]{1,4096}")
_RELATIVE = re.compile(
    r"((?:with url|Invalid URL|nonnumeric port|Failed to parse):? )('[^'\n]{0,4096}'|\S{1,4096})", re.IGNORECASE
)
_HEADER = re.compile(r"((?:header (?:value|part|name)\w*)[:\s]{0,3}).*", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"\b(bearer|basic|token|apikey|digest|negotiate) +[^\s'\",;]{6,4096}", re.IGNORECASE)
_PAIR = re.compile(
    r"([A-Za-z][A-Za-z0-9_.-]{0,63})(['\"]?\s{0,3}[:=]\s{0,3})(?![A-Za-z_]{1,40}[=:])(b?'[^'\n]{1,4096}'|\"[^\"\n]{1,4096}\"|[^\s,;&'\"]{1,4096})"
)
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,16}")


def clean(text: str, needles: Needles, url: Callable[[str], str]) -> str:
    """Mask what is, or may be, a secret in a text."""
    text = needles.scrub(text[:LONGEST_SCANNED])[0]
    text = _ADDRESS.sub("", text)
    text = _URL.sub(lambda match: url(match[0]), text)
    text = _RELATIVE.sub(lambda match: match[1] + url(match[2].strip("'")), text)
    text = _HEADER.sub(rf"\1{MASK}", text)
    text = _SCHEME.sub(rf"\1 {MASK}", text)
    text = _PAIR.sub(_pair, text)
    return needles.scrub(text)[0]


def _pair(match: re.Match[str]) -> str:
    if is_credential_parameter(match[1]) and not match[3].startswith(("REDACTED", "[REDACTED", "//")):
        return f"{match[1]}{match[2]}{MASK}"
    return match[0]
