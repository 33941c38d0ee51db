"""A judge of what is left of secrets and of survivors: a patient reader with every decoder."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from .kinds import Secret

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}")


def text_of(event: Any) -> str:
    """Give all keys and values of an event as one text."""
    if isinstance(event, dict):
        return "\0".join(f"{name}\0{text_of(value)}" for name, value in event.items())
    if isinstance(event, list | tuple):
        return "\0".join(map(text_of, event))
    return event.decode("latin-1") if isinstance(event, bytes) else str(event)


def readings(text: str) -> list[str]:
    """Give what a patient reader gets out of a text: three rounds of every decoding."""
    seen, fresh = {text}, [text]
    for _ in range(3):
        found = {view for known in fresh for view in _decoded(known)} - seen
        seen |= found
        fresh = list(found)
    return list(seen)


def _decoded(text: str) -> Iterator[str]:
    yield unquote(text)
    yield html.unescape(text)
    yield re.sub(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})", lambda m: chr(int(m[1] or m[2], 16)), text)
    yield re.sub(r"=\r?\n|\s+", "", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    for run in re.findall(r"(?:[0-9a-fA-F]{2}){8,}", text):
        yield bytes.fromhex(run).decode("latin-1")
    for run in re.findall(r"[A-Z2-7]{24,}", text):
        try:
            yield base64.b32decode(run + "=" * (-len(run) % 8)).decode("latin-1")
        except ValueError:
            continue
    for found in _BASE64.finditer(text):
        for shift in range(4):
            run = found[0][shift:].replace("-", "+").replace("_", "/")
            raw = base64.b64decode(run[: len(run) // 4 * 4])
            if raw[:2] == b"\x1f\x8b":
                try:
                    raw = zlib.decompressobj(31).decompress(base64.b64decode(run + "=" * (-len(run) % 4)))
                except (zlib.error, ValueError):
                    continue
            if raw and sum(32 <= byte < 127 for byte in raw) > 0.8 * len(raw):
                yield raw.decode("latin-1")


def leaks(out: dict[str, Any], secret: Secret) -> bool:
    """Say whether half of a secret can still be read, or a hash of it that anybody can compute."""
    texts = readings(text_of(out))
    for value in secret.parts or (secret.value,):
        if secret.digits:
            value = re.sub(r"\D", "", value)  # noqa: PLW2901 - as it would be dialled
            views = [re.sub(r"[ \-.()]", "", text) for text in texts]
        else:
            views = texts
        size = min(16, max(8, -(-len(value) // 2)))
        if secret.kind in ("pem", "openssh"):
            value = value.split("\n")[2]  # noqa: PLW2901 - any line of the body
        if any(value[at : at + size] in view for view in views for at in range(len(value) - size + 1)):
            return True
        digests = [hashlib.new(name, value.encode()).hexdigest()[:16] for name in ("md5", "sha1", "sha256")]
        if any(digest in texts[0] for digest in digests):
            return True
    return False


def lost(out: dict[str, Any], survivors: Iterable[str]) -> list[str]:
    """Give the strings that should have survived and did not."""
    text = text_of(out)
    return [kept for kept in survivors if kept not in text and kept not in unquote(text)]
