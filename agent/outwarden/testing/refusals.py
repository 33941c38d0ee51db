"""The API's ways to say no: status, headers and body, as documented or as seen from outside.

Documented or measured: 400, 403 without a key, both 404s, 405, the rate 429, the `code` values, 410's headers and its
code `v1_discontinued`. Nobody has published the whole bodies of 401, 410 and the quota 429; theirs are plausible.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

RETIRED_SINCE: Final = 1_778_457_600
"""2026-05-11T00:00:00Z, the end of v1."""

HEADERS_OF_V1: Final = {"Deprecation": f"@{RETIRED_SINCE}", "Sunset": "Mon, 11 May 2026 00:00:00 GMT"}
"""RFC 9745 and RFC 8594."""


class Refused(Exception):
    """The answer is no.

    Attributes:
        status: the HTTP status.
        body: JSON, or text as it is.
        headers: further headers.
        cost: credits that this refusal costs.
    """

    def __init__(self, status: int, body: Any, *, headers: Mapping[str, str] | None = None, cost: int = 0) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}
        self.cost = cost


def at_the_edge() -> Refused:
    """Cloudflare refuses the agent of Python's own urllib before the API sees the call."""
    return Refused(403, "error code: 1010", headers={"Content-Type": "text/plain; charset=UTF-8"})


def no_key() -> Refused:
    """There is no Authorization header."""
    return Refused(403, {"error": "Authentication credentials were not provided."})


def bad_key() -> Refused:
    """The key is wrong; `Bearer` in front of a right one makes it wrong too."""
    return Refused(401, {"error": "Invalid or expired API key."})


def bad_request(sentence: str) -> Refused:
    """A parameter is missing or cannot be used."""
    return Refused(400, {"error": sentence})


def bad_screen(code: str, sentence: str) -> Refused:
    """The screeners say what is wrong by a code and a sentence."""
    return Refused(400, {"error": code, "message": sentence})


def unknown(what: str, name: str) -> Refused:
    """The route is right and the thing does not exist: this costs a credit."""
    return Refused(404, {"error": f"{what} '{name}' not found."}, cost=1)


def unrouted(path: str) -> Refused:
    """There is no such route: free, and in a shape of its own."""
    urls = {"docs": "https://docs.sectors.app", "schema": "https://api.sectors.app/schema/"}
    return Refused(404, {"details": f"The path {path} does not exist.", "urls": urls})


def wrong_method(method: str) -> Refused:
    """All routes answer GET only."""
    return Refused(405, {"error": f'Method "{method}" not allowed.'}, headers={"Allow": "GET, OPTIONS"})


def retired(successor: str) -> Refused:
    """Everything below /v1/ is gone."""
    body = {
        "error": "API v1 has been discontinued. Please migrate to v2.",
        "code": "v1_discontinued",
        "successor": successor,
    }
    return Refused(410, body, headers=HEADERS_OF_V1 | {"Link": f'<{successor}>; rel="successor-version"'})


def too_fast() -> Refused:
    """The window is full. There is no Retry-After."""
    return Refused(429, {"error": "RATE_LIMIT_EXCEEDED", "message": "Rate limit exceeded. Consider upgrading."})


def quota_spent() -> Refused:
    """The same status for another reason: this month's credits are gone."""
    return by_middleware(429, "monthly_limit_exceeded")


def by_middleware(status: int, code: str) -> Refused:
    """Refuse with one of the API's `code` values, such as `service_unavailable`."""
    return Refused(status, {"code": code, "error": f"{code.replace('_', ' ').capitalize()}."})
