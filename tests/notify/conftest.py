"""What the tests of channels share: an alert, a message, and a server that takes what is posted."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from outwarden.alert import Alert
from outwarden.notify import Message, outbox, report
from outwarden.testing.certificate import Authority


def an_alert(**fields) -> Alert:
    given = {
        "name": "High4XXErrors",
        "state": "ALARM",
        "previous": "OK",
        "ts": "2026-11-24T03:00:00.000000Z",
        "since": "2026-11-24T02:59:00.000000Z",
        "reason": "4XXError was 14 in 5 minutes; the alarm is for more than 10",
        "service": "portfolio",
        "env": "prod",
        "metric": "4XXError",
        "value": 14.0,
        "threshold": 10.0,
        "period_s": 300,
        "top_routes": (("/v2/daily/{symbol}/", 12),),
        "top_reasons": (("unknown_symbol", 11), ("bad_key", 3)),
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "todo": "Look at the routes.",
    }
    return Alert(**given | fields)


@pytest.fixture
def alert():
    """Make an alert; what is not given is as usual."""
    return an_alert


@pytest.fixture
def message():
    """Make a message of one alert, or of several."""

    def make(*alerts: Alert, links=None, number="0m1", was_quiet=False) -> Message:
        return Message(number, tuple(report(one, links) for one in alerts or (an_alert(),)), was_quiet)

    return make


@pytest.fixture
def transaction():
    """Open transactions of an outbox in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)) as connection:
        for table in outbox.TABLES:
            connection.execute(table)

        @contextmanager
        def begin():
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")

        yield begin


class Posted(NamedTuple):
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """A server on loopback that keeps what is posted and answers with the statuses it is told, then with 200."""

    def __init__(self, context=None) -> None:
        receiver = self
        self.seen: list[Posted] = []
        self.answers: list[tuple[int, dict[str, str]]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.seen.append(Posted(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status, headers = receiver.answers.pop(0) if receiver.answers else (200, {})
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="session")
def authority():
    """A certificate authority of the tests."""
    found = Authority()
    yield found
    found.close()


@pytest.fixture
def receiver(authority, monkeypatch):
    """An HTTPS receiver whose authority is trusted here."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    with Receiver(authority.context("valid")) as server:
        yield server
