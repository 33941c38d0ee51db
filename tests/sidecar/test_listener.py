"""The local port: polite to those who are polite."""

from __future__ import annotations

import http.client
import socket
import threading
import time

import pytest

from outwarden.errors import UsageError
from outwarden.sidecar import listener as module
from outwarden.sidecar.listener import Answer, Listener


def broken() -> Answer:
    raise RuntimeError("secret")


@pytest.fixture
def listener():
    made = Listener("127.0.0.1:0", {"/metrics": lambda: Answer("m 1\n"), "/broken": broken}, names=["metrics.internal"])
    made.start()
    yield made
    made.close()


def ask(listener, path="/metrics", method="GET", **headers) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


@pytest.mark.parametrize(
    "host", ["127.0.0.1:4390", "localhost", "LOCALHOST:1", "[::1]:4390", "10.0.0.7:4390", "metrics.internal"]
)
def test_it_answers_who_asks_by_address_or_by_a_known_name(listener, host):
    """An address cannot be somebody else's site."""
    assert ask(listener, Host=host) == (200, "m 1\n")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:4390", "", "localhost.evil.example"])
def test_it_sends_a_foreign_host_name_away(listener, host):
    """A page that a browser loaded elsewhere reads nothing here by pointing its name at this machine."""
    status, text = ask(listener, Host=host)

    assert status == 421
    assert "m 1" not in text


def test_other_paths_and_methods_get_nothing(listener):
    """There is nothing to write, and no file to find."""
    assert ask(listener, "/../etc/passwd")[0] == 404
    assert ask(listener, method="POST")[0] == 405
    assert ask(listener, "/metrics?x=1", method="HEAD") == (200, "")


def test_a_fault_of_a_page_says_nothing_of_itself(listener):
    """It is counted, and the next question is answered."""
    status, text = ask(listener, "/broken")

    assert (status, "secret" in text) == (500, False)
    assert ask(listener)[0] == 200


def test_slow_clients_are_sent_away(listener, monkeypatch):
    """As many as there are threads, each dripping a byte: others wait no longer than the limit."""
    monkeypatch.setattr(module, "REQUEST_S", 0.3)
    slow = [socket.create_connection(("127.0.0.1", listener.port)) for _ in range(module.THREADS)]
    for connection in slow:
        connection.sendall(b"GET /metrics HTTP/1.1\r\nX: ")
    stop = threading.Event()

    def drip():
        while not stop.wait(0.05):
            for connection in slow:
                try:
                    connection.sendall(b"x")
                except OSError:
                    pass

    thread = threading.Thread(target=drip)
    thread.start()
    began = time.monotonic()
    try:
        assert ask(listener)[0] == 200
    finally:
        stop.set()
        thread.join()
        for connection in slow:
            connection.close()
    assert time.monotonic() - began < 3


def test_a_request_without_end_is_cut(listener):
    """Nobody fills our memory."""
    with socket.create_connection(("127.0.0.1", listener.port)) as connection:
        try:
            connection.sendall(b"GET /" + b"a" * 100_000)
            assert connection.recv(1) == b""
        except ConnectionError:
            pass
    assert ask(listener)[0] == 200


def test_a_flood_leaves_no_thread_behind(listener):
    """A fixed number of threads serves any number of clients."""
    before = threading.active_count()
    asking = [threading.Thread(target=ask, args=(listener,)) for _ in range(40)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()

    assert threading.active_count() == before


def test_a_port_that_is_taken_is_told_in_one_line(listener):
    """With what to do about it."""
    with pytest.raises(UsageError, match=rf"sidecar\.listen: 127\.0\.0\.1:{listener.port} cannot be used .*none"):
        Listener(f"127.0.0.1:{listener.port}", {})


def test_the_port_is_free_again_after_the_end(listener):
    """A sidecar that is started anew takes it at once."""
    ask(listener)
    address = f"127.0.0.1:{listener.port}"
    listener.close()

    Listener(address, {}).close()
