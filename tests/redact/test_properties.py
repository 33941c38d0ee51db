"""Properties: random secrets at random places in random encodings, and random input of any shape."""

from __future__ import annotations

import json
import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outwarden.redact import Redactor, rules
from outwarden.redact.decoding import _BASE64, _HEX, _SPACED_HEX
from outwarden.redact.matcher import Matcher, lower
from outwarden.redact.runs import PRINTABLE_BASE32, Hints

_PRINTABLE = re.compile(f"[A-Z2-7]{{24}}|{PRINTABLE_BASE32.pattern.decode()}")
SECRETS = st.text(string.ascii_letters + string.digits + "+/=_-.:!$@*", min_size=16, max_size=72).filter(
    lambda text: len(set(text)) > 8 and text.strip(".:!=-") == text
)
WORDS = st.text(string.ascii_lowercase + " ", max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | WORDS
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12
)
LOOSE = st.text(max_size=200) | st.text("ab1AZ=:\"'\\ \n%&;@./-+[]{}()<>", max_size=200)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | LOOSE | st.binary(max_size=50),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(LOOSE, inner, max_size=5) | st.tuples(inner, inner),
    max_leaves=25,
)
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _planted(tree, text, draw):
    """Put a text at a random place of a tree."""
    if isinstance(tree, list) and tree and draw(st.booleans()):
        at = draw(st.integers(0, len(tree) - 1))
        return [*tree[:at], _planted(tree[at], text, draw), *tree[at + 1 :]]
    if isinstance(tree, dict) and tree and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(tree)))
        return {**tree, name: _planted(tree[name], text, draw)}
    how = draw(st.sampled_from(["alone", "inside", "key", "list", "bytes"]))
    around = draw(WORDS)
    return {
        "alone": text,
        "inside": f"{around} <{text}> {around}",
        "key": {f"{around}{text}": 1},
        "list": [around, text],
        "bytes": f"{around} {text}".encode(),
    }[how]


@given(data=st.data())
@RELAXED
def test_a_registered_secret_is_found_anywhere_in_any_encoding(corpus, data):
    """Whatever the secret, wherever it stands and however it is written: it is gone."""
    value = data.draw(SECRETS)
    encoding = data.draw(st.sampled_from(sorted(corpus.ENCODINGS)))
    event = {"top": _planted(data.draw(TREES), corpus.ENCODINGS[encoding](value), data.draw)}
    redactor = Redactor(secrets=[value])

    out = redactor.event(event)

    secret = corpus.Secret("known", value, ("value",), known=True)
    assert "redaction_error" not in out
    assert not corpus.leaks(out, secret), (encoding, out)


@given(event=st.dictionaries(LOOSE, ANYTHING, max_size=6))
@RELAXED
def test_any_event_comes_out_as_plain_data(event):
    """No crash and no strange object: what comes out can be written as JSON, and has as many entries."""
    redactor = Redactor(secrets=["correct-horse-battery"])

    out = redactor.event(event)

    assert "redaction_error" not in out
    json.dumps(out)


@given(text=LOOSE)
@RELAXED
def test_any_text_comes_out_alike_with_and_without_the_accelerator(text):
    """The two ways to search give the same text."""
    secrets = ["correct-horse-battery", "ab1AZab1AZ=ab1"]

    assert Redactor(secrets=secrets).text(text) == Redactor(secrets=secrets, fast=False).text(text)


@given(text=st.text(max_size=120) | st.text("tokenpaswrdi=: -_@eyJAKIA/", max_size=120))
@RELAXED
def test_both_matchers_find_the_same_places(text):
    """Every literal at every place, however they overlap."""
    literals = rules.literals()
    pieces = ["enpasw", "okenpas"]

    fast = Matcher(literals, pieces).hits(lower(text), 10_000)
    slow = Matcher(literals, pieces, fast=False).hits(lower(text), 10_000)

    assert fast == slow
    assert len(lower(text)) == len(text)


@pytest.mark.parametrize(
    ("hint", "pattern"),
    [("base64", _BASE64), ("hexadecimal", _HEX), ("base32", _PRINTABLE), ("spaced", _SPACED_HEX)],
)
@given(data=st.data())
@RELAXED
def test_the_quick_look_misses_nothing_that_would_be_decoded(hint, pattern, data):
    """A gate that lets less through than the rule behind it is a leak."""
    alphabets = {"base64": "QUFBRz0kZW1p/x", "hexadecimal": "2345678abf", "base32": "ABEIJKZ27", "spaced": "4567abf "}
    text = data.draw(st.text(alphabets[hint] + "\0", max_size=80))

    found = pattern.search(text) is not None

    assert bool(getattr(Hints(text.encode("latin-1", "replace")), hint)) == found


@given(event=st.dictionaries(WORDS, TREES, max_size=4))
@RELAXED
def test_harmless_events_stay_as_they_are(event):
    """Words and numbers without a telling name pass untouched."""
    redactor = Redactor(secrets=["correct-horse-battery"])
    harmless = {f"field {at}": value for at, value in enumerate(event.values()) if not isinstance(value, dict | list)}

    assert redactor.event(harmless) == harmless


@given(seed=st.integers(0, 2**48))
@RELAXED
def test_random_events_neither_leak_nor_break(fuzz, seed):
    """No error, no leak of a known secret in layers of encodings, the same with and without accelerator."""
    assert fuzz.faults(seed) == []
