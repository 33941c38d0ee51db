"""From a RawCall to a CallEvent."""

from __future__ import annotations

import base64
import secrets
from urllib.parse import quote

import pytest
from requests.structures import CaseInsensitiveDict

from outwarden import tally
from outwarden.apis import Catalogue, builtin
from outwarden.event import encode
from outwarden.redact import Redactor


def test_an_ordinary_call_keeps_what_is_useful(redactor, raw, key):
    """Route, path and allow-listed query stay as they were; nothing fired."""
    event = redactor.call(raw(request_headers={"Authorization": key}, duration_s=0.25, headers_s=0.125))

    assert (event.api, event.method, event.scheme, event.host) == ("sectors", "GET", "https", "api.sectors.app")
    assert event.route == "/v2/company/report/{symbol}/"
    assert (event.path, event.query) == ("/v2/company/report/BBCA/", "sections=overview")
    assert (event.status, event.outcome, event.duration_ms, event.headers_ms) == (200, "ok", 250.0, 125.0)
    assert event.redactions == {}


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("https://api.sectors.app/v2/subsectors/?apikey={key}", "url.key"),
        ("https://api.sectors.app/v2/subsectors/?API-Key={key}&limit=1", "url.key"),
        ("https://api.sectors.app/v2/subsectors/?limit={key}", "url.key"),
        ("https://api.sectors.app/v2/subsectors/?where={key}", "url.key"),
        ("https://api.sectors.app/v2/subsectors/?{key}", "url.key"),
        ("https://api.sectors.app/v2/subsectors/?{key}=1", "url.key"),
        ("https://api.sectors.app/v2/subsectors/?a=1;token={key}", "url.key"),
        ("https://api.sectors.app/v2/subsectors/?next=https%3A%2F%2Fx%2F%3Fapikey%3D{key}", "url.key"),
        ("https://api.sectors.app/v2/daily/{key}/", "url.key"),
        ("https://api.sectors.app/v2/daily/x#access_token={key}", "url.key"),
        ("https://{key}@api.sectors.app/v2/subsectors/", "url.userinfo"),
        ("https://user:{key}@api.sectors.app/v2/subsectors/", "url.userinfo"),
        ("https://{key}.example.org/", "url.key"),
        ("https://example.org/a/{key}?page=1", "url.key"),
    ],
)
def test_a_key_in_the_url_is_masked_and_reported(redactor, raw, key, url, rule):
    """Wherever a key sits in a URL, the event does not hold it and says that it was there."""
    event = redactor.call(raw(url.format(key=key)))

    assert key[:12] not in encode(event).decode()
    assert event.redactions[rule] >= 1


def test_a_credential_parameter_is_masked_even_if_its_value_is_unknown(raw):
    """The name alone is enough, and the value is known from then on."""
    redactor = Redactor(Catalogue(builtin()))
    value = secrets.token_urlsafe(24)

    event = redactor.call(raw(f"https://api.sectors.app/v2/subsectors/?apikey={value}&start=2026-01-01"))

    assert event.query == "apikey=REDACTED&start=2026-01-01"
    assert event.redactions == {"url.key": 1}
    assert redactor.text(f"failed: {value} is wrong") == "failed: [REDACTED] is wrong"


def test_unlisted_parameters_are_masked_but_named(redactor, raw):
    """What the profile does not list is shown by its name only; that is no finding about keys."""
    event = redactor.call(raw("https://api.sectors.app/v2/subsectors/?customer=jane+doe&limit=5"))

    assert event.query == "customer=REDACTED&limit=5"
    assert event.redactions == {"url.query": 1}


def test_what_is_remembered_of_a_parameter_ends_with_a_new_secret(redactor, raw):
    """A parameter that comes again is shown as before, until its value turns out to be a secret."""
    value = secrets.token_hex(6)
    for page in range(3):
        assert redactor.call(raw(f"https://example.org/?page={page}&limit={value}")).query.endswith(f"limit={value}")

    redactor.registry.register(value)

    assert redactor.call(raw(f"https://example.org/?page=9&limit={value}")).query == "page=9&limit=REDACTED"


