"""Moments as people write them."""

from __future__ import annotations

import pytest

from outwarden.cli.moments import moment
from outwarden.errors import UsageError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10m", 999_400),
        ("2d", 827_200),
        ("1970-01-01T00:00:05Z", 5),
        ("1970-01-01 00:00", 0),
        ("1970-01-01T01:00+01:00", 0),
    ],
)
def test_a_duration_counts_back_and_a_time_is_utc(text, seconds):
    """`10m` is ten minutes ago; a time without a zone is read as it is printed."""
    assert moment(text, now_s=1_000_000) == seconds


def test_anything_else_is_refused():
    """One line says what is wanted."""
    with pytest.raises(UsageError, match="expected a duration such as 10m"):
        moment("yesterday")
