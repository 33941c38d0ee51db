"""Registered secrets written in one way inside another: a random one, in one to three layers, at a random place."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outwarden.redact import Redactor

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
