"""The rate window, the quota and the prices."""

import pytest
import requests

from outwarden.testing import RateLimit, SectorsApi


def ask(api, path="/v2/tags/"):
    return requests.get(api.url + path, headers={"Authorization": api.key}, verify=api.ca_file)


@pytest.fixture
def now():
    """A clock to turn by hand."""
    return [1000.0]


@pytest.fixture
def limited(now):
    """A server with the measured rate limit and that clock."""
    with SectorsApi(clock=lambda: now[0]) as api:
        yield api


def test_the_26th_billed_call_is_refused(limited):
    """25 billed calls pass within the window; the next gets 429 without a Retry-After, and costs nothing."""
    statuses = [ask(limited).status_code for _ in range(25)]
    refused = ask(limited)

    assert statuses == [200] * 25
    assert refused.status_code == 429
    assert refused.json() == {
        "error": "RATE_LIMIT_EXCEEDED",
        "message": "Rate limit exceeded. Consider upgrading.",
    }
    assert "Retry-After" not in refused.headers
    assert limited.seen[-1].credits == 0


def test_window_rolls(limited, now):
    """Calls leave the window one by one, 30 seconds after they were made."""
    limited.limits.rate = RateLimit(calls=2, seconds=30)
    ask(limited)
    now[0] += 20
    ask(limited)
    now[0] += 9
    assert ask(limited).status_code == 429
    now[0] += 1
    assert ask(limited).status_code == 200
    assert ask(limited).status_code == 429


def test_free_answers_do_not_fill_the_window(limited):
    """45 free refusals in a row are followed by a good answer; billed 404s do count."""
    limited.limits.rate = RateLimit(calls=2)
    for _ in range(45):
        assert ask(limited, "/v2/klse/companies/").status_code == 400

    assert ask(limited, "/v2/daily/NOPE/").status_code == 404
    assert ask(limited).status_code == 200
    assert ask(limited).status_code == 429


def test_spent_quota_has_the_same_status_and_another_code(sectors):
    """When the month's credits are gone, a 429 says so by its code."""
    sectors.limits.credits_left = 3

    assert ask(sectors, "/v2/most-traded/").status_code == 200
    assert ask(sectors, "/v2/most-traded/").status_code == 200
    refused = ask(sectors, "/v2/most-traded/")
    assert refused.status_code == 429
    assert refused.json()["code"] == "monthly_limit_exceeded"


@pytest.mark.parametrize(
    ("path", "cost", "told"),
    [
        ("/v2/subsectors/", 1, False),
        ("/v2/company/report/BBCA/", 8, True),
        ("/v2/company/report/BBCA/?sections=overview,peers", 2, True),
        ("/v2/subsector/report/banks/", 6, False),
        ("/v2/most-traded/", 2, True),
        ("/v2/brokers/top/", 2, False),
        ("/v2/companies/top-changes/", 10, True),
        ("/v2/companies/top-changes/?classifications=top_gainers&periods=1d,7d", 2, True),
        ("/v2/sgx/companies/top/?classifications=pe", 1, False),
        ("/v2/corporate-actions/", 7, False),
        ("/v2/financials/quarterly/BBCA/", 5, True),
        ("/v2/financials/quarterly/BBCA/?n_quarters=3", 3, True),
        ("/v2/free-float/", 1, False),
        ("/v2/companies/", 1, False),
        ("/v2/companies/?q=big banks", 3, False),
    ],
)
def test_prices(sectors, path, cost, told):
    """Each call costs what the documents say; only some routes say so themselves."""
    response = ask(sectors, path)

    assert sectors.seen[-1].credits == sectors.limits.credits_used == cost
    assert response.headers.get("limit-consumption") == (str(cost) if told else None)
