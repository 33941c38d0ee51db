"""What an event keeps of the response's headers."""

from __future__ import annotations

import time
from email.utils import formatdate

import httpx
import pytest
from multidict import CIMultiDict
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict

from outwarden.redact import responses


@pytest.mark.parametrize("mapping", [dict, CaseInsensitiveDict, httpx.Headers, HTTPHeaderDict, CIMultiDict])
def test_limits_and_the_end_of_an_api_are_read(mapping):
    """Allow-listed headers in their documented shape are kept."""
    said = responses.read(
        mapping(
            {
                "Retry-After": "30",
                "X-RateLimit-Remaining": "7",
                "Deprecation": "@1688169599",
                "Sunset": "Wed, 11 Nov 2026 23:59:59 GMT",
                "Content-Length": "512",
                "Set-Cookie": "sid=1",
            }
        )
    )

    assert said == responses.Said(
        retry_after_s=30.0,
        rate_remaining=7,
        deprecation="@1688169599",
        sunset="Wed, 11 Nov 2026 23:59:59 GMT",
        content_length=512,
    )


def test_a_date_to_retry_after_becomes_seconds():
    """RFC 9110 allows a date as well."""
    said = responses.read({"retry-after": formatdate(time.time() + 60, usegmt=True)})

    assert 55 < said.retry_after_s <= 60


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"RateLimit": '"default";r=50;t=30', "RateLimit-Policy": '"default";q=100;w=60'}, (100, 50, 30.0)),
        ({"RateLimit": "limit=100, remaining=50, reset=5"}, (100, 50, 5.0)),
        ({"RateLimit-Limit": "100", "RateLimit-Remaining": "0", "RateLimit-Reset": "12"}, (100, 0, 12.0)),
        ({"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "59", "X-RateLimit-Reset-After": "1.5"}, (60, 59, 1.5)),
        ({"X-Rate-Limit-Limit": "5", "X-Rate-Limit-Remaining": "4"}, (5, 4, None)),
        ({"X-RateLimit-Limit-Requests": "5", "X-RateLimit-Remaining-Requests": "4"}, (5, 4, None)),
        ({"RateLimit": '"a secret";r=x;t='}, (None, None, None)),
    ],
)
def test_families_of_limits(headers, expected):
    """What allows how many calls, how many are left, and until when, is told in many ways."""
    said = responses.read(headers)

    assert (said.rate_limit, said.rate_remaining, said.rate_reset_s) == expected


def test_a_reset_may_be_a_moment():
    """Some send Unix seconds."""
    said = responses.read({"X-RateLimit-Reset": str(int(time.time()) + 60)})

    assert 55 < said.rate_reset_s <= 60


@pytest.mark.parametrize(("value", "expected"), [("3", 3), ("0", 0), ("2.5", 2.5), ("-1", None), ("many", None)])
def test_what_a_call_cost(value, expected):
    """The price that the server names."""
    assert responses.read({"limit-consumption": value}).credits == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('<https://api.example.com/v3/>; rel="successor-version"', "https://api.example.com/v3/"),
        ('</a>; rel=next, </v3/x>; title="x"; rel="latest-version successor-version"', "/v3/x"),
        ("<https://api.example.com/?page=2>; rel=next", None),
        ("successor-version", None),
    ],
)
def test_what_to_call_instead(value, expected):
    """The one link that an event keeps."""
    assert responses.read({"Link": value}).successor == expected


@pytest.mark.parametrize(
    "name", ["Retry-After", "X-RateLimit-Remaining", "Deprecation", "Sunset", "Content-Length", "Limit-Consumption"]
)
@pytest.mark.parametrize("value", ["", "a-secret-value", "-1", "1e9", "9" * 400, "٣", "Wed, 99 Foo", "true story"])
def test_headers_of_a_wrong_shape_are_left_out(name, value):
    """A server that echoes something into a header does not get it into the event."""
    assert responses.read({name: value}) == responses.NOTHING


def test_headers_that_nobody_asked_for_are_not_read():
    """Nothing but the allow-list."""
    assert responses.read(CaseInsensitiveDict({"Server": "x", "Date": "y"})) is responses.NOTHING
