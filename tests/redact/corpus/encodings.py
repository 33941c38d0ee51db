"""Encodings in which a secret shows up."""

from __future__ import annotations

import base64
import gzip
import html
import json
import textwrap
from collections.abc import Callable
from urllib.parse import quote, quote_plus

_BOLD = {
    **{chr(65 + n): chr(0x1D400 + n) for n in range(26)},
    **{chr(97 + n): chr(0x1D41A + n) for n in range(26)},
    **{chr(48 + n): chr(0x1D7CE + n) for n in range(10)},
}
"""Mathematical letters, which look like bold ones."""


def _each(text: str, form: str) -> str:
    return "".join(form.format(b) for b in text.encode())


def _folded(text: str, size: int, joint: str) -> str:
    return joint.join(textwrap.wrap(text, size, drop_whitespace=False, break_on_hyphens=False) or [text])


ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda t: t,
    "percent": lambda t: quote(t, safe=""),
    "percent all": lambda t: _each(t, "%{:02X}"),
    "percent all, small": lambda t: _each(t, "%{:02x}"),
    "percent twice": lambda t: quote(_each(t, "%{:02X}"), safe=""),
    "percent thrice": lambda t: quote(quote(_each(t, "%{:02X}"), safe=""), safe=""),
    "some percent": lambda t: "".join(f"%{ord(c):02X}" if i % 3 == 1 and ord(c) < 128 else c for i, c in enumerate(t)),
    "json escapes": lambda t: "".join(f"\\u{ord(c):04x}" for c in t),
    "some json escapes": lambda t: "".join(f"\\u{ord(c):04X}" if i % 4 == 2 else c for i, c in enumerate(t)),
    "hex escapes": lambda t: _each(t, "\\x{:02x}"),
    "html decimal": lambda t: "".join(f"&#{ord(c)};" for c in t),
    "html hex": lambda t: "".join(f"&#x{ord(c):x};" for c in t),
    "html": html.escape,
    "zero width": lambda t: "\u200b".join(t[i : i + 6] for i in range(0, len(t), 6)),
    "soft hyphen": lambda t: "\u00ad".join(t[i : i + 9] for i in range(0, len(t), 9)),
    "full width": lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
    "folded": lambda t: _folded(t, 22, "\n"),
    "folded, indented": lambda t: _folded(t, 20, "\r\n    "),
    "quoted-printable": lambda t: _folded("".join(f"=3D{c[1:]}" if c == "=" else c for c in t), 24, "=\n"),
    "base64": lambda t: base64.b64encode(t.encode()).decode(),
    "base64 url": lambda t: base64.urlsafe_b64encode(f"k={t}".encode()).decode().rstrip("="),
    "base64 twice": lambda t: base64.b64encode(base64.b64encode(t.encode())).decode(),
    "base64 of json": lambda t: base64.b64encode(json.dumps({"v": 1, "api_key": t}).encode()).decode(),
    "base32": lambda t: base64.b32encode(t.encode()).decode(),
    "hex": lambda t: t.encode().hex(),
    "HEX": lambda t: t.encode().hex().upper(),
    "spaced hex": lambda t: t.encode().hex(" "),
    "gzip": lambda t: base64.b64encode(gzip.compress(json.dumps({"password": t}).encode(), mtime=0)).decode(),
    "bytes repr": lambda t: repr(t.encode()),
    "percent, both cases": lambda t: (
        "".join(f"%{ord(c):{'02x' if i % 2 else '02X'}}" for i, c in enumerate(t) if ord(c) < 128)
        if t.isascii()
        else quote(t)
    ),
    "form": quote_plus,
    "HEX escapes": lambda t: _each(t, "\\x{:02X}"),
    "double json escapes": lambda t: "".join(f"\\\\u{ord(c):04x}" for c in t),
    "html, padded": lambda t: "".join(f"&#{ord(c):07d};" for c in t),
    "html twice": lambda t: html.escape("".join(f"&#{ord(c)};" for c in t)),
    "joiners": "\u2060".join,
    "override": lambda t: f"\u202d{t}\u202c",
    "bold": lambda t: "".join(_BOLD.get(c, c) for c in t),
    "quoted-printable, all": lambda t: _each(t, "={:02X}"),
    "base64 of escapes": lambda t: base64.b64encode("".join(f"\\u{ord(c):04x}" for c in t).encode()).decode(),
    "base64 of UTF-16": lambda t: base64.b64encode(f"$env:API_TOKEN = '{t}'".encode("utf-16-le")).decode(),
    "spaced HEX lines": lambda t: f"password={t}\n".encode().hex(" ").upper(),
    "base64 in percent": lambda t: quote(base64.b64encode(t.encode()).decode(), safe=""),
    "hex with 0x": lambda t: "0x" + t.encode().hex().upper(),
    "gzip url": lambda t: (
        base64.urlsafe_b64encode(gzip.compress(f"password={t}".encode(), mtime=0)).decode().rstrip("=")
    ),
}
