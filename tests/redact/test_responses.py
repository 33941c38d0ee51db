"""What an event keeps of the response's headers."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from requests.structures import CaseInsensitiveDict

from outwarden.redact import responses


@pytest.mark.parametrize("mapping", [dict, CaseInsensitiveDict])
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

    assert said == (30.0, 7, "@1688169599", "Wed, 11 Nov 2026 23:59:59 GMT", 512)


def test_a_date_to_retry_after_becomes_seconds():
    """RFC 9110 allows a date as well."""
    said = responses.read({"retry-after": formatdate(time.time() + 60, usegmt=True)})

    assert 55 < said.retry_after_s <= 60


@pytest.mark.parametrize("name", ["Retry-After", "X-RateLimit-Remaining", "Deprecation", "Sunset", "Content-Length"])
@pytest.mark.parametrize("value", ["", "a-secret-value", "-1", "1e9", "9" * 400, "٣", "Wed, 99 Foo", "true story"])
def test_headers_of_a_wrong_shape_are_left_out(name, value):
    """A server that echoes something into a header does not get it into the event."""
    assert responses.read({name: value}) == responses.NOTHING


def test_headers_that_nobody_asked_for_are_not_read():
    """Nothing but the allow-list."""
    assert responses.read(CaseInsensitiveDict({"Server": "x", "Date": "y"})) is responses.NOTHING
