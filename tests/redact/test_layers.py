"""Registered secrets written in one way inside another: a random one, in one to three layers, at a random place."""

from __future__ import annotations

import base64
import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outwarden.redact import Redactor
from outwarden.redact.reading import Reader

SEEDS = st.integers(0, 2**48)
RELAXED = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _left(corpus, layers, one, event) -> dict:
    out = Redactor(secrets=[one.value]).event(event)
    assert "redaction_error" not in out
    assert not layers.remains(corpus.text_of(out), one), (one, out)
    assert not corpus.leaks(out, corpus.Secret("known", one.value, ("value",), known=True)), (one, out)
    return out


@given(seed=SEEDS)
@RELAXED
def test_a_registered_secret_is_found_in_any_three_layers(corpus, layers, seed):
    """Whatever was written in whatever, as a key, as a value or inside a text: nothing of it is left."""
    rng = random.Random(seed)
    one = layers.write(rng)

    out = _left(corpus, layers, one, layers.plant(one.shown, rng))

    assert out["first"] == "GET https://api.sectors.app/v2/tags/"


@pytest.mark.parametrize(
    "layer", ["percent all", "hex references", "json escapes", "base64", "hex", "gzip", "full width"]
)
def test_the_rest_of_a_text_stays(layers, layer):
    """Only the piece that tells a secret goes, not what stands around it."""
    one = layers.written("c8" + "Zk3v" * 9, "whole", (layer, "base64", "percent all"))

    text = Redactor(secrets=[one.value]).text(f"GET /v2/report <{one.shown}> took 3.5 s")

    assert text == "GET /v2/report <[REDACTED]> took 3.5 s"


@pytest.mark.parametrize("outer", ["spaced hex", "hex", "HEX"])
def test_a_soft_hyphen_between_digits_in_hex_parts_no_secret(layers, outer):
    """What is encoded again goes from its first byte to its last, not only up to the first one that no keyboard has."""
    one = layers.written("k3N/=FFXOwcV" + "fbLOG9I=sn8", "whole", ("HEX", "soft hyphen", outer))

    assert Redactor(secrets=[one.value]).text(f"see {one.shown} now") == "see [REDACTED] now"


def test_what_is_hidden_too_deep_goes_as_a_whole(layers):
    """Nobody can undo everything: what takes too long to read is not passed."""
    deep = layers.written("c8" + "Zk3v" * 9, "whole", ("base64",) * 19).shown

    assert Redactor(secrets=["another-" + "d4w" * 9]).text(deep[:16_000]) == "[REDACTED]"


def test_long_honest_texts_are_not_taken_for_hidden_ones():
    """A page of JSON with escapes in it, a traceback, a list of digests."""
    redactor = Redactor(secrets=["c8" + "Zk3v" * 9])
    rows = [{"symbol": "BBCA", "note": 'said "as before"\n', "path": "C:\\data\\x", "close": at} for at in range(60)]
    digests = "\n".join(random.Random(7).randbytes(32).hex() for _ in range(200))

    for text in (json.dumps(rows), json.dumps({"inner": json.dumps(rows[:15])}), digests):
        assert redactor.text(text) == text


def test_what_goes_on_behind_a_masked_piece_is_read():
    """A label's value ends before the run of base64 does: what is left of a known secret goes as well."""
    secret = "q7Zk3vM2p9" * 2
    run = base64.b64encode(f"a{secret}".encode()).decode()

    text = Redactor(secrets=[secret]).text(f"GET /token/{run[:12]}/{run[12:]} failed")

    assert run[12:] not in text


def test_nothing_is_read_where_all_that_is_encoded_went(monkeypatch):
    """The value of a label was masked, and nothing else can be decoded: nobody need look for secrets in the rest."""
    redactor = Redactor(secrets=["q7Zk3vM2p9" * 2])
    read: list[str] = []
    monkeypatch.setattr(Reader, "conceal", lambda _self, text, _budget, **_options: read.append(text) or text)
    run, other = (base64.b64encode(text).decode() for text in (b"the report of the company", b"a page of the journal"))

    assert redactor.event({"note": f"api_key={run} of the bot"}) == {"note": "api_key=[REDACTED] of the bot"}
    assert not read
    assert redactor.event({"note": f"api_key={run} of {other}"})["note"].endswith(other)
    assert len(read) == 1
