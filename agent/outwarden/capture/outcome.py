"""How a call failed, told by the exception's class. Exceptions of the HTTP libraries wrap each other in many ways."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException
from typing import Final

import urllib3.exceptions as wire
from requests import exceptions as client

from outwarden.rawcall import Failure

_TLS: Final = (client.SSLError, wire.SSLError, ssl.SSLError)
_NO_CONNECTION: Final = (wire.NewConnectionError, socket.gaierror)
_TIMEOUT: Final = (client.Timeout, wire.TimeoutError, TimeoutError)
_NETWORK: Final = (
    client.ConnectionError,
    client.ChunkedEncodingError,
    client.ContentDecodingError,
    client.InvalidHeader,
    client.RetryError,
    wire.HTTPError,
    ConnectionError,
    socket.gaierror,
    socket.herror,
    HTTPException,
)
_BEFORE_THE_WIRE: Final = (client.InvalidSchema, client.InvalidURL, client.MissingSchema)
_TOO_MANY: Final = re.compile(r"too many (\d{3}) error responses")
_DEPTH: Final = 6


def failure(error: BaseException) -> Failure | None:
    """Say how a call failed; None when it was answered and only the program's view of the answer is an error.

    An error that is no HTTP library's own came from the program's code (a hook, a body, an interrupt): `aborted`.
    """
    if isinstance(error, client.HTTPError):
        return None
    if isinstance(error, _TLS):
        return "tls" if not isinstance(error, TimeoutError) else "timeout"
    if isinstance(error, _TIMEOUT):
        return "timeout" if not isinstance(error, _NO_CONNECTION) else "network"  # one and the same in urllib3 1
    if not isinstance(error, _NETWORK) or isinstance(error, _BEFORE_THE_WIRE):
        return "aborted"
    inner = list(_inside(error))
    if any(isinstance(e, _NO_CONNECTION) for e in inner):
        return "network"
    if any(isinstance(e, _TLS) for e in inner):
        return "tls"
    if any(isinstance(e, _TIMEOUT) for e in inner):
        return "timeout"
    return "network"


def status(error: BaseException) -> int | None:
    """Give the last status when urllib3 gave up over answers that it was told to retry."""
    if isinstance(error, client.RetryError):
        for inner in _inside(error):
            if isinstance(inner, wire.ResponseError) and (found := _TOO_MANY.search(str(inner))):
                return int(found[1])
    return None


def never_left(error: BaseException) -> bool:
    """Say whether the request cannot have left the program: a bad address, or no such certificate file."""
    return isinstance(error, _BEFORE_THE_WIRE) or (
        isinstance(error, OSError) and not isinstance(error, (client.RequestException, *_TLS, *_TIMEOUT, *_NETWORK))
    )


def _inside(error: BaseException, depth: int = 0) -> Iterator[BaseException]:
    """Walk what an exception wraps: requests keeps it in `args`, urllib3 in `reason` and `args`, others as cause."""
    for inner in (*error.args, getattr(error, "reason", None), error.__cause__):
        if isinstance(inner, BaseException):
            yield inner
            if depth < _DEPTH:
                yield from _inside(inner, depth + 1)
