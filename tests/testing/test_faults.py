"""What goes wrong when it is planned to go wrong."""

import socket
import ssl
import time
from collections import deque

import pytest
import requests

from outwarden.testing import (
    BrokenChunks,
    Hang,
    Latency,
    Redirect,
    Refusal,
    Reset,
    SectorsApi,
    SlowBody,
    Truncated,
)


def ask(api, path="/v2/daily/BBCA/", **options):
    return requests.get(api.url + path, headers={"Authorization": api.key}, verify=api.ca_file, **options)


def test_latency(sectors):
    """The answer is good and late, once."""
    sectors.faults.add(Latency(0.2))

    assert ask(sectors).elapsed.total_seconds() >= 0.2
    assert ask(sectors).elapsed.total_seconds() < 0.2


def test_hang_is_a_timeout(sectors):
    """No answer comes; the request was seen all the same."""
    sectors.faults.add(Hang())

    with pytest.raises(requests.exceptions.ReadTimeout):
        ask(sectors, timeout=0.2)
    assert [seen.status for seen in sectors.seen] == [None]


def test_hang_does_not_outlive_the_server():
    """A server with a hanging request closes at once."""
    with SectorsApi() as api:
        api.faults.add(Hang())
        with pytest.raises(requests.exceptions.ReadTimeout):
            ask(api, timeout=0.1)
        started = time.monotonic()

    assert time.monotonic() - started < 30


def test_reset_reaches_the_wire(sectors):
    """The connection is reset, not closed: seen below TLS, which some clients report as a mere end."""
    sectors.faults.add(Reset(), times=2)
    with pytest.raises(requests.exceptions.ConnectionError):
        ask(sectors)

    context = ssl.create_default_context(cafile=sectors.ca_file)
    with socket.create_connection(("127.0.0.1", sectors.port)) as plain:
        secure = context.wrap_socket(plain, server_hostname="127.0.0.1")
        secure.sendall(b"GET /v2/tags/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with socket.socket(fileno=secure.detach()) as bare, pytest.raises(ConnectionResetError):
            deque(iter(lambda: bare.recv(4096), b""))


@pytest.mark.parametrize("fault", [BrokenChunks(), Truncated()])
def test_broken_bodies(sectors, fault):
    """The status is good and the body breaks off."""
    sectors.faults.add(fault)

    with ask(sectors, stream=True) as response:
        assert response.status_code == 200
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            response.content  # noqa: B018 - the property reads and raises


def test_slow_body(sectors):
    """The head comes at once, the whole body in its own time."""
    sectors.faults.add(SlowBody(1.5, pieces=3))
    started = time.monotonic()

    with ask(sectors, stream=True) as response:
        head_s = time.monotonic() - started
        assert response.json() == ask(sectors).json()
    assert head_s < 1.5 <= time.monotonic() - started


def test_redirect(sectors):
    """A client that follows ends at the other place; both requests were seen."""
    sectors.faults.add(Redirect("/v2/tags/", status=301))

    response = ask(sectors)

    assert response.url == sectors.url + "/v2/tags/"
    assert [(seen.path, seen.status) for seen in sectors.seen] == [("/v2/daily/BBCA/", 301), ("/v2/tags/", 200)]


def test_refusal(sectors):
    """By default the database is away: 503 with a code, free."""
    sectors.faults.add(Refusal())
    sectors.faults.add(Refusal(403, "subscription_not_active"), path="/v2/tags/")

    assert ask(sectors, "/v2/tags/").json()["code"] == "subscription_not_active"
    response = ask(sectors)
    assert (response.status_code, response.json()["code"]) == (503, "service_unavailable")
    assert sectors.limits.credits_used == 0


def test_newest_fault_that_fits_happens(sectors):
    """A fault for one path and one for all live side by side until they are used up or cleared."""
    sectors.faults.add(Refusal(), times=None)
    sectors.faults.add(Redirect("/v2/industries/"), path="/v2/tags/", times=2)

    statuses = [ask(sectors, "/v2/tags/", allow_redirects=False).status_code for _ in range(3)]
    assert statuses == [302, 302, 503]
    sectors.faults.clear()
    assert ask(sectors, "/v2/tags/").status_code == 200
