"""What is told of a body's size counts where it is a number."""

from __future__ import annotations

import pytest

from outwarden.capture.lengths import told


@pytest.mark.parametrize("length", ["12", b"12"])
def test_numbers(length):
    """As text and as bytes."""
    assert told(length) == 12


@pytest.mark.parametrize(
    "length", ["many", "", "-1", "1_0", "\N{SUPERSCRIPT TWO}", "9" * 5000, 7, None], ids=lambda length: repr(length)[:9]
)
def test_all_else(length):
    """Nothing that `int` would trip over, or that no body has."""
    assert told(length) is None
