"""Finding the API of a host and the route of a path."""

from __future__ import annotations

import secrets

import pytest

from outwarden.apis import Catalogue, Match, Profile, Route, builtin
from outwarden.errors import ConfigError


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """All built-in profiles."""
    return Catalogue(builtin())


@pytest.fixture(scope="module")
def sectors(catalogue) -> Profile:
    """The built-in profile of the Sectors API."""
    return catalogue.profiles["sectors"]


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/v2/company/report/BBCA/", "/v2/company/report/{symbol}/"),
        ("/v2/company/report/BBCA.JK", "/v2/company/report/{symbol}/"),
        ("/v2/companies/", "/v2/companies/"),
        ("/v2/companies/top-changes/", "/v2/companies/top-changes/"),
        ("/v2/brokers/top/", "/v2/brokers/top/"),
        ("/v2/broker-summary/BBCA/", "/v2/broker-summary/{symbol}/"),
        ("/v2/broker-summary/BBCA/top/", "/v2/broker-summary/{symbol}/top/"),
        ("/v2/mining/companies/adaro/", "/v2/mining/companies/{slug}/"),
        ("/v2/mining/companies/financials/adaro/", "/v2/mining/companies/financials/{slug}/"),
        ("/v2/mining/commodities/coal/price/", "/v2/mining/commodities/{commodity_name}/price/"),
        ("/v2/insider/whatever/deep", "/v2/insider/{...}"),
        ("//v2///companies//", "/v2/companies/"),
        ("/v1/company/report/BBCA/", "/v1/company/report/{ticker}/"),
        ("/v2/no/such/route/", None),
        ("/", None),
        ("", None),
    ],
)
def test_the_longest_literal_wins(catalogue, sectors, path, template):
    """Overlapping templates are told apart, with or without the slash at the end."""
    assert catalogue.match(sectors, path).template == template


def test_every_template_finds_itself(catalogue, sectors):
    """A path made from a template, with a plain word for each parameter, finds that template again."""
    for route in sectors.routes:
        path = "/".join("banks" if part.startswith("{") else part for part in route.path.split("/"))

        assert catalogue.match(sectors, path).template == route.path


def test_a_wrong_turn_is_taken_back():
    """A literal that leads nowhere does not hide the parameter beside it."""
    profile = Profile(
        name="x",
        hosts=("x",),
        routes=tuple(Route(path=path, source="s") for path in ("/a/{id}/end", "/a/list", "/{any}/b")),
    )
    catalogue = Catalogue([profile])

    assert catalogue.match(profile, "/a/list/end").template == "/a/{id}/end"
    assert catalogue.match(profile, "/a/b").template == "/{any}/b"


@pytest.mark.parametrize("segment", ["BBCA", "bbca.jk", "D05.SI", "1155", "oil-gas-coal", "2026-03-02", "Crude%20Oil"])
def test_plain_parameters_are_shown(catalogue, sectors, segment):
    """Tickers, slugs and dates help whoever reads the log."""
    match = catalogue.match(sectors, f"/v2/company/report/{segment}/")

    assert match.path == f"/v2/company/report/{segment}/"
    assert match.masked == 0


@pytest.mark.parametrize(
    "segment",
    [
        secrets.token_hex(32),
        secrets.token_hex(8) + "1a",
        secrets.token_urlsafe(24) + "a1",
        "a1b2c3-d4e5f6-a7b8c9",
        "4111111111111111",
        "someone%40example.org",
        "%E2%82%AC",
        "aGVsbG8gd29ybGQgaG93IGFyZSB5b3U",
        "x" * 300,
    ],
    ids=["hex", "short hex", "base64url", "groups", "card", "address", "euro", "base64", "long"],
)
def test_what_may_be_a_key_is_masked(catalogue, sectors, segment):
    """A key pasted into the path is not shown, and does not become part of the route's name."""
    for profile in (sectors, None):
        match = catalogue.match(profile, f"/v2/daily/{segment}/")

        assert match.path == "/v2/daily/[REDACTED]/"
        assert match.masked == 1
        assert segment not in str(match.template)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/users/8731/posts/", "/users/{id}/posts/"),
        ("/v1/charges/ch_3NG8Du2eZvKYlo2C", "/v1/charges/{id}"),
        ("/v1.1/quote/AAPL", "/v1.1/quote/{id}"),
        ("/orders/2026-03-02", "/orders/{id}"),
        ("/a/" + "b/" * 20, "/a" + "/b" * 11 + "/{...}/"),
        ("/", "/"),
        ("", "/"),
    ],
)
def test_routes_of_an_unknown_api_have_few_names(catalogue, path, route):
    """Ids are folded, words stay."""
    assert catalogue.match(None, path).template == route


def test_a_monstrous_path_is_not_shown(catalogue, sectors):
    """Neither length nor depth makes work."""
    for path in ("/" + "a" * 100_000, "/a" * 1000):
        assert catalogue.match(sectors, path) == Match(None, "/[REDACTED]", 1)


def test_hosts_are_found_with_and_without_a_port():
    """A test server on one port of this machine is not all servers of this machine."""
    catalogue = Catalogue(builtin(), extra_hosts={"sectors": ["127.0.0.1:8443", "Proxy.example"]})
    sectors = catalogue.profiles["sectors"]

    assert catalogue.find("api.sectors.app", 443) is sectors
    assert catalogue.find("127.0.0.1", 8443) is sectors
    assert catalogue.find("127.0.0.1", 8444) is None
    assert catalogue.find("proxy.example", None) is sectors
    assert catalogue.find("sectors.app", None) is None


def test_hosts_for_an_unknown_profile_are_refused():
    """A profile that does not exist is a mistake of the configuration."""
    with pytest.raises(ConfigError, match=r"^apis\.sector: there is no API profile of this name"):
        Catalogue(builtin(), extra_hosts={"sector": ["x"]})


def test_the_cache_is_bounded(catalogue, sectors):
    """A program that calls a new path each time does not fill the memory."""
    for number in range(5000):
        catalogue.match(sectors, f"/v2/daily/{number}/")

    assert len(catalogue._matches) <= 2048