@pytest.mark.parametrize(
    "value", ["market_cap%20%3E%201000000000000", "2026-01-01", "overview,valuation", "-market_cap", "BBCA.JK", "0.5"]
)
def test_allowed_values_stay_as_they_were_written(redactor, raw, value):
    """The useful part of a query survives, byte by byte."""
    assert redactor.call(raw(f"https://api.sectors.app/v2/companies/?where={value}")).query == f"where={value}"


def test_an_allowed_parameter_does_not_smuggle_a_strange_token(redactor, raw):
    """A long mix of letters and digits is not what any listed parameter is for."""
    token = secrets.token_hex(16)

    event = redactor.call(raw(f"https://api.sectors.app/v2/daily/BBCA/?start={token}"))

    assert event.query == "start=REDACTED"


def test_extra_parameters_may_be_allowed(raw):
    """`redact.query_allow` adds to what the profile lists."""
    redactor = Redactor(Catalogue(builtin()), query_allow=["customer"])

    assert redactor.call(raw("https://api.sectors.app/v2/tags/?customer=17")).query == "customer=17"
    assert redactor.call(raw("https://example.org/?customer=17")).query == "customer=17"


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        ({"status": 200}, "ok"),
        ({"status": 304}, "ok"),
        ({"status": 404}, "client_error"),
        ({"status": 503}, "server_error"),
        ({"status": None, "failure": "timeout"}, "timeout"),
        ({"status": 200, "failure": "network"}, "network"),
        ({"status": None, "failure": "tls"}, "tls"),
        ({"status": None, "failure": "aborted"}, "aborted"),
    ],
)
def test_the_outcome_follows_from_status_and_failure(redactor, raw, seen, outcome):
    """2xx and 3xx are fine; a failure counts more than a status that came before it."""
    assert redactor.call(raw(**seen)).outcome == outcome


def test_the_same_key_has_the_same_id_with_or_without_bearer(redactor, raw, key):
    """Keys are told apart by a keyed hash; how they were written does not matter."""
    ids = {
        redactor.call(raw(request_headers={"Authorization": value})).key_id
        for value in (key, f"Bearer {key}", f"bearer  {key} ", key.encode())
    }
    other = redactor.call(raw(request_headers={"Authorization": secrets.token_hex(32)})).key_id

    assert len(ids) == 1
    assert ids.pop().startswith("k_")
    assert other not in ids


def test_key_ids_depend_on_the_pseudonym_key(raw, key):
    """Without the key of the environment nobody can compute an id, so nobody can guess what is behind one."""
    ids = {
        Redactor(pseudonym_key=pseudonym_key).call(raw(request_headers={"Authorization": key})).key_id
        for pseudonym_key in (b"a" * 32, b"b" * 32, b"", b"")
    }

    assert len(ids) == 4


@pytest.mark.parametrize("name", ["X-API-Key", "x-rapidapi-key", "Authorization", "PRIVATE-TOKEN"])
@pytest.mark.parametrize("mapping", [dict, CaseInsensitiveDict])
def test_any_credential_header_of_an_unknown_api_gives_the_key_id(redactor, raw, name, mapping):
    """For APIs without a profile all headers known to carry credentials are looked at."""
    event = redactor.call(
        raw("https://example.org/", request_headers=mapping({"Accept": "*/*", name: secrets.token_hex(16)}))
    )

    assert event.api == "generic"
    assert event.key_id is not None


def test_a_credential_that_was_seen_is_known_from_then_on(raw):
    """A key that nobody registered is recognised in the error text of the very call that used it."""
    redactor = Redactor()
    token = secrets.token_urlsafe(30)
    basic = base64.b64encode(f"jane:{token}".encode()).decode()

    event = redactor.call(
        raw(
            "https://x.example/",
            request_headers={"Authorization": f"Basic {basic}"},
            error=OSError(f"what is {token}?"),
        )
    )

    assert event.error == "what is [REDACTED]?"
    assert event.error_type == "OSError"


