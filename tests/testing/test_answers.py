"""The API's refusals: statuses, bodies and headers."""

import secrets
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from ssl import create_default_context

import pytest
import requests


@pytest.fixture
def get(sectors):
    """Call the local API with its key."""

    def get(path, *, method="GET", **headers):
        headers = {"Authorization": sectors.key} | headers
        return requests.request(method, sectors.url + path, headers={k: v for k, v in headers.items() if v})

    return get


def test_missing_key(get):
    """Without a key: 403 in the measured words."""
    response = get("/v2/subsectors/", Authorization=None)

    assert response.status_code == 403
    assert response.json() == {"error": "Authentication credentials were not provided."}


def test_key_in_the_query_does_not_count(sectors, get):
    """A key in the URL is no key for the API."""
    assert get(f"/v2/subsectors/?apikey={sectors.key}", Authorization=None).status_code == 403


def test_wrong_key(sectors, get):
    """Another key, or the right one behind `Bearer`: 401."""
    assert get("/v2/subsectors/", Authorization=secrets.token_hex(32)).status_code == 401
    assert get("/v2/subsectors/", Authorization=f"Bearer {sectors.key}").status_code == 401


def test_edge_refuses_urllib(sectors):
    """The agent of Python's own urllib gets Cloudflare's plain text."""
    request = urllib.request.Request(sectors.url + "/v2/subsectors/", headers={"Authorization": sectors.key})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, context=create_default_context(cafile=sectors.ca_file))

    with caught.value as answer:
        assert answer.status == 403
        assert answer.read() == b"error code: 1010"


@pytest.mark.parametrize("path", ["/v2/daily/NOPE/", "/v2/company/report/nope/", "/v2/foreign-flow/NOPE/"])
def test_unknown_symbol_costs_a_credit(sectors, get, path):
    """A 404 on a known route has an `error` sentence and is billed."""
    response = get(path)

    assert response.status_code == 404
    assert set(response.json()) == {"error"}
    assert sectors.seen[-1].credits == 1


@pytest.mark.parametrize("path", ["/v2/nope/", "/", "/v2/insider/x/", "/v2/global-commodity-data/", "/v2/index/lq45/"])
def test_unknown_path_is_free(sectors, get, path):
    """A 404 without a route, or on one that was removed, has another shape and costs nothing."""
    response = get(path)

    assert response.status_code == 404
    assert set(response.json()) == {"details", "urls"}
    assert sectors.seen[-1].credits == 0


def test_retired_version(sectors, get):
    """All of v1 answers 410 and points to its successor."""
    response = get("/v1/daily/BBCA/?start=2026-01-01")

    assert response.status_code == 410
    assert response.json()["code"] == "v1_discontinued"
    assert response.headers["Deprecation"] == "@1778457600"
    assert response.headers["Sunset"] == "Mon, 11 May 2026 00:00:00 GMT"
    assert response.headers["Link"] == f'<{sectors.url}/v2/daily/BBCA/>; rel="successor-version"'
    assert get("/v1/no/such/thing/").status_code == 410


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PURGE"])
def test_other_methods(get, method):
    """All routes answer GET only."""
    response = get("/v2/subsectors/", method=method)

    assert response.status_code == 405
    assert response.json() == {"error": f'Method "{method}" not allowed.'}


def test_preflight_is_billed(sectors, get):
    """A browser's OPTIONS needs no key and costs a credit."""
    assert get("/v2/subsectors/", method="OPTIONS", Authorization=None).status_code == 200
    assert sectors.seen[-1].credits == 1


def test_bad_parameters_are_free(sectors, get):
    """Documented 400s have an `error` sentence and cost nothing."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    for path in (
        f"/v2/daily/BBCA/?end={tomorrow}",
        "/v2/daily/BBCA/?start=yesterday",
        "/v2/daily/BBCA/?start=2026-02-01&end=2026-01-01",
        "/v2/company/report/BBCA/?sections=overview,gossip",
        "/v2/most-traded/?n_stock=11",
        "/v2/news/?commodity_type=Coal",
        "/v2/index-daily/dax/",
        "/v2/mining/exports/?commodity_type=Coal",
        "/v2/mining/total-production/",
        "/v2/klse/companies/",
        "/v2/company/report/",
        "/v2/sgx/company/report/D05/?sections=future",
    ):
        response = get(path)
        assert (path, response.status_code) == (path, 400)
        assert set(response.json()) == {"error"}

    assert sectors.limits.credits_used == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("where=sector = 'banks", "INVALID_WHERE_CLAUSE"),
        ("order_by=-mood", "INVALID_WHERE_CLAUSE"),
        ("limit=201", "INVALID_LIMIT"),
        ("q=???", "NON_TRANSLATABLE_QUERY"),
        ("sub_sector=banks", "UNSUPPORTED_PARAMETERS"),
    ],
)
def test_screener_says_what_is_wrong_by_code(get, query, code):
    """The screener's 400s carry a code and a sentence."""
    response = get(f"/v2/companies/?{query}")

    assert response.status_code == 400
    assert response.json()["error"] == code
    assert response.json()["message"]
