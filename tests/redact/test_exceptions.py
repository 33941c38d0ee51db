"""What the real libraries put into their exceptions."""

from __future__ import annotations

import asyncio
import secrets
from functools import partial
from http.client import HTTPConnection

import pytest
import requests

from outwarden.redact import Redactor

NOWHERE = "127.0.0.1:1"


def _error(call) -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - every kind
        call()
    return raised.value


def _get(url, **kwargs):
    return lambda: requests.get(url, timeout=5, **kwargs)


@pytest.fixture
def token() -> str:
    """A key that nobody registered."""
    return secrets.token_hex(32)


@pytest.fixture
def said(redactor, raw):
    """Give the error text of the event for what a call raised."""

    def text(call) -> str:
        error = _error(call)
        event = redactor.call(raw(error=error, status=None, failure="network"))
        assert event.error_type == type(error).__name__
        return event.error

    return text


def test_a_key_with_a_trailing_newline(said, token):
    """A key read from a file: requests puts the whole value into its InvalidHeader."""
    text = said(_get(f"http://{NOWHERE}/", headers={"Authorization": f"{token}\n"}))

    assert token[:8] not in text
    assert "header value" in text


def test_a_header_that_is_a_tuple(said, token):
    """A stray comma: requests prints the tuple."""
    assert token[:8] not in said(_get(f"http://{NOWHERE}/", headers={"Authorization": (token,)}))


def test_a_key_with_a_smart_quote(said, token):
    """A pasted key that cannot be encoded."""
    text = said(_get(f"http://{NOWHERE}/", headers={"Authorization": f"“{token}”"}))

    assert token[:8] not in text


def test_a_url_without_its_scheme(said, token):
    """MissingSchema names the URL twice."""
    text = said(_get(f"api.sectors.app/v2/tags/?apikey={token}"))

    assert token[:8] not in text
    assert "No scheme supplied" in text


def test_a_key_in_place_of_the_url(said, token):
    """Swapped arguments: the URL is the key."""
    assert token[:8] not in said(_get(token))
    assert token[:8] not in said(_get(f"https://{token}:x/"))


def test_a_refused_connection(said, token):
    """ConnectionError carries the path with its query."""
    text = said(_get(f"https://{NOWHERE}/v2/tags/?apikey={token}&limit=5"))

    assert token[:8] not in text
    assert "Max retries exceeded with url: /v2/tags/?apikey=REDACTED&limit=5" in text
    assert "Connection refused" in text
    assert "0x" not in text


def test_raise_for_status(said, token):
    """HTTPError carries the whole URL."""
    response = requests.Response()
    response.status_code = 403
    response.reason = "Forbidden"
    response.url = f"https://u:{token}@api.sectors.app/v2/daily/BBCA/?start=2026-01-01&token={token}"

    text = said(response.raise_for_status)

    assert text == (
        "403 Client Error: Forbidden for url: https://api.sectors.app/v2/daily/BBCA/?start=2026-01-01&token=REDACTED"
    )


def test_an_unsupported_scheme_and_a_bad_host(said, token):
    """Neither of them shows what it could not use."""
    assert token[:8] not in said(_get(f"gopher://x/?apikey={token}"))
    assert token[:8] not in said(_get(f"https://.{token}../?q=1"))


@pytest.mark.parametrize(
    "template",
    [
        "Illegal header value b'{}'",
        "Header part (('{}',)) from ('Authorization', ('{}',)) must be of type str or bytes",
        "401, message='Unauthorized', url='https://x.example/?apikey={}'",
        "{{'Authorization': 'Bearer {}', 'Accept': '*/*'}}",
        '{{"api_key": "{}"}}',
        "login failed: password={} user=jane",
        "client_secret: {}",
        "nonnumeric port: '{}' in https://h:{}/",
    ],
)
def test_texts_of_other_libraries(template, token):
    """The shapes in which httpx, h11, aiohttp and others print headers and URLs."""
    text = Redactor().text(template.replace("{}", token).replace("{{", "{").replace("}}", "}"))

    assert token[:8] not in text


def test_a_key_that_cannot_be_encoded_is_not_in_the_repr(token):
    """UnicodeEncodeError keeps the whole value in its arguments; its repr prints them."""
    error = _error(lambda: f"“{token}".encode("latin-1"))

    event = Redactor(secrets=[token]).event({"error": repr(error), "args": list(error.args)})

    assert token[:8] not in str(event)


