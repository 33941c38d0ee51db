"""Secrets whose name stands elsewhere, or in what an error says of them."""

from __future__ import annotations

import secrets

import pytest

from outwarden.redact import Redactor

KEY = secrets.token_hex(16)


@pytest.mark.parametrize(
    ("value", "index"),
    [
        ("0812-7397-5799", "users.phone_number"),
        ("Budi Santoso", "people.uk_full_name"),
        ("7f" + KEY, "sessions.idx_session_token"),
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
        "hawk id=7 saw nothing; mac=0c:42:a1:7e:55:02",
        "index pk_417927_orders",
        f"commit {KEY}0f3a on natural",
    ],
)
def test_look_alikes_of_those_stay(text):
    """Words in a path, birds, primary keys, digests."""
    assert Redactor().text(text) == text
