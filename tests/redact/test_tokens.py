"""Tokens: a value of one long word is found in one look, and just where a closer look finds it."""

from __future__ import annotations

import secrets

import pytest

from outwarden.redact import Redactor, tokens

_BODIES = (
    *("Aa0" + secrets.token_urlsafe(24), secrets.token_hex(20), "Kucing#" + secrets.token_hex(4)),
    *("B" + secrets.token_hex(12), "REDACTED_" + secrets.token_hex(4), "undefined", "bearer", "x" * 12, "token"),
    *("Digest-" + secrets.token_hex(12), "a/b+" + secrets.token_urlsafe(20) + "==", secrets.token_hex(300)),
)
_AROUND = (
    *("?page=1&{name}={body}&limit=2", "{name}={body}", "{name}={body} and more", "{name}={body}.", "{name}='{body}'"),
    *(
        '{{"{name}":"{body}"}}',
        '{{"{name}": "{body}", "a": 1}}',
        '{{"{name}":"{body}',
        '"{name}":"{body}" + "more1234"',
    ),
    *(
        "{name}: {body}",
        "-H '{name}: {body} more'",
        "<a {name}={body}>",
        '<p name="{name}">{body}</p>',
        "{name}={body}\n next",
    ),
    *(
        "{name}={body},other",
        "{name}={body}&amp;b",
        "{name}={body}é",
        '"{name}":"x":private]=> "{body}"',
        "{name} = {body};",
    ),
)


@pytest.mark.parametrize("name", ["api_key", "password", "passwd", "Cookie", "Authorization", "backup_codes", "token"])
def test_one_look_sees_what_a_closer_one_does(name, monkeypatch):
    """Whatever stands around a value, the same of a text goes with the quick look and without."""
    texts = [around.format(name=name, body=body) for around in _AROUND for body in _BODIES]
    redactor = Redactor()
    quick = [redactor.text(text) for text in texts]
    monkeypatch.setattr(tokens, "find", lambda *_: None)

    assert quick == [redactor.text(text) for text in texts]


def test_a_token_ends_at_the_next_parameter():
    """`&` and a name end it, another `&` does not."""
    value = secrets.token_hex(16)

    assert Redactor().text(f"?api_key={value}&page=2") == "?api_key=[REDACTED]&page=2"
    assert value[-8:] not in Redactor().text(f"?api_key={value}&{value}")
