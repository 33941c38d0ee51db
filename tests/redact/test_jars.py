"""Cookies as the classes of Python print them."""

from __future__ import annotations

import http.cookies
import secrets

import pytest
from requests.cookies import RequestsCookieJar

from outwarden.redact import Redactor

VALUE = secrets.token_hex(16)


def test_a_real_jar_shows_names_only():
    """Whatever the cookie is called."""
    jar = RequestsCookieJar()
    jar.set("remember", VALUE, domain="api.sectors.app", path="/")

    assert VALUE not in Redactor().text(repr(jar))
    assert "remember" in Redactor().text(repr(jar))
    assert VALUE not in Redactor().text(repr([*jar]))


def test_the_jar_of_the_standard_library_shows_names_only():
    """Each of its cookies has a value that goes; short ones may stay."""
    jar = http.cookies.SimpleCookie({"lang": "id", "visitor": VALUE, "sid": VALUE[::-1]})

    clean = Redactor().text(f"sent {jar!r}")

    assert VALUE[:12] not in clean
    assert VALUE[::-1][:12] not in clean
    assert "lang='id'" in clean
    assert "visitor='[REDACTED]'" in clean


@pytest.mark.parametrize(
    "text",
    [
        "<Cookie consent dialog> was shown",
        "<SimpleCookie: >",
        "<SimpleCookie: lang='id'>",
        "Cookie(name='lang', value='id')",
    ],
)
def test_other_cookies_stay(text):
    """Nothing in them is longer than a setting."""
    assert Redactor().text(text) == text
