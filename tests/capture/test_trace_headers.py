"""Which hosts are third parties, and which headers are about traces."""

from __future__ import annotations

import pytest

from outwarden.capture.otel import Described
from outwarden.capture.trace_headers import TraceHeaders
from outwarden.rawcall import RawCall


def check(headers, host="api.example.com", *, api="generic", strip=False, own_hosts=()):
    """Give how many headers went out, how many were taken off, and what is left."""
    raw = RawCall(method="GET", url=f"https://{host}/", started_s=0.0)
    seen = TraceHeaders(strip=strip, own_hosts=own_hosts)
    seen.check(raw, [headers], lambda url: Described(url, None, api, host, 443))
    return raw.traces_sent, raw.traces_kept, sorted(map(str, headers))


@pytest.fixture(autouse=True)
def tracing():
    """A tracing library is loaded: without one nobody looks."""
    import opentelemetry.trace  # noqa: F401


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "[::1]", "fd00::1", "localhost", "reports"),
        *("db.internal", "printer.local", "app.default.svc", "app.default.svc.cluster.local", "LOCALHOST"),
        *("mine.example.org", "deep.mine.example.net", "Mine.Example.Org."),
    ],
)
def test_hosts_of_our_own(host):
    """Private and loopback addresses, names of the inside, and what the configuration names."""
    own = ["mine.example.org", "*.example.net"]

    assert check({"traceparent": "x"}, host, strip=True, own_hosts=own) == (0, 0, ["traceparent"])


@pytest.mark.parametrize(
    "host",
    ["api.sectors.app", "8.8.8.8", "[2001:4860:4860::8888]", "example.net", "notmine.example.org", "x.local.com"],
)
def test_third_parties(host):
    """All others."""
    own = ["mine.example.org", "*.example.net"]

    assert check({"traceparent": "x"}, host, own_hosts=own) == (1, 0, ["traceparent"])


def test_a_host_of_a_profile_is_a_third_party_wherever_it_is():
    """A proxy of our own in front of somebody else's API does not make it ours."""
    assert check({"traceparent": "x"}, "localhost", api="sectors") == (1, 0, ["traceparent"])


@pytest.mark.parametrize("strip", [False, True])
def test_headers_are_recognised_in_any_case(strip):
    """Those of all the usual tracing systems, and no others."""
    headers = {
        "TraceParent": "",
        "BAGGAGE": "",
        "X-B3-TraceId": "",
        "sentry-trace": "",
        "X-Request-ID": "",
        "Accept": "",
    }
    sent, kept, left = check(headers, strip=strip)

    assert (sent, kept) == ((0, 4) if strip else (4, 0))
    assert left == (["Accept", "X-Request-ID"] if strip else sorted(headers))


def test_names_in_bytes():
    """urllib3 takes them."""
    assert check({b"Traceparent": b"x", "accept": "y"}, strip=True) == (0, 1, ["accept"])


def test_many_hosts_are_forgotten():
    """What is remembered of hosts is bounded."""
    seen = TraceHeaders()
    for n in range(1000):
        host = f"h{n}.example.com"
        raw = RawCall(method="GET", url="", started_s=0.0)
        seen.check(raw, [{"traceparent": ""}], lambda url, host=host: Described(url, None, "generic", host, None))

    assert len(seen._ours) <= 256
