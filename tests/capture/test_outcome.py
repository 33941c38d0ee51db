"""Exceptions are told apart by class, also where they wrap each other."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests
import urllib3.exceptions as wire

from outwarden.capture import outcome


def wrapped(error):
    return requests.ConnectionError(wire.MaxRetryError(None, "/", error))


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (requests.ConnectTimeout(), "timeout"),
        (requests.ReadTimeout(), "timeout"),
        (requests.ConnectionError(wire.ReadTimeoutError(None, "/", "slow")), "timeout"),
        (wire.ReadTimeoutError(None, "/", "slow"), "timeout"),
        (TimeoutError(), "timeout"),
        (requests.exceptions.SSLError(), "tls"),
        (requests.exceptions.ProxyError(ssl.SSLError()), "tls"),
        (requests.exceptions.ChunkedEncodingError(wire.SSLError()), "tls"),
        (ssl.SSLError(), "tls"),
        (wrapped(wire.NewConnectionError(None, "refused")), "network"),
        (wrapped(wire.ProtocolError("x", ConnectionResetError())), "network"),
        (requests.exceptions.ContentDecodingError(), "network"),
        (requests.exceptions.RetryError(), "network"),
        (socket.gaierror(), "network"),
        (ConnectionResetError(), "network"),
        (requests.exceptions.InvalidSchema(), "aborted"),
        (requests.exceptions.InvalidURL(), "aborted"),
        (requests.TooManyRedirects(), "aborted"),
        (FileNotFoundError(), "aborted"),
        (KeyboardInterrupt(), "aborted"),
        (RuntimeError(requests.ReadTimeout()), "aborted"),
        (requests.HTTPError(), None),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_failure(error, failure):
    """Each kind of exception has its one outcome."""
    assert outcome.failure(error) == failure


def test_exceptions_in_a_circle():
    """An exception that wraps itself ends the walk."""
    error = requests.ConnectionError()
    error.args = (error, error)

    assert outcome.failure(error) == "network"


def test_last_status():
    """The status over which urllib3 gave up."""
    error = requests.exceptions.RetryError(
        wire.MaxRetryError(None, "/", wire.ResponseError("too many 429 error responses"))
    )

    assert outcome.status(error) == 429
    assert outcome.status(requests.exceptions.RetryError()) is None
    assert outcome.status(ValueError()) is None


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (requests.exceptions.InvalidURL(), True),
        (FileNotFoundError(), True),
        (requests.ConnectionError(), False),
        (ConnectionResetError(), False),
        (ssl.SSLError(), False),
        (KeyboardInterrupt(), False),
    ],
)
def test_never_left(error, expected):
    """What fails before the wire is told by its class too."""
    assert outcome.never_left(error) is expected
