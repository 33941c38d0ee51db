"""Webhooks, signed and unsigned, on a real server."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from outwarden.errors import ConfigError, Rejected, Retry
from outwarden.notify.webhook import WebhookChannel

NOW = 1_700_000_000.0
DOCS = Path(__file__).parent.parent.parent / "docs" / "notifications.md"


def test_a_webhook_gets_one_json_object(receiver, message):
    """With the path and query of its address."""
    WebhookChannel(f"{receiver.url}/hook?room=1").deliver(message(links={"runbook": "https://w.example/{alarm}"}))

    [posted] = receiver.seen
    body = json.loads(posted.body)
    assert posted.path == "/hook?room=1"
    assert body["text"].startswith("ALARM: High4XXErrors in portfolio (prod)")
    assert (body["name"], body["state"], body["severity"]) == ("High4XXErrors", "ALARM", "page")
    assert body["top_routes"] == [["/v2/daily/{symbol}/", 12]]
    assert body["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert body["links"] == {"runbook": "https://w.example/High4XXErrors"}
    assert "webhook-signature" not in posted.headers


@pytest.mark.parametrize("encoded", [False, True])
def test_what_the_docs_tell_receivers_to_check_holds(receiver, message, encoded):
    """The function in docs/notifications.md takes our message, and no other, no later and not without the secret."""
    raw = os.urandom(24).hex().encode()
    secret = "whsec_" + base64.b64encode(raw).decode() if encoded else raw.decode()
    WebhookChannel(receiver.url, secret=secret, clock=lambda: NOW).deliver(message(number="0m7"))
    [posted] = receiver.seen
    [code] = re.findall(r"```python\n(.*?def is_from_outwarden.*?)```", DOCS.read_text(), re.DOTALL)
    found: dict = {}
    exec(code, found)
    check = found["is_from_outwarden"]

    assert posted.headers["webhook-id"] == "0m7"
    assert check(raw, posted.headers, posted.body, now=NOW + 60)
    assert not check(raw, posted.headers, posted.body + b" ", now=NOW + 60)
    assert not check(raw, posted.headers, posted.body, now=NOW + 3600)
    assert not check(b"another", posted.headers, posted.body, now=NOW + 60)
    assert not check(raw, {**posted.headers, "webhook-id": "0m8"}, posted.body, now=NOW + 60)


@pytest.mark.parametrize(
    ("status", "refusal"), [(500, Retry), (503, Retry), (429, Retry), (404, Rejected), (302, Rejected)]
)
def test_a_webhooks_answer_decides(receiver, message, status, refusal):
    """Some refusals go away by themselves; a redirect is not followed."""
    receiver.answers = [(status, {"Location": f"{receiver.url}/elsewhere", "Retry-After": "17"})]

    with pytest.raises(refusal) as caught:
        WebhookChannel(receiver.url).deliver(message())
    assert [posted.path for posted in receiver.seen] == ["/"]
    if refusal is Retry:
        assert caught.value.after_s == 17


def test_a_webhook_that_is_away_is_tried_again_and_its_address_is_not_told(free_port, message):
    """The address may be a secret."""
    secret = "hook" + "0123456789abcdef" * 2

    with pytest.raises(Retry) as caught:
        WebhookChannel(f"http://127.0.0.1:{free_port}/{secret}").deliver(message())

    assert secret not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"{", b"not chunked"])
def test_what_was_taken_is_told_once_however_its_answer_goes_on(free_port, message, body):
    """The status is what counts: a body that drips is not waited for, and one that breaks off is no reason to tell again."""
    with socket.create_server(("127.0.0.1", free_port)) as server, ThreadPoolExecutor(1) as threads:

        def answer() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as asked:
                headers = dict(line.lower().split(b": ") for line in iter(asked.readline, b"\r\n") if b": " in line)
                asked.read(int(headers[b"content-length"]))
                length = b"Transfer-Encoding: chunked" if body == b"not chunked" else b"Content-Length: 9"
                connection.sendall(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n" + body)
                if not body:
                    asked.read(1)  # until the other side has gone

        done = threads.submit(answer)
        WebhookChannel(f"http://127.0.0.1:{free_port}/", timeout_s=5).deliver(message())

        done.result(timeout=10)


def test_a_certificate_that_nobody_vouches_for_is_refused(receiver, message, monkeypatch):
    """Nothing is sent there."""
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(Retry, match="SSLCertVerificationError"):
        WebhookChannel(receiver.url).deliver(message())
    assert receiver.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "nonsense",
        "http://",
        "http://[",
        "https://host:port/",
        "https://host/a b",
        "https://h/\u00e9",
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url):
    """At start, in one line."""
    with pytest.raises(ConfigError) as caught:
        WebhookChannel(url)

    assert url not in str(caught.value)


def test_a_secret_that_is_no_base64_is_refused_without_repeating_it():
    """At start, in one line."""
    with pytest.raises(ConfigError) as caught:
        WebhookChannel("https://h/", secret="whsec_not/base64!")

    assert "base64!" not in str(caught.value)
