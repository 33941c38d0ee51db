"""The demo's own search for planted keys must find what is there: otherwise its zero means nothing."""

from __future__ import annotations

import base64
import secrets
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outwarden.cli.demo import evidence

KEY = secrets.token_hex(32)


@pytest.mark.parametrize(
    "spelled",
    [
        KEY,
        KEY.upper(),
        KEY.encode().hex(),
        KEY.encode().hex().upper(),
        "".join(f"%{ord(letter):02X}" for letter in KEY),
        quote(KEY),
    ],
    ids=["plain", "upper", "hex", "upper hex", "percent", "quoted"],
)
def test_a_key_is_found_in_every_spelling(spelled):
    """Wherever it stands."""
    assert evidence.search({"key": KEY}, [("place", f"before {spelled} after".encode())]) == [("key", "place")]


@given(st.binary(max_size=10), st.binary(max_size=10), st.booleans())
def test_a_key_is_found_inside_base64(before, after, urlsafe):
    """At every alignment, in both alphabets."""
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    stored = encode(before + KEY.encode() + after)

    assert evidence.search({"key": KEY}, [("place", stored)])


def test_what_is_not_there_is_not_found():
    """Another key is none of ours."""
    assert evidence.search({"key": KEY}, [("place", secrets.token_hex(4000).encode())]) == []


def test_all_files_of_a_folder_are_read(tmp_path):
    """Also in folders below, and when they are no text."""
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(b"\x00\xff" + KEY.encode())

    assert evidence.search({"key": KEY}, evidence.files(tmp_path)) == [("key", str(tmp_path / "below" / "file"))]
