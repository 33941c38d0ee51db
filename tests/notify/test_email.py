"""Mail, by a real SMTP server on loopback."""

from __future__ import annotations

import base64
import email
import email.policy
import os
import socketserver
import threading

import pytest

from outwarden.config.notify import EmailChannel as Settings
from outwarden.errors import Rejected, Retry
from outwarden.notify.email import LONGEST_SUBJECT, EmailChannel

PASSWORD = os.urandom(12).hex()


class Server:
    """Speaks enough SMTP for a client: STARTTLS or TLS from the start, AUTH, and answers as it is told."""

    def __init__(self, context, *, at_once=False, starttls=True):
        self.mails: list[dict] = []
        self.logins: list[bytes] = []
        self.answers: dict[str, str] = {}
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self):
                if at_once:
                    self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self):
                super().finish()
                self.request.close()

            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 here")
                mail = {"tls": at_once, "to": []}
                while line := self.rfile.readline():
                    verb, _, rest = line.decode().strip().partition(" ")
                    verb = verb.upper()
                    if verb == "EHLO":
                        offers = [
                            "here",
                            *(["STARTTLS"] if starttls and not mail["tls"] else []),
                            "AUTH PLAIN",
                            "8BITMIME",
                        ]
                        for offer in offers[:-1]:
                            self.say(f"250-{offer}")
                        self.say(f"250 {offers[-1]}")
                    elif verb == "STARTTLS":
                        self.say("220 go")
                        self.request = context.wrap_socket(self.request, server_side=True)
                        super().setup()
                        mail["tls"] = True
                    elif verb == "AUTH":
                        server.logins.append(base64.b64decode(rest.partition(" ")[2]))
                        self.say(server.answers.get("AUTH", "235 yes"))
                    elif verb == "RCPT":
                        mail["to"].append(rest.partition(":")[2])
                        self.say(server.answers.get("RCPT", "250 yes"))
                    elif verb == "DATA":
                        self.say("354 go")
                        lines = []
                        while (part := self.rfile.readline()) != b".\r\n":
                            lines.append(part)
                        answer = server.answers.get("DATA", "250 taken")
                        if answer.startswith("250"):
                            text = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                            server.mails.append({**mail, "mail": text})
                        self.say(answer)
                    else:
                        self.say(server.answers.get("QUIT", "221 bye") if verb == "QUIT" else "250 yes")
                        if verb == "QUIT":
                            return

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_: None  # a client that turns away is no fault
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server(authority, monkeypatch):
    """A mail server with STARTTLS that is trusted here."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    with Server(authority.context("valid")) as found:
        yield found


def channel(server, login=None, **fields):
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "sender": "w@example.com",
        "to": ("a@example.com", "b@example.com"),
    }
    return EmailChannel(Settings(**given | fields), login=login)


def test_a_mail_arrives_encrypted_and_with_a_login(server, message):
    """Plain text, to all addresses."""
    channel(server, ("me", PASSWORD)).deliver(message(links={"dashboard": "https://g.example/{service}"}, number="0m9"))

    [told] = server.mails
    assert told["tls"]
    assert server.logins == [f"\0me\0{PASSWORD}".encode()]
    assert told["to"] == ["<a@example.com>", "<b@example.com>"]
    mail = told["mail"]
    assert mail["Subject"].startswith("ALARM: High4XXErrors in portfolio (prod): 4XXError was 14 in 5 minutes")
    assert (mail["From"], mail["To"]) == ("w@example.com", "a@example.com, b@example.com")
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<0m9@outwarden.invalid>", "auto-generated")
    assert mail.get_content_type() == "text/plain"
    lines = mail.get_content().splitlines()
    assert "  routes: /v2/daily/{symbol}/ (12)" in lines
    assert "  to do: Look at the routes." in lines
    assert "  dashboard: https://g.example/portfolio" in lines


def test_a_mail_that_was_taken_is_not_sent_again(server, message):
    """Also where the server takes leave in another way than it should."""
    server.answers["QUIT"] = "421 closing"
    channel(server).deliver(message())

    assert len(server.mails) == 1


def test_tls_from_the_start_works_too(authority, message, monkeypatch):
    """As on port 465."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    with Server(authority.context("valid"), at_once=True) as server:
        channel(server, tls="ssl").deliver(message())

        assert [told["tls"] for told in server.mails] == [True]


def test_on_this_machine_it_may_go_without(authority, message):
    """A relay on loopback often has no certificate."""
    with Server(authority.context("valid"), starttls=False) as server:
        channel(server, tls="none").deliver(message())

        assert [told["tls"] for told in server.mails] == [False]


def test_nothing_is_sent_in_the_open(authority, message):
    """A server that offers no STARTTLS gets neither login nor mail."""
    with Server(authority.context("valid"), starttls=False) as server:
        with pytest.raises(Retry, match="STARTTLS"):
            channel(server, ("me", PASSWORD)).deliver(message())

        assert (server.mails, server.logins) == ([], [])


def test_a_certificate_that_nobody_vouches_for_is_refused(server, message, monkeypatch):
    """Nor does a stranger in between."""
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(Retry, match="SSLCertVerificationError"):
        channel(server, ("me", PASSWORD)).deliver(message())
    assert (server.mails, server.logins) == ([], [])


@pytest.mark.parametrize(
    ("step", "answer", "refusal"),
    [
        ("RCPT", "550 no such user", Rejected),
        ("RCPT", "450 later", Retry),
        ("DATA", "554 spam", Rejected),
        ("DATA", "451 later", Retry),
        ("AUTH", "535 no", Retry),
    ],
)
def test_what_the_server_answers_decides(server, message, step, answer, refusal):
    """Codes from 500 on stay, but for a password that can be mended; it is told to nobody."""
    server.answers[step] = answer

    with pytest.raises(refusal) as caught:
        channel(server, ("me", PASSWORD)).deliver(message())
    assert PASSWORD not in str(caught.value)
    assert server.mails == []


def test_a_server_that_is_away_is_tried_again(free_port, message):
    """Whoever it is."""
    with pytest.raises(Retry, match="ConnectionRefusedError"):
        EmailChannel(Settings(host="127.0.0.1", port=free_port, sender="a@b.c", to=("d@e.f",))).deliver(message())


def test_nothing_adds_a_header(server, message, alert):
    """Line breaks in what a server named stay within the subject and the text."""
    evil = "x\r\nBcc: evil@example.com\r\n\r\n.\r\nQUIT"
    channel(server).deliver(message(alert(reason=evil, todo=evil, top_routes=((evil, 1),))))

    [told] = server.mails
    assert told["mail"]["Bcc"] is None
    assert len(told["mail"]["Subject"]) <= LONGEST_SUBJECT
    assert "Bcc: evil@example.com . QUIT" in told["mail"].get_content()
    assert set(told["mail"].keys()) == {
        *("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
