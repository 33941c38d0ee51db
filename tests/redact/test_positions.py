"""Secrets whose name stands elsewhere, or in what an error says of them."""

from __future__ import annotations

import secrets

import pytest

from outwarden.redact import Redactor

PHONE = "0812-7397-5799"
KEY = secrets.token_hex(16)


@pytest.mark.parametrize(
    ("value", "index"),
    [
        ("0812-7397-5799", "users.phone_number"),
        ("Budi Santoso", "people.uk_full_name"),
        pytest.param("7f" + KEY, "sessions.idx_session_token", id="token"),
        ("q7Zk" * 4, "api_key_UNIQUE"),
    ],
)
def test_what_an_index_of_mysql_refuses_is_judged_by_its_name(value, index):
    """The message holds the value, and the index the name of its column."""
    text = f"(1062, \"Duplicate entry '{value}' for key '{index}'\")"

    assert Redactor().text(text) == text.replace(value, "[REDACTED]")


@pytest.mark.parametrize("index", ["orders.order_no", "PRIMARY", "cache_key_unique", "stocks.symbol"])
def test_other_indices_of_mysql_show_what_they_refuse(index):
    """An order's number helps to find the fault."""
    text = f"Duplicate entry '2026-000417' for key '{index}'"

    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://events.example.com/integration/{KEY}/enqueue failed",
        f'sent: Hawk id="dh37", ts="1353832234", nonce="j4h3g2", mac="{KEY}", ext="a"',
        f"saw pk_417927_{KEY.upper()} there",
        f"saw {KEY}0f3aNRAL there",
    ],
    ids=["address for alarms", "Hawk", "ClickUp", "New Relic"],
)
def test_keys_without_a_name_are_found(text):
    """By what stands around them."""
    assert KEY[4:20].lower() not in Redactor().text(text).lower()


@pytest.mark.parametrize(
    "text",
    [
        "GET /integration/tests/enqueue",
        "hawk id=7 saw nothing; mac=sonoma",
        "index pk_417927_orders",
        pytest.param(f"commit {KEY}0f3a on natural", id="commit"),
    ],
)
def test_look_alikes_of_those_stay(text):
    """Words in a path, birds, primary keys, digests."""
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"Hubungi {PHONE} (HP)", "Hubungi [REDACTED] (HP)"),
        (f"SMS to {PHONE.replace('-', ' ')} failed", "SMS to [REDACTED] failed"),
        ("order 0812-7397 of 0812-73", "order 0812-7397 of 0812-73"),
        ("serial 0812-7397-5799-0001", "serial 0812-7397-5799-0001"),
        ('203.0.113.9 - - [02/Jan/2026:03:04:05 +0000] "GET /"', '[REDACTED] - - [02/Jan/2026:03:04:05 +0000] "GET /"'),
        ("python 3.11.4.1 - - [draft]", "python 3.11.4.1 - - [draft]"),
        ("Key (order_no)=(417417) already exists.", "Key (order_no)=(417417) already exists."),
        (f"Key (phone)=({PHONE}) already exists.", "Key (phone)=([REDACTED]) already exists."),
        (
            f"INSERT INTO people (id, msisdn, api_key) VALUES (7, '{PHONE}', 'q7zzzz')",
            "INSERT INTO people (id, msisdn, api_key) VALUES (7, '[REDACTED]', '[REDACTED]')",
        ),
        (
            "1 error\nktp_number\n  Input [type=int, input_value='3171125010640866', input_type=str]",
            "1 error\nktp_number\n  Input [type=int, input_value='[REDACTED]', input_type=str]",
        ),
        ("ENV DB_SECRET VelvetHarbor", "ENV DB_SECRET [REDACTED]"),
        ("ENV STAGE VelvetHarbor7", "ENV STAGE VelvetHarbor7"),
        ('the password is "OrchidHarbor" now', 'the password is "[REDACTED]" now'),
        ('the password is "expired" now', 'the password is "expired" now'),
        ("contraseña: hola, Пароль=abcdef", "contraseña: [REDACTED], Пароль=[REDACTED]"),
        ("GET /token/refresh-now and /tokens/abc", "GET /token/refresh-now and /tokens/abc"),
        ("client_ip: 203.0.113.9:8080", "client_ip: [REDACTED]:8080"),
    ],
)
def test_places_without_a_sign_between_name_and_value(text, clean):
    """Numbers of a strict shape, lines of a known form, and what looks like both."""
    assert Redactor().text(text) == clean


def test_the_two_sides_of_a_change_are_masked():
    """Records of changes name the field in one value and hold both values beside it."""
    event = {
        "changes": [{"field": "api_key", "old": None, "new": "plain"}, {"field": "region", "old": "a", "new": "b"}]
    }

    assert Redactor().event(event) == {
        "changes": [{"field": "api_key", "old": None, "new": "[REDACTED]"}, {"field": "region", "old": "a", "new": "b"}]
    }


def test_names_in_other_languages_are_keys_too():
    """As names of fields."""
    assert Redactor().event({"contraseña": "abcdef", "senha": "abcdef"}) == {
        "contraseña": "[REDACTED]",
        "senha": "[REDACTED]",
    }


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Kata sandi Anda: fopfnx", "Kata sandi Anda: [REDACTED]"),
        ("nik_pemohon=3273015608940773", "nik_pemohon=[REDACTED]"),
        ("'3273015608940773' is not a valid nik", "'[REDACTED]' is not a valid nik"),
        ("'3273015608940773' is not a valid order", "'3273015608940773' is not a valid order"),
        ("Invalid value 'harbor' for parameter 'region'", "Invalid value 'harbor' for parameter 'region'"),
        ("OPTIONS (user 'a', password 'two words')", "OPTIONS (user 'a', password '[REDACTED]')"),
        ("net user growth was strong", "net user growth was strong"),
        ('vault.secret("prod/db")', 'vault.secret("prod/db")'),
        ("chart --name region --value jakarta7", "chart --name region --value jakarta7"),
        ("key orders:417 evicted", "key orders:417 evicted"),
        (
            "INSERT INTO t (id, token) VALUES (1, 'first'), (2, 'other') RETURNING id",
            "INSERT INTO t (id, token) VALUES (1, '[REDACTED]'), (2, '[REDACTED]') RETURNING id",
        ),
        ("nik_count=3273015608940773", "nik_count=3273015608940773"),
    ],
)
def test_names_and_values_in_statements(text, clean):
    """Whose value it is, stands around it; what is none of a secret stays."""
    assert Redactor().text(text) == clean


def test_the_way_to_a_field_is_its_name():
    """As a patch of JSON and validators of schemas write it; the path of a call is none."""
    event = {
        "patch": [{"op": "replace", "path": "/spec/api_key", "value": "plain"}],
        "errors": [{"instancePath": "/api_key", "data": "plain"}],
        "call": {"path": "/oauth/token", "data": {"note": "plain"}},
        "record": {"ktp": {"string": "3273126204680532"}},
    }

    assert Redactor().event(event) == {
        "patch": [{"op": "replace", "path": "/spec/api_key", "value": "[REDACTED]"}],
        "errors": [{"instancePath": "/api_key", "data": "[REDACTED]"}],
        "call": {"path": "/oauth/token", "data": {"note": "plain"}},
        "record": {"ktp": {"string": "[REDACTED]"}},
    }
