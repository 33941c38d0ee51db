"""What the real libraries put into their exceptions."""

from __future__ import annotations

import secrets

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


def test_httpx_illegal_header_and_status(token):
    """h11 prints the header that it refuses, HTTPStatusError the URL; reprs of headers mask one name only."""
    httpx = pytest.importorskip("httpx")
    redactor = Redactor()
    request = httpx.Request("GET", f"https://x.example/a?apikey={token}", headers={"x-api-key": token})
    status = httpx.HTTPStatusError(
        f"Client error '403 Forbidden' for url '{request.url}'", request=request, response=httpx.Response(403)
    )

    for text in (str(status), repr(request.headers), str(request.url)):
        assert token[:8] not in redactor.text(text)


def test_aiohttp_repr_of_request_info(token):
    """ClientResponseError's repr prints all request headers."""
    aiohttp = pytest.importorskip("aiohttp")
    multidict = pytest.importorskip("multidict")
    yarl = pytest.importorskip("yarl")
    url = yarl.URL(f"https://x.example/a?apikey={token}")
    headers = multidict.CIMultiDictProxy(multidict.CIMultiDict({"Authorization": token}))
    info = aiohttp.RequestInfo(url, "GET", headers, url)

    text = Redactor().text(repr(aiohttp.ClientResponseError(info, (), status=403, message="Forbidden")))

    assert token[:8] not in text


def test_urllib3_debug_line(token):
    """urllib3 logs the path with its query."""
    text = Redactor().text(f'https://api.sectors.app:443 "GET /v2/tags/?apikey={token}&limit=5 HTTP/1.1" 403 58')

    assert text == 'https://api.sectors.app:443 "GET /v2/tags/?apikey=[REDACTED]&limit=5 HTTP/1.1" 403 58'


def test_a_retry_inside_a_cause(said, token):
    """The text of requests' error nests those of urllib3 and of the socket."""
    text = said(_get(f"https://{NOWHERE}/{token}?a=b"))

    assert token[:8] not in text
