"""Bytes as programs print them, with a secret that nobody registered in what they say."""

from __future__ import annotations

import base64
import gzip
import secrets
import zlib
from collections.abc import Callable

import pytest

from outwarden.redact import Redactor

KEY = "q7" + secrets.token_hex(11)
TELLING = f"config loaded: db_password={KEY} port=5432, and what else there is"
HARMLESS = "config loaded: region=ap-southeast-3 port=5432, and what else there is"


def _dump(text: str, address: str, group: int, close: str = "") -> str:
    lines = []
    for at in range(0, len(text), 16):
        piece = text[at : at + 16]
        groups = [piece[one : one + group].encode().hex() for one in range(0, len(piece), group)]
        lines.append(f"{address.format(at)}  {' '.join(groups)}  {close}{piece}{close}")
    return "\n".join(lines)


WAYS: dict[str, Callable[[str], str]] = {
    "hexdump -C": lambda text: _dump(text, "{:08x}", 1, "|"),
    "xxd": lambda text: _dump(text, "{:08x}:", 2),
    "tcpdump -X": lambda text: _dump(text, "\t0x{:04x}:", 2),
    "list": lambda text: ", ".join(f"0x{byte:02x}" for byte in text.encode()),
    "array": lambda text: " ".join(f"0x{byte:02X}" for byte in text.encode()),
    "UTF-16 in hex": lambda text: text.encode("utf-16-le").hex(),
    "the same, big end first": lambda text: text.encode("utf-16-be").hex().upper(),
    "UTF-16 in base64": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "zlib": lambda text: base64.b64encode(zlib.compress(text.encode())).decode(),
    "zlib in hex": lambda text: zlib.compress(text.encode()).hex(),
    "gzip in hex": lambda text: gzip.compress(text.encode(), mtime=0).hex().upper(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fast", [True, False], ids=["fast", "slow"])
def test_bytes_are_read(way, fast):
    """With the accelerator and without, alone, in a text, and as one field of many."""
    redactor = Redactor(fast=fast)
    written = WAYS[way](TELLING)

    assert redactor.text(f"sent: {written} (end)") != f"sent: {written} (end)"
    assert redactor.event({"note": "a", "sent": written, "after": "b"}) == {
        "note": "a",
        "sent": "[REDACTED]",
        "after": "b",
    }


@pytest.mark.parametrize("way", WAYS)
def test_bytes_that_say_nothing_stay(way):
    """To be printed byte by byte is no crime."""
    written = WAYS[way](HARMLESS)

    assert Redactor().text(f"sent:\n{written}\n(end)") == f"sent:\n{written}\n(end)"


@pytest.mark.parametrize(
    "text",
    ["0x7ffd9a3b, 0x6b2f at frame 12", "row 00000010 of 20", "eJw is no word", "SQLSTATE 006100", "commit 789c0f3a51"],
)
def test_look_alikes_of_such_bytes_stay(text):
    """Addresses, numbers, and what begins like a packed text."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize("way", ["zlib", "zlib in hex", "gzip in hex"])
def test_what_unpacks_to_more_than_any_text_goes(way):
    """What it says is not looked at, so it is not kept."""
    written = WAYS[way]("region=jakarta " * 4_000)

    assert written not in Redactor().text(f"sent: {written} (end)")
