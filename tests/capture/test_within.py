"""What the program calls while one of its calls is on the wire is no part of that call."""

from __future__ import annotations

import threading
import urllib.request
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product

import httpx
import pytest
import requests
import urllib3


class Patient(BaseHTTPRequestHandler):
    """Answers once a body in chunks has come to its end."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        while self.rfile.readline() != b"0\r\n":
            self.rfile.readline()
        self.rfile.readline()
        self.do_GET(201)

    def do_GET(self, status=200):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_): ...


@pytest.fixture
def address():
    """A server on loopback, without TLS."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Patient) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def of_requests(session):
    return lambda method, url, data=None: session.request(method, url, data=data, allow_redirects=False)


def of_httpx(client):
    return lambda method, url, data=None: client.request(method, url, content=data)


def of_urllib3(pool):
    return lambda method, url, data=None: pool.request(method, url, body=data)


def of_urllib(opener):
    def call(method, url, data=None):
        with opener.open(urllib.request.Request(url, data, method=method)) as answer:
            answer.read()

    return call


CALLERS = {
    "requests": (requests.Session, of_requests),
    "httpx": (lambda: httpx.Client(trust_env=False), of_httpx),
    "urllib3": (urllib3.PoolManager, of_urllib3),
    "urllib": (lambda: urllib.request.build_opener(urllib.request.ProxyHandler({})), of_urllib),
}


@pytest.fixture
def caller():
    """Make something that calls with a client of the name; at the end the client is closed."""
    with ExitStack() as stack:

        def make(name):
            client, call = CALLERS[name]
            made = client()
            stack.callback(getattr(made, "clear", None) or made.close)
            return call(made)

        yield make


@pytest.mark.parametrize("path", ["/a", "/b"], ids=["same", "another"])
@pytest.mark.parametrize("clients", list(product(CALLERS, repeat=2)), ids="-".join)
@pytest.mark.usefixtures("hooks")
def test_a_body_that_calls(address, events, caller, clients, path):
    """A body that fetches what it consists of: both calls end as they did, also with one client and one address."""
    outer, inner = clients
    call = caller(outer)
    fetch = call if inner == outer else caller(inner)

    def body():
        yield b"a"
        fetch("GET", address + path)
        yield b"b"

    call("POST", address + "/a", body())

    assert [(event.method, event.path, event.attempt, event.status) for event in events] == [
        ("GET", path, 1, 200),
        ("POST", "/a", 1, 201),
    ]
    assert len({event.call_id for event in events}) == 2
