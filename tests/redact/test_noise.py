"""Text in noise: what is told by shifts and ands is what decoding all of it would give."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from outwarden.redact.noise import TEXT, texts_in

PIECES = st.one_of(
    st.text(alphabet="aB1 \t\0\x7f\x85é\uff41\u200b\ufffd\ufdd0\U0001f600", max_size=12).map(str.encode),
    st.binary(max_size=4),
)


def _decoded(data: bytes) -> list[str]:
    return TEXT.findall(data.decode("utf-8", "replace"))


@given(st.lists(PIECES, max_size=8).map(b"".join))
def test_text_is_found_wherever_it_begins(data):
    """Between bytes that are none, cut off inside a character, in characters of one to four bytes."""
    assert texts_in(data) == _decoded(data)


def test_text_is_found_in_much_noise():
    """Of more than the size for which everything is prepared as well."""
    noise = random.Random(1).randbytes(30_000)

    assert texts_in(noise) == _decoded(noise) != []
