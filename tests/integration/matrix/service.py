"""A WSGI application that makes all the calls with its first request."""

import os

from calls import exercise, exercise_sync

import watch  # noqa: F401

_done = set()


def app(environ, start_response):
    """Answer with the process id of the worker."""
    pid = os.getpid()
    if pid not in _done:
        _done.add(pid)
        exercise_sync() if "aiohttp" not in os.environ["MATRIX_CLIENTS"] else exercise()
    body = str(pid).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
