"""Secrets written in one way inside another: random stacks of encodings, and a judge that knows what was written.

The judge needs no decoder: what was written must not be there any more, neither half of it nor more, as it stands or as
one of its layers. `corpus.leaks` reads as a thief would; both look at the same result.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import random
import string
import textwrap
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

Random = random.Random
_NAMES = {"+": "plus", "/": "sol", "=": "equals", ".": "period", "_": "lowbar", "!": "excl", "@": "commat"}


def _bytes(text: str, form: str, joint: str = "") -> str:
    return joint.join(form.format(byte) for byte in text.encode())


def _characters(text: str, form: str) -> str:
    return "".join(form.format(ord(character)) for character in text)


def _broken(text: str, size: int, joint: str) -> str:
    return joint.join(text[at : at + size] for at in range(0, len(text), size))


def _json_units(text: str) -> str:
    return json.dumps(text)[1:-1] if not text.isascii() else _characters(text, "\\u{:04x}")


def _zlib(text: str, level: int) -> str:
    return base64.b64encode(zlib.compress(text.encode(), level)).decode()


LAYERS: dict[str, Callable[[str], str]] = {
    "percent": lambda t: quote(t, safe=""),
    "percent all": lambda t: _bytes(t, "%{:02X}"),
    "percent all, small": lambda t: _bytes(t, "%{:02x}"),
    "percent, every third": lambda t: "".join(quote(c) if at % 3 else _bytes(c, "%{:02X}") for at, c in enumerate(t)),
    "json escapes": _json_units,
    "json escapes, every third": lambda t: "".join(
        json.dumps(c)[1:-1] if at % 3 else _json_units(c) for at, c in enumerate(t)
    ),
    "json string": json.dumps,
    "json document": lambda t: json.dumps({"note": t, "at": 1}),
    "python repr": repr,
    "hex escapes": lambda t: _bytes(t, "\\x{:02x}"),
    "octal escapes": lambda t: _bytes(t, "\\{:03o}"),
    "long escapes": lambda t: _characters(t, "\\U{:08x}"),
    "braced escapes": lambda t: _characters(t, "\\u{{{:x}}}"),
    "script escapes": lambda t: "".join(f"%u{ord(c):04x}" if ord(c) < 65536 else c for c in t),
    "references": lambda t: _characters(t, "&#{};"),
    "hex references": lambda t: _characters(t, "&#x{:X};"),
    "long references": lambda t: _characters(t, "&#x{:08x};"),
    "named references": lambda t: "".join(f"&{_NAMES[c]};" if c in _NAMES else html.escape(c) for c in t),
    "html": html.escape,
    "zero width": lambda t: _broken(t, 6, "\u200b"),
    "soft hyphen": lambda t: _broken(t, 9, "\u00ad"),
    "full width": lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
    "folded": lambda t: _broken(t, 22, "\n"),
    "folded, indented": lambda t: _broken(t, 20, "\r\n    "),
    "quoted-printable": lambda t: _broken(t.replace("=", "=3D"), 24, "=\n"),
    "quoted-printable, all": lambda t: _broken(_bytes(t, "={:02X}"), 75, "=\n"),
    "base64": lambda t: base64.b64encode(t.encode()).decode(),
    "base64, shifted": lambda t: base64.b64encode(f"k={t}.".encode()).decode(),
    "base64 url": lambda t: base64.urlsafe_b64encode(f"u:{t}".encode()).decode().rstrip("="),
    "base64 in lines": lambda t: base64.encodebytes(t.encode()).decode().rstrip(),
    "base64 in short lines": lambda t: "\n".join(textwrap.wrap(base64.b64encode(t.encode()).decode(), 32)),
    "base32": lambda t: base64.b32encode(t.encode()).decode(),
    "hex": lambda t: t.encode().hex(),
    "HEX": lambda t: t.encode().hex().upper(),
    "spaced hex": lambda t: t.encode().hex(" "),
    "colon hex": lambda t: t.encode().hex(":").upper(),
    "gzip": lambda t: base64.b64encode(gzip.compress(t.encode(), mtime=0)).decode(),
    "zlib": lambda t: _zlib(t, 6),
    "zlib, best": lambda t: _zlib(t, 9),
    "gzip in hex": lambda t: gzip.compress(t.encode(), mtime=0).hex(),
}
"""Ways to write a text, each of which can be undone, and that can be laid over one another."""

PARTS: dict[str, Callable[[str], str]] = {
    "whole": lambda t: t,
    "first half": lambda t: t[: max(9, len(t) // 2 + 1)],
    "last half": lambda t: t[-max(9, len(t) // 2 + 1) :],
    "inner half": lambda t: t[len(t) // 5 :][: max(9, len(t) // 2 + 1)],
}


class Written(NamedTuple):
    """A secret, and how it was written."""

    value: str
    part: str
    layers: tuple[str, ...]
    forms: tuple[str, ...]
    """The part of it that was taken, and what each layer made of it; the last one is what stands in the event."""

    @property
    def shown(self) -> str:
        """What stands in the event."""
        return self.forms[-1]


def secret(rng: Random) -> str:
    """Make a secret of any of the usual kinds."""
    size = rng.randint(16, 64)
    alphabet = rng.choice(
        [
            "0123456789abcdef",
            string.ascii_letters + string.digits,
            string.ascii_letters + string.digits + "-_",
            string.ascii_letters + string.digits + "+/=",
            string.ascii_letters + string.digits + "!@#$%^&*.:~-_+",
        ]
    )
    body = "".join(rng.choice(alphabet) for _ in range(size - 4))
    return f"{rng.choice('bcdfghk')}{rng.randint(2, 9)}{body}{rng.choice('mnpqrst')}{rng.randint(2, 9)}"


def write(rng: Random, most: int = 3) -> Written:
    """Make a secret and write it in one to three layers."""
    value = secret(rng)
    part = rng.choice(list(PARTS)) if rng.random() < 0.3 else "whole"
    layers = tuple(rng.choice(list(LAYERS)) for _ in range(rng.randint(1, most)))
    return written(value, part, layers)


def written(value: str, part: str, layers: tuple[str, ...]) -> Written:
    """Write a secret in the given layers, the first one innermost."""
    forms = [PARTS[part](value)]
    for layer in layers:
        forms.append(LAYERS[layer](forms[-1]))
    return Written(value, part, layers, tuple(forms))


def plant(shown: str, rng: Random) -> dict[str, Any]:
    """Put a text at a random place of an event."""
    around = rng.choice(["answer", "GET /v2/report", "see", "retry 3 of 5:", "id=7", "x"])
    places: list[dict[str, Any]] = [
        {"note": shown},
        {"note": f"{around} {shown} end"},
        {"note": f"{around} <{shown}>"},
        {"note": f'{around} "{shown}", 3'},
        {"note": f"{around}={shown}"},
        {"seen": {shown: 1}},
        {"seen": {f"{around} {shown}": ["x"]}},
        {"a": {"b": [{"c": [around, shown]}]}},
        {"a": ("x", shown)},
        {"body": f"{around}({shown})".encode()},
        {"body": json.dumps({"inner": json.dumps({"x": shown})})},
        {"url.path": f"/v2/{shown}/x"},
    ]
    return {"first": "GET https://api.sectors.app/v2/tags/", **rng.choice(places), "last": 200}


def remains(out: str, one: Written) -> bool:
    """Say whether half of the secret still stands in a text, in one of the forms that it took on its way there."""
    half = max(8, -(-len(one.value) // 2))
    for form in one.forms:
        size = half if form is one.forms[0] else max(12, len(form) * 2 // 3)
        if any(form[at : at + size] in out for at in range(len(form) - size + 1)):
            return True
    return False