@pytest.fixture
def forbidding(answering):
    """A server on loopback that answers 403 to everything."""
    return answering(lambda path, headers, body: (403, {}, b""))


def test_httpx_prints_the_header_that_it_refuses(said, token, forbidding):
    """h11 puts the whole value into its error: a key that was read with the end of its line."""
    import httpx

    call = partial(httpx.get, forbidding, headers={"Authorization": f"{token}\n"})
    assert token in str(_error(call))

    assert token[:8] not in said(call)


def test_httpx_prints_the_address_of_a_status(said, token, forbidding):
    """HTTPStatusError holds the URL, and reprs of headers mask one name only."""
    import httpx

    answer = httpx.get(f"{forbidding}/a?apikey={token}", headers={"x-api-key": token})
    assert token in str(_error(answer.raise_for_status))
    assert token in repr(answer.request.headers)

    assert token[:8] not in said(answer.raise_for_status)
    assert token[:8] not in Redactor().text(repr(answer.request.headers))


def test_aiohttp_prints_all_request_headers(said, token, forbidding):
    """ClientResponseError's text holds the URL, its repr the headers as well."""
    import aiohttp

    async def call():
        async with (
            aiohttp.ClientSession(headers={"Authorization": token}) as session,
            session.get(f"{forbidding}/a?apikey={token}") as answer,
        ):
            answer.raise_for_status()

    error = _error(lambda: asyncio.run(call()))
    assert repr(error).count(token) >= 2

    assert token[:8] not in said(lambda: asyncio.run(call()))
    assert token[:8] not in Redactor().text(repr(error))


def test_urllib3_debug_line(token):
    """urllib3 logs the path with its query."""
    text = Redactor().text(f'https://api.sectors.app:443 "GET /v2/tags/?apikey={token}&limit=5 HTTP/1.1" 403 58')

    assert text == 'https://api.sectors.app:443 "GET /v2/tags/?apikey=[REDACTED]&limit=5 HTTP/1.1" 403 58'


def test_a_retry_inside_a_cause(said, token):
    """The text of requests' error nests those of urllib3 and of the socket."""
    text = said(_get(f"https://{NOWHERE}/{token}?a=b"))

    assert token[:8] not in text


def test_addresses_that_clients_refuse(said, token):
    """Aiohttp and http.client print the whole address that they cannot use."""
    aiohttp = pytest.importorskip("aiohttp")

    async def get() -> None:
        async with aiohttp.ClientSession() as session:
            await session.get(f"http:///v2/tags/?apikey={token}")

    texts = [
        said(lambda: asyncio.run(get())),
        said(lambda: HTTPConnection(NOWHERE).request("GET", f"/v2/tags/?apikey={token} 1")),
    ]

    for text in texts:
        assert token[:8] not in text


def test_what_an_exception_carries_of_its_request(redactor, token):
    """A failed request hangs on the exception; printed by a program, its address and its headers are clean."""
    httpx = pytest.importorskip("httpx")
    url = f"http://{NOWHERE}/?apikey={token}"
    errors = [
        _error(_get(url, headers={"Authorization": token})),
        _error(lambda: httpx.get(url, headers={"Authorization": token}, timeout=5)),
    ]

    for error in errors:
        for printed in (error.request.url, repr(error.request.url), dict(error.request.headers), error.request.headers):
            assert token[:8] not in redactor.text(f"{type(error).__name__} of {printed}")
            assert token[:8] not in str(
                redactor.event({"printed": printed if isinstance(printed, dict) else str(printed)})
            )


@pytest.mark.parametrize(
    "name",
    [
        "X-Amz-Signature",
        "X-Amz-Security-Token",
        "X-Amz-Credential",
        "X-Goog-Signature",
        "X-Goog-Credential",
        "Signature",
        "sig",
    ],
)
def test_presigned_addresses_by_name(redactor, raw, name):
    """Signatures of presigned addresses are secrets in events, in texts, and in whatever case they are written."""
    value = secrets.token_hex(32)
    for written in (name, name.lower()):
        url = f"https://bucket.example.com/a/b.csv?limit=5&{written}={value}"

        assert redactor.call(raw(url)).query == f"limit=5&{written}=REDACTED"
        assert value[:8] not in redactor.text(f"403 for url: {url}")
        assert value[:8] not in str(redactor.event({"message": f"GET {url}", "url": url}))
