"""The server: TLS on loopback, connections, restarts."""

import secrets
import socket
import sys
import threading

import pytest
import requests

from outwarden.errors import MissingExtra, UsageError
from outwarden.testing import SectorsApi


def test_answers_over_verified_tls():
    """The example of the docstring works: the key in the header, the authority's file to verify against."""
    with SectorsApi() as api:
        response = requests.get(api.url + "/v2/subsectors/", headers={"Authorization": api.key}, verify=api.ca_file)

    assert response.status_code == 200
    assert {"sector": "financials", "subsector": "banks"} in response.json()


def test_keeps_connections_alive(sectors):
    """One session makes many calls over one connection."""
    with requests.Session() as session:
        session.headers["Authorization"] = sectors.key
        ports = set()
        for _ in range(3):
            with session.get(sectors.url + "/v2/tags/", stream=True) as response:
                ports.add(response.raw.connection.sock.getsockname()[1])
                response.content  # noqa: B018 - read, so that the connection goes back to the pool

    assert len(ports) == 1


def test_body_of_a_refused_post_does_not_spoil_the_connection(sectors):
    """What a POST carries is read before the next request of the same connection."""
    with requests.Session() as session:
        session.headers["Authorization"] = sectors.key
        statuses = [
            session.post(sectors.url + "/v2/tags/", json={"a": "b" * 50_000}).status_code,
            session.get(sectors.url + "/v2/tags/").status_code,
        ]

    assert statuses == [405, 200]


def test_many_threads_are_served_at_once(sectors):
    """Each of 20 threads gets its own answer, and each request is in the log once."""
    answers = []

    def ask(symbol):
        headers = {"Authorization": sectors.key}
        answers.append(requests.get(f"{sectors.url}/v2/daily/{symbol}/", headers=headers).json()[0]["symbol"])

    threads = [threading.Thread(target=ask, args=(symbol,)) for symbol in ("BBCA", "TLKM") * 10]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["BBCA.JK"] * 10 + ["TLKM.JK"] * 10
    assert len(sectors.seen) == 20


@pytest.mark.parametrize(
    ("certificate", "complaint"),
    [("expired", "has expired"), ("unknown_ca", "local issuer"), ("wrong_host", "mismatch")],
)
def test_bad_certificates_are_refused_by_clients(sectors, certificate, complaint):
    """Each of the wrong certificates is wrong in its own way, for a client that was connected before too."""
    with requests.Session() as session:
        session.headers["Authorization"] = sectors.key
        assert session.get(sectors.url + "/v2/tags/").ok
        sectors.certificate = certificate

        with pytest.raises(requests.exceptions.SSLError, match=complaint):
            session.get(sectors.url + "/v2/tags/")


def test_unknown_certificate_is_a_usage_error(sectors):
    """A wrong name says which names there are."""
    with pytest.raises(UsageError, match="valid, expired, unknown_ca, wrong_host"):
        sectors.certificate = "selfmade"


def test_restart_comes_back_on_the_same_port():
    """A stopped server refuses connections; started again it has the same address, key and authority."""
    with SectorsApi() as api, requests.Session() as session:
        session.headers["Authorization"] = api.key
        session.verify = api.ca_file
        url = api.url + "/v2/tags/"
        assert session.get(url).ok

        api.stop()
        with pytest.raises(requests.exceptions.ConnectionError):
            session.get(url)

        api.start()
        assert session.get(url).ok


def test_taken_port_is_one_line(free_port):
    """A port that somebody else holds is named, with what to do."""
    with socket.create_server(("127.0.0.1", free_port)), pytest.raises(UsageError) as caught:
        SectorsApi(port=free_port).__enter__()

    assert str(caught.value).startswith(f"127.0.0.1:{free_port}: cannot listen: ")
    assert "\n" not in str(caught.value)


def test_impossible_port_is_a_usage_error():
    """A number that is no port is refused as such."""
    with pytest.raises(UsageError, match="70000"), SectorsApi(port=70_000):
        pass


def test_port_is_asked_too_early():
    """There is no address before the start."""
    api = SectorsApi()
    with pytest.raises(UsageError, match="Start it first"):
        api.url  # noqa: B018 - the property raises
    api.close()


def test_missing_extra_says_what_to_install(monkeypatch):
    """Without trustme the message names the extra."""
    monkeypatch.setitem(sys.modules, "trustme", None)

    with pytest.raises(MissingExtra, match=r"outwarden\[demo\]"):
        SectorsApi()


def test_close_leaves_neither_threads_nor_files():
    """Even with an idle connection open, nothing of the server remains."""
    before = threading.active_count()
    api = SectorsApi().start()
    with requests.Session() as session:
        session.get(api.url + "/v2/tags/", verify=api.ca_file)
        api.close()

    assert threading.active_count() == before
    with pytest.raises(FileNotFoundError):
        open(api.ca_file, "rb")  # noqa: PTH123, SIM115 - a str on purpose; it is not there


def test_reset_forgets_what_was(sectors):
    """After a reset the log is empty and the limits are full."""
    requests.get(sectors.url + "/v2/tags/", headers={"Authorization": sectors.key})
    sectors.limits.credits_left = 0
    sectors.certificate = "expired"

    sectors.reset()

    assert sectors.seen == []
    assert sectors.limits.credits_used == 0
    assert requests.get(sectors.url + "/v2/tags/", headers={"Authorization": sectors.key}).ok


def test_log_shows_no_key_when_printed(sectors):
    """A failing test that prints the log does not print keys, although they are there to compare."""
    old_key = secrets.token_hex(32)
    requests.get(f"{sectors.url}/v2/tags/?apikey={old_key}", headers={"Authorization": sectors.key})

    (seen,) = sectors.seen
    assert seen.headers["authorization"] == sectors.key
    assert old_key in seen.query
    assert sectors.key not in repr(seen)
    assert old_key not in repr(seen)
