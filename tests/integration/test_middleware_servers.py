"""Real servers: each request's outbound calls carry its user's pseudonym and country, whatever the worker is made of."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from outwarden.config import Config
from outwarden.event import CallEvent, decode
from outwarden.journal import places
from outwarden.redact.pseudonyms import Pseudonyms
from outwarden.testing import ports

pytestmark = pytest.mark.integration

APPLICATION = """
import asyncio, os
import outwarden
outwarden.install()
import requests
from outwarden.middleware import AsgiMiddleware, WsgiMiddleware

url, key = os.environ["SECTORS_URL"] + "/v2/company/report/BBCA/", os.environ["SECTORS_API_KEY"]

def call():
    assert requests.get(url, headers={"Authorization": key}).status_code == 200

def pages(environ, start_response):
    call()
    start_response("200 OK", [("Content-Type", "text/plain")])
    def body():
        call()
        yield b"done"
    return body()

async def served(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            event = (await receive())["type"]
            await send({"type": event + ".complete"})
            if event == "lifespan.shutdown":
                return
    await asyncio.to_thread(call)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await asyncio.create_task(asyncio.to_thread(call))
    await send({"type": "http.response.body", "body": b"done"})

wsgi = WsgiMiddleware(pages, user=lambda environ: environ.get("HTTP_X_USER"), trusted_proxies=["127.0.0.0/8"])
asgi = AsgiMiddleware(served, user=lambda scope: dict(scope["headers"])[b"x-user"].decode(), trusted_proxies=["127.0.0.0/8"])
"""


@pytest.fixture
def serve(sectors, tmp_path, monkeypatch):
    """Start gunicorn with one worker of some kind; give its port. It is ended by its own pid."""
    (tmp_path / "application.py").write_text(APPLICATION)
    monkeypatch.setenv("SECTORS_API_KEY", sectors.key)
    monkeypatch.setenv("SECTORS_URL", sectors.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sectors.ca_file))
    monkeypatch.setenv("OUTWARDEN_APIS_SECTORS_HOSTS", sectors.netloc)
    monkeypatch.setenv("OUTWARDEN_REDACT_PSEUDONYM_KEY", "env:PSEUDONYMS")
    monkeypatch.setenv("PSEUDONYMS", "k" * 32)
    started = []

    def serve(kind, target):
        port = ports.free()
        command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-k", kind, "-w", "1"]
        log = (tmp_path / "gunicorn.log").open("w")
        started.append(
            subprocess.Popen(
                [*command, "--threads", "4", "--no-control-socket", f"application:{target}"],
                cwd=tmp_path,
                env=dict(os.environ),
                stdout=log,
                stderr=log,
            )
        )
        log.close()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                assert started[0].poll() is None, (tmp_path / "gunicorn.log").read_text()
                time.sleep(0.05)
            else:
                return port
        raise AssertionError((tmp_path / "gunicorn.log").read_text())

    yield serve
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def ask(port, name, forwarded):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/", headers={"X-User": name, "X-Forwarded-For": f"1.1.1.1, {forwarded}"})
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("kind", "target"),
    [("sync", "wsgi"), ("gthread", "wsgi"), ("gevent", "wsgi"), ("asgi", "asgi")],
    ids=["sync", "gthread", "gevent", "asgi"],
)
def test_gunicorn(serve, tmp_path, kind, target):
    """Twelve users at once, two calls each, one of them while the body is sent: nobody gets another's name."""
    port = serve(kind, target)
    users = {f"user-{n}-of-{kind}": "103.10.60.1" if n % 2 else "8.8.8.8" for n in range(12)}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda item: ask(port, *item), users.items()))
    assert set(answers) == {(200, b"done")}, (tmp_path / "gunicorn.log").read_text()

    files = list(places(Config()).journal.glob("*.jsonl"))
    events = [decode(line) for file in files for line in file.read_bytes().splitlines()]
    found = sorted((e.user, e.client_country) for e in events if isinstance(e, CallEvent))
    name = Pseudonyms(b"k" * 32).user
    assert found == sorted((name(user), "ID" if "103" in ip else "US") for user, ip in users.items() for _ in range(2))
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".py")
    assert not any(user.encode() in written for user in users)
    assert b"103.10.60" not in written
