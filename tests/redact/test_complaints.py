"""What a validator says in the place of a value is no value; what stands there otherwise is."""

from __future__ import annotations

import json

import pytest

from outwarden.redact import Redactor

COMPLAINTS = (
    "This field is required.",
    "This field may not be blank.",
    "Enter a valid email address.",
    "is too short (minimum is 8 characters)",
    "has expired",
    "Password must be at least 8 characters long.",
    "user with this email already exists.",
    "Token is invalid or expired",
    "can't be blank",
    "Kata sandi wajib diisi.",
    "tidak boleh kosong",
)
"""As Django REST framework, Rails, Laravel and others word it."""


@pytest.mark.parametrize("said", COMPLAINTS)
@pytest.mark.parametrize("name", ["password", "token", "email", "api_key", "full_name"])
def test_what_a_validator_says_stays(name, said):
    """As a field, in a list, and in JSON inside a text."""
    for event in ({name: said}, {name: [said]}, {"errors": {name: [said, said]}}, {"body": json.dumps({name: [said]})}):
        assert Redactor().event(event) == event


@pytest.mark.parametrize(
    "value",
    [
        "correct horse battery staple",
        "is valid k7Q2mZ91xW",
        "must 88421 have",
        "kuda mangga biru",
        "Token " + "q7" * 12,
    ],
)
def test_values_of_several_words_go(value):
    """Passphrases, and complaints that show the value itself."""
    for event in ({"password": value}, {"password": [value]}, {"body": json.dumps({"password": value})}):
        assert value not in json.dumps(Redactor().event(event))


def test_a_known_secret_in_a_complaint_goes():
    """What is said is looked through like any other text."""
    word = "kuda" + "manggabiru"

    assert Redactor(secrets=[word]).event({"token": [f"is not valid {word}"]}) == {"token": ["is not valid [REDACTED]"]}
