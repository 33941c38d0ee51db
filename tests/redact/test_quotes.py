"""Quoted values that are no plain quoted values."""

from __future__ import annotations

import secrets

import pytest

from outwarden.redact import Redactor

FIRST, SECOND = "q7" + secrets.token_hex(6), "z3" + secrets.token_hex(6)
PHRASE = "velvet saddle quartz harbor"


@pytest.mark.parametrize(
    "text",
    [
        "password = ('%1'\n            '%2')\nport = 80",
        'token = "%1" \\\n  "%2"\nport = 80',
        "const apiKey = '%1' + '%2';",
        "$password = '%1' . '%2';",
        "SET password = '%1' || '%2' WHERE x",
        'String token = "%1" +\n    "%2";',
        "{\"code\": \"token = ('%1'\\n    '%2')\"}",
        "api_key = (&quot;%1&quot;\n    &quot;%2&quot;)",
    ],
)
def test_a_value_in_several_pieces_goes_as_a_whole(text):
    """Source code breaks long texts, and error pages print source code."""
    clean = Redactor().text(text.replace("%1", FIRST).replace("%2", SECOND))

    assert FIRST[2:] not in clean
    assert SECOND[2:] not in clean


@pytest.mark.parametrize(
    "text",
    [
        '"password": "%1"\n"region": "jakarta"',
        "login --password '%1' 'jakarta'",
        "-password: %1\n+region: jakarta",
        "password='%1' region='jakarta'",
        "token: '%1'\n- 'jakarta'",
    ],
)
def test_what_only_stands_beside_a_value_stays(text):
    """The next name of a mapping, the next argument, the next item of another list."""
    assert "jakarta" in Redactor().text(text.replace("%1", FIRST))


@pytest.mark.parametrize(
    "text",
    [
        f"password=&quot;{PHRASE}&quot; port=&quot;1&quot;",
        f"token: &#x27;{PHRASE}&#x27;, next",
        f"ALTER USER app WITH PASSWORD '{PHRASE}' VALID UNTIL 'infinity'",
        f"create role app encrypted password '{PHRASE}'",
        f"curl -H 'X-Api-Token: {PHRASE}' https://api.example.com/v1/me",
        f'http --header "Authorization: {PHRASE}" https://api.example.com/v1/me',
    ],
)
def test_a_phrase_in_quotes_of_other_kinds_goes_as_a_whole(text):
    """Escaped quotes, those of SQL, and those around a header and its name."""
    clean = Redactor().text(text)

    assert not any(word in clean for word in PHRASE.split())
    assert clean.count("[REDACTED]") == 1


@pytest.mark.parametrize(
    "text",
    [
        "curl -H 'Accept: application/json' https://api.example.com/v1/me",
        "curl -H 'Authorization: Bearer $TOKEN' https://api.example.com/v1/me",
        'a:2:{s:5:"stage";s:4:"prod";s:4:"port";i:80;}',
        'variable "region" {\n  default = "ap-southeast-3"\n}',
        'variable "password_policy" {\n  default = "min12-mixed-4"\n}',
    ],
)
def test_look_alikes_stay(text):
    """Other headers, variables, and names that are none of a secret."""
    assert Redactor().text(text) == text
