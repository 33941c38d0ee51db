"""Known secrets, and the last gate."""

from __future__ import annotations

import base64
import json
import logging
import secrets
import string
import time
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outwarden import tally
from outwarden.event import CallEvent, Notice, decode, encode
from outwarden.redact import Redactor, Registry, finder

VALUES = st.text(string.ascii_letters + string.digits + "+/=-_.:!$%&?ä€ ", min_size=10, max_size=64).filter(
    lambda text: text.strip() == text and len(set(text)) > 5
)

ENCODINGS = {
    "plain": str,
    "json": lambda value: json.dumps(value)[1:-1],
    "percent": lambda value: quote(value, safe=""),
    "percent twice": lambda value: quote(quote(value, safe=""), safe=""),
    "percent in lower case": lambda value: quote(value, safe="").lower() if value.islower() else value,
    "all percent": lambda value: "".join(f"%{byte:02X}" for byte in value.encode()),
    "hex": lambda value: value.encode().hex(),
    "HEX": lambda value: value.encode().hex().upper(),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64 after one": lambda value: base64.b64encode(b"u" + value.encode()).decode(),
    "base64 in the middle": lambda value: base64.b64encode(b"ab" + value.encode() + b"tail").decode(),
    "base64url": lambda value: base64.urlsafe_b64encode(b"user:" + value.encode()).decode().rstrip("="),
    "unicode escapes": lambda value: "".join(f"\\u{ord(character):04x}" for character in value),
    "first two thirds": lambda value: value[: max(9, -(-len(value) * 3 // 4))],
    "last two thirds": lambda value: value[-max(9, -(-len(value) * 3 // 4)) :],
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(value=VALUES)
@settings(max_examples=40, deadline=None)
def test_a_registered_secret_is_masked_in_every_encoding(encoding, value):
    """No form of a registered secret passes, wherever it stands."""
    registry = Registry()
    registry.register(value)
    shown = ENCODINGS[encoding](value)

    text = registry.scrub(f'before "{shown}" after')

    assert shown not in text
    assert text.startswith('before "')
    assert "[REDACTED]" in text


@given(text=st.text(max_size=300))
@settings(max_examples=50, deadline=None)
def test_texts_without_a_secret_stay_as_they_are(text):
    """Needles hit only what they are made of."""
    registry = Registry()
    registry.register(secrets.token_hex(32))

    assert registry.scrub(text) == text


def test_short_values_are_refused_and_only_named(caplog):
    """Masking a short value everywhere would destroy more than it protects; the log does not show it."""
    registry = Registry()

    with caplog.at_level(logging.WARNING):
        registry.register("pa55wd", "database password")

    assert registry.scrub("pa55wd") == "pa55wd"
    assert caplog.records[0].secret_name == "database password"
    assert "pa55wd" not in caplog.text


def test_an_empty_secret_masks_nothing():
    """An empty value in a secret store once made a scrubber of others mask everything."""
    registry = Registry()
    registry.register("")
    registry.register("   \n")

    assert registry.scrub("all is well") == "all is well"


def test_a_key_read_from_a_file_is_registered_without_its_newline(key):
    """Files end with a newline; keys do not."""
    registry = Registry()
    registry.register(f"{key}\n")

    assert registry.scrub(f"<{key}>") == "<[REDACTED]>"


def test_only_the_latest_observed_credentials_are_kept():
    """A program that gets a new token for each call does not fill the memory."""
    registry = Registry()
    tokens = [secrets.token_hex(20) for _ in range(100)]
    for token in tokens:
        registry.observe(token)

    assert registry.scrub(tokens[-1]) == "[REDACTED]"
    assert registry.scrub(tokens[0]) == tokens[0]


def _event(**fields):
    return CallEvent(
        **{
            "ts": "2026-11-24T00:00:00.000000Z",
            "event_id": "e1",
            "call_id": "c1",
            "attempt": 1,
            "api": "sectors",
            "method": "GET",
            "host": "api.sectors.app",
            "outcome": "ok",
            "status": 200,
            "service": "s",
            "env": "test",
            "pid": 1,
            "schema": 1,
            "duration_ms": 3.5,
            **fields,
        }
    )


def test_the_last_gate_passes_a_clean_line_untouched(redactor):
    """The ordinary case costs a look and changes nothing."""
    line = encode(_event())

    assert redactor.gate(line) is line


@pytest.mark.parametrize("field", ["path", "error", "host", "query", "route", "service", "env", "call_id", "method"])
@pytest.mark.parametrize("encoding", ["plain", "base64 in the middle", "hex", "first two thirds"])
def test_the_last_gate_leaves_only_the_skeleton(redactor, key, field, encoding):
    """A secret in the final bytes is a fault of ours: the event shrinks to what cannot hold it, and is counted."""
    before = tally.snapshot()["last_gate"]
    shown = ENCODINGS[encoding](key)

    line = redactor.gate(encode(_event(**{field: f"x{shown}x"})))

    assert tally.snapshot()["last_gate"] == before + 1
    assert not redactor.registry.hits(line)
    if field != "call_id":
        event = decode(line)
        assert (event.status, event.outcome, event.duration_ms) == (200, "ok", 3.5)
        assert event.redactions == {"last_gate": 1}


@pytest.mark.parametrize(
    "shown", [lambda key: str(list(key.encode())), " ".join, lambda key: base64.b85encode(key.encode()).decode()]
)
def test_the_last_gate_finds_lists_and_pieces_in_an_error(redactor, key, shown):
    """Text of any form is looked at for the same notations as everywhere; an error that is clean passes as it is."""
    event = decode(redactor.gate(encode(_event(error=f"sent {shown(key)} twice"))))
    clean = encode(_event(error="[Errno 111] Connection refused"))

    assert (event.error, event.redactions) == (None, {"last_gate": 1})
    assert redactor.gate(clean) is clean


def test_the_last_gate_knows_notices(redactor, key):
    """Our own notices go through the same gate."""
    notice = Notice(
        ts="t", event_id="e", name="lost", service="s", env="e", pid=1, schema=1, count=3, reason=f"because of {key}"
    )

    assert decode(redactor.gate(encode(notice))) == msgspec.structs.replace(notice, reason=None)


def test_the_last_gate_gives_up_lines_that_it_cannot_read(redactor, key):
    """What is no event and holds a secret does not go on at all."""
    assert redactor.gate(f'{{"x": "{key}"}}'.encode()) == b""


def test_secrets_may_be_given_at_once(key):
    """`Redactor(secrets=[…])` is enough for texts."""
    assert Redactor(secrets=[key]).text(f"key {key}!") == "key [REDACTED]!"


@pytest.mark.parametrize("accelerated", [True, False])
def test_the_last_gate_knows_many_secrets(monkeypatch, accelerated):
    """Each of a hundred, in each form, with and without the accelerator; clean lines pass as they are."""
    monkeypatch.setattr("outwarden.redact.finder.accelerated", accelerated and finder.accelerated)
    values = [secrets.token_urlsafe(24) for _ in range(100)]
    redactor = Redactor(secrets=values)
    clean = b'{"note": "nothing here"}'

    assert redactor.gate(clean) == clean
    for value in values:
        for form in (value, value.upper(), value.encode().hex(), base64.b64encode(value.encode()).decode()):
            assert redactor.registry.hits(f"x {form} y".encode()), form
    assert not redactor.registry.needles.found("\ud83d nothing")
    assert redactor.registry.needles.found(f"\ud83d {values[7]}")


def test_a_line_end_inside_an_escape_hides_nothing():
    """A known secret that was percent-encoded first and folded then."""
    value = secrets.token_hex(20)
    digits = [f"{ord(character):02x}" for character in value]
    folded = "".join(f"%{pair[0]}\n{pair[1]}" if at % 8 == 7 else f"%{pair}" for at, pair in enumerate(digits))

    assert value[:12] not in Redactor(secrets=[value]).text(f"sent <{folded}> twice")
    assert "[REDACTED]" in Redactor(secrets=[value]).text(f"sent <{folded}> twice")


@pytest.mark.parametrize(
    "prefix", ["xnd_production_", "https://hooks.slack.com/services/T0AAAAAA1/B0BBBBBB2/", "sk-ant-api03-"]
)
@pytest.mark.parametrize("around", ["tried %s, twice", "a%%20b %s\\n", '{"used": "%s"}', "&amp; %s\n"])
def test_other_keys_of_the_same_vendor_go_whole(prefix, around):
    """They begin like the registered one: that beginning was masked, and in what was left no rule knew a key."""
    registered, other = (prefix + secrets.choice(string.ascii_letters) + secrets.token_hex(12) for _ in range(2))

    shown = Redactor(secrets=[registered]).text(around % other)

    assert other[-25:-17] not in shown
    assert other[-8:] not in shown


def test_thousands_of_secrets_are_registered_at_once():
    """Each by itself: what is searched for is made of them when a text comes, not with each anew, which took minutes."""
    known = [secrets.token_hex(20) for _ in range(2_000)]
    redactor = Redactor(secrets=known[:1_000])
    begun = time.thread_time()

    for one in known[1_000:]:
        redactor.registry.register(one)

    assert time.thread_time() - begun < 5
    assert redactor.registry.hits(f"x {known[-1]} y".encode())