def test_signed_requests_have_a_stable_key_id(redactor, raw):
    """AWS signs each request anew; the access key's name stays the same."""
    ids = {
        redactor.call(
            raw(
                "https://example.org/",
                request_headers={
                    "Authorization": f"AWS4-HMAC-SHA256 Credential={'AKIA'}{'X' * 16}/20260101/r/s/aws4_request, "
                    f"Signature={secrets.token_hex(32)}"
                },
            )
        ).key_id
        for _ in range(3)
    }

    assert len(ids) == 1


def test_hosts_without_a_profile_may_be_ignored(raw):
    """`apis.anything_else: ignore` makes no event for them."""
    redactor = Redactor(Catalogue(builtin(), anything_else="ignore"))

    assert redactor.call(raw("https://example.org/")) is None
    assert redactor.call(raw()) is not None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "?",
        "#",
        "://",
        "https://",
        "https:///x",
        "a b c",
        "https://[::1]:8/x",
        "https://h:99999999/",
        "\x00",
        "é://ü/",
    ],
)
def test_strange_urls_make_events_all_the_same(redactor, raw, url):
    """What cannot be understood is not shown, but the call counts."""
    assert redactor.call(raw(url)).outcome == "ok"


def test_a_pasted_key_instead_of_a_url_is_not_shown(redactor, raw):
    """No scheme, no host: it could be anything."""
    token = secrets.token_urlsafe(40)

    assert token[:10] not in encode(redactor.call(raw(token))).decode()


def test_a_failure_inside_leaves_a_skeleton_and_a_count(redactor, raw, key):
    """Fail closed: the event says that a call was made, and nothing that could hold a secret."""
    before = tally.snapshot()["redaction_failed"]

    event = redactor.call(raw(url=[f"https://api.sectors.app/?apikey={key}"], status=404))

    assert tally.snapshot()["redaction_failed"] == before + 1
    assert (event.outcome, event.status, event.host, event.service) == ("client_error", 404, "", "portfolio")
    assert key[:12] not in encode(event).decode()


def test_error_texts_are_bounded(redactor, raw):
    """However long the exception's text is, the event stays small."""
    assert len(redactor.call(raw(error=ValueError("x " * 50_000))).error) <= 500


def test_a_broken_exception_does_not_break_the_event(redactor, raw):
    """Some programs' exceptions cannot be printed."""

    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    event = redactor.call(raw(error=Broken()))

    assert (event.error_type, event.error) == ("Broken", "[REDACTED]")


def test_a_method_is_a_method(redactor, raw, key):
    """A method may be any text; only known ones are shown."""
    assert redactor.call(raw(method="patch")).method == "PATCH"
    assert redactor.call(raw(method=key)).method == "OTHER"


def test_the_cache_of_urls_is_bounded_and_forgets_with_a_new_secret(redactor, raw):
    """What was harmless before a secret was registered may not be afterwards."""
    word = "midsummer-night"
    assert redactor.call(raw(f"https://api.sectors.app/v2/daily/{word}/?sector={word}")).path == f"/v2/daily/{word}/"

    redactor.registry.register(word)
    event = redactor.call(raw(f"https://api.sectors.app/v2/daily/{word}/?sector={quote(word)}"))
    for number in range(3000):
        redactor.call(raw(f"https://api.sectors.app/v2/daily/{number}/?start={number}"))

    assert word not in encode(event).decode()
    assert len(redactor._targets._targets) <= 1024
    assert len(redactor._targets._queries) <= 1024


def test_urls_for_spans_are_as_clean_as_events(redactor, key):
    """Spans carry a URL: the same allow-list holds for it."""
    url = f"https://u:p@api.sectors.app:443/v2/daily/BBCA/?start=2026-01-01&apikey={key}&x=1#frag"

    assert redactor.url(url) == "https://api.sectors.app:443/v2/daily/BBCA/?start=2026-01-01&apikey=REDACTED&x=REDACTED"
