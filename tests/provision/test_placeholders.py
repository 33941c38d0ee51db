"""`${Name}` in texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from outwarden.provision.placeholders import fill, literal, names, pieces


def test_what_is_known_is_put_in_and_the_rest_stays():
    """Unknown names keep their braces, so that they can be filled later."""
    assert fill({"a": ["${X}:${Y}"]}, {"X": "1"}) == {"a": ["1:${Y}"]}
    assert names({"a": ["${X}:${Y}", "${!Z}"]}) == {"X", "Y"}


def test_what_is_put_in_is_not_read_again():
    """A secret that looks like a placeholder is just a text."""
    assert fill("${X}", {"X": "${Y}", "Y": "no"}) == "${Y}"


@given(st.text(alphabet="${}!aA", max_size=20))
def test_what_somebody_wrote_comes_out_as_written(text):
    """A literal text survives, whatever braces it holds."""
    assert fill(literal(text), {"a": "wrong", "A": "wrong", "": "wrong"}) == text
    assert "".join(piece for piece, _ in pieces(literal(text))) == text
