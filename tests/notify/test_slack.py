"""Slack messages, on a real server."""

from __future__ import annotations

import json

import pytest

from outwarden.errors import ConfigError
from outwarden.notify.slack import LONGEST_HEADER, LONGEST_SECTION, MOST_BLOCKS, SlackChannel


@pytest.fixture
def told(receiver):
    """Send a message and give what arrived."""

    def send(message):
        SlackChannel(f"{receiver.url}/services/T0/B0/x").deliver(message)
        return json.loads(receiver.seen[-1].body)

    return send


def test_it_says_what_where_why_and_what_to_do(told, message):
    """In blocks, and in one line of text for notifications."""
    arrived = told(message(links={"dashboard": "https://g.example/d?var-service={service}&x=1"}))

    header, what, todo, links = arrived["blocks"]
    assert header["text"]["text"] == "\N{LARGE RED CIRCLE} ALARM: High4XXErrors in portfolio (prod)"
    assert what["text"]["text"].splitlines() == [
        "4XXError was 14 in 5 minutes; the alarm is for more than 10",
        "• since: 2026-11-24 02:59:00 UTC",
        "• severity: page",
        "• routes: /v2/daily/{symbol}/ (12)",
        "• reasons: unknown_symbol (11), bad_key (3)",
        "• trace: 4bf92f3577b34da6a3ce929d0e0e4736",
    ]
    assert todo["text"]["text"] == "To do: Look at the routes."
    assert links["elements"][0]["text"] == "<https://g.example/d?var-service=portfolio&amp;x=1|dashboard>"
    assert arrived["text"].startswith("ALARM: High4XXErrors in portfolio (prod): 4XXError was 14")


def test_nobody_is_called_by_what_a_server_named(told, message, alert):
    """`<!channel>` and links in routes and reasons are shown, not followed."""
    arrived = told(message(alert(top_routes=(("/<!channel>&<https://evil.example|x>", 1),), reason="<@U1> & co")))

    text = json.dumps([arrived["text"], *arrived["blocks"][1:]])
    assert "<" not in text
    assert "&lt;!channel&gt;&amp;" in text


def test_many_alarms_stay_within_slacks_limits(told, message, alert):
    """Fifty blocks of 3000 characters, and a header of 150; how many are left out is said."""
    alerts = [alert(name=f"Alarm{n}", todo="x" * 5000, reason="y" * 5000) for n in range(60)]
    arrived = told(message(*alerts, links={"logs": "https://l.example/" + "z" * 900}))

    assert len(arrived["blocks"]) <= MOST_BLOCKS
    assert len(arrived["blocks"][0]["text"]["text"]) <= LONGEST_HEADER
    assert all(len(block.get("text", {"text": ""})["text"]) <= LONGEST_SECTION for block in arrived["blocks"])
    assert arrived["blocks"][-1]["text"]["text"] == "… and 45 more"


def test_what_is_over_is_green(told, message, alert):
    """Without what to do."""
    header, what = told(message(alert(state="OK", previous="ALARM")))["blocks"]

    assert header["text"]["text"].startswith("\N{LARGE GREEN CIRCLE} OK: High4XXErrors")
    assert "routes" not in what["text"]["text"]


def test_its_address_travels_encrypted_only():
    """It is a secret."""
    with pytest.raises(ConfigError, match="https://"):
        SlackChannel("http://hooks.example/services/x")
