"""The forms in which one secret may show up in text: as it is, escaped, percent-encoded, in hex, in base64."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

Form = tuple[str, float]
"""One form of a secret, and how many characters of it stand for one of the secret."""


def forms(value: str) -> list[Form]:
    """Give the distinct forms of one secret, the plain one first.

    Base64 is given at all three alignments, without the characters at either end that mix with the neighbours.
    """
    raw = value.encode("utf-8", "surrogatepass")
    found = [
        value,
        value.lower(),
        value.upper(),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
        *_percent(value),
        *_base64(raw),
        raw.hex(),
        raw.hex().upper(),
        "".join(f"%{byte:02x}" for byte in raw),
        "".join(f"%{byte:02X}" for byte in raw),
        "".join(f"\\x{byte:02x}" for byte in raw),
        "".join(f"\\u{ord(character):04x}" for character in value),
    ]
    return [(text, max(1.0, len(text) / len(value))) for text in dict.fromkeys(found)]


def _percent(value: str) -> list[str]:
    """Percent-encoding of the special characters, in both cases, once and twice."""
    upper = quote(value, safe="", errors="surrogatepass")
    plus = upper.replace("%20", "+")
    lower = _lower_escapes(upper)
    twice = quote(upper, safe="")
    return [upper, plus, lower, twice, _lower_escapes(twice), quote(value, errors="surrogatepass")]


def _lower_escapes(text: str) -> str:
    parts = text.split("%")
    return "%".join([parts[0], *(part[:2].lower() + part[2:] for part in parts[1:])])


def _base64(raw: bytes) -> list[str]:
    found = []
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + raw).decode()
        start = (0, 2, 3)[shift]
        stop = (len(raw) + shift) * 8 // 6
        inner = encoded[start:stop]
        found += [inner, inner.replace("+", "-").replace("/", "_")]
    return found
