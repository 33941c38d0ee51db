"""Lists of names hold no values; lists of names and values do."""

from __future__ import annotations

import json

import pytest

from outwarden.redact import Redactor


@pytest.mark.parametrize(
    "event",
    [
        {"required": ["password", "email", "token"]},
        {"fields": ["id", "token", "email", "password"]},
        {"columns": ["id", "api_key", "name"]},
        {"allow_headers": ["Authorization", "X-API-Key", "Content-Type"]},
        {"vary": ["Cookie", "Authorization", "Accept-Encoding"]},
        {"masked": ["password", "secret", "authorization"]},
        {"loc": ["body", "password", "confirm"]},
    ],
)
def test_lists_of_names_stay(event):
    """As fields, in JSON with and without blanks, and as Python prints them."""
    assert Redactor().event(event) == event
    for text in (json.dumps(event), json.dumps(event, separators=(",", ":")), str(event)):
        assert Redactor().text(text) == text


@pytest.mark.parametrize("value", ["kucing7putih", "q7c41d0e88b2", "Mangga!Kuda"])
@pytest.mark.parametrize("name", ["fields", "required", "args", "pairs"])
def test_values_in_such_lists_go(name, value):
    """What looks like no name is a value."""
    event = {name: ["password", value]}

    assert value not in str(Redactor().event(event))
    assert value not in Redactor().text(json.dumps(event))


@pytest.mark.parametrize("name", ["args", "pairs", "words"])
def test_words_in_other_lists_go(name):
    """A password may be a word."""
    event = {name: ["password", "kucingputih"]}

    assert "kucing" not in str(Redactor().event(event))
    assert "kucing" not in Redactor().text(json.dumps(event))
