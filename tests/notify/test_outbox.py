"""Alerts that wait, and alerts that arrive."""

from __future__ import annotations

import io
import json
import sqlite3
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from outwarden import tally
from outwarden.alert import Alert
from outwarden.errors import ConfigError, Rejected, Retry
from outwarden.notify import Outbox, TerminalChannel, WebhookChannel, outbox

NOW = 1_700_000_000.0


def alert(**fields) -> Alert:
    given = {
        "name": "High4XXErrors",
        "state": "ALARM",
        "previous": "OK",
        "ts": "2026-11-24T03:00:00.000000Z",
        "reason": "4XXError was 14 in 5 minutes; the alarm is for more than 10",
        "service": "portfolio",
        "env": "prod",
        "metric": "4XXError",
        "top_routes": (("/v2/daily/{symbol}/", 12),),
        "todo": "Look at the routes.",
    }
    return Alert(**given | fields)


@pytest.fixture
def transaction():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for table in outbox.TABLES:
            connection.execute(table)

        @contextmanager
        def begin():
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")

        yield begin


class Flaky:
    """A channel that fails a few times."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.told = []

    def deliver(self, alert):
        if self.failures:
            raise self.failures.pop(0)
        self.told.append(alert)


def post(transaction, *channels, one=None):
    with transaction() as connection:
        outbox.post(connection, one or alert(), channels, NOW)


def test_an_alert_is_told_once_to_each_channel(transaction):
    """Also when it is looked at many times."""
    first, second = Flaky(), Flaky()
    waiting = Outbox(transaction, {"first": first, "second": second})
    post(transaction, "first", "second")
    for second_later in range(3):
        waiting.deliver(NOW + second_later)

    assert first.told == second.told == [alert()]


def test_a_failed_delivery_is_tried_again_later(transaction):
    """With a pause that grows; a restart goes on with it."""
    channel = Flaky(Retry("away"), Retry("away"))
    post(transaction, "it")
    told = [Outbox(transaction, {"it": channel}).deliver(NOW + after) for after in (0, 1, 2, 3, 6, 7)]

    assert told == [0, 0, 0, 0, 1, 0]


def test_a_refused_alert_is_not_tried_again(transaction):
    """It would be refused again."""
    channel = Flaky(Rejected([(0, "no such room")]))
    waiting = Outbox(transaction, {"it": channel})
    post(transaction, "it")

    assert [waiting.deliver(NOW + 1000 * n) for n in range(3)] == [0, 0, 0]
    assert channel.told == []


def test_an_alert_that_is_a_day_old_is_no_news(transaction):
    """It is given up."""
    channel = Flaky(*[Retry("away")] * 2)
    waiting = Outbox(transaction, {"it": channel})
    post(transaction, "it")
    waiting.deliver(NOW)
    waiting.deliver(NOW + outbox.GIVE_UP_S + 1)

    assert waiting.deliver(NOW + 2 * outbox.GIVE_UP_S) == 0
    assert channel.told == []


def test_one_bad_channel_does_not_hold_the_others(transaction):
    """Each channel has its own delivery."""
    good = Flaky()
    waiting = Outbox(transaction, {"bad": Flaky(*[Retry("away")] * 9), "good": good})
    post(transaction, "bad", "good")
    waiting.deliver(NOW)

    assert good.told == [alert()]


def test_that_it_is_over_never_overtakes_that_it_began(transaction):
    """A channel is told in order, whatever waits."""
    channel = Flaky(*[Retry("away")] * 3)
    waiting = Outbox(transaction, {"it": channel})
    post(transaction, "it", one=alert(state="ALARM"))
    waiting.deliver(NOW)
    post(transaction, "it", one=alert(state="OK"))
    for second_later in range(1, 60):
        waiting.deliver(NOW + second_later)

    assert [one.state for one in channel.told] == ["ALARM", "OK"]


def test_a_channel_that_is_away_costs_one_attempt_however_much_waits(transaction):
    """A hanging webhook holds up the others for one timeout, not for one per alert."""
    channel = Flaky(*[Retry("away")] * 9)
    for _ in range(5):
        post(transaction, "it")
    Outbox(transaction, {"it": channel}).deliver(NOW)

    assert len(channel.failures) == 8


def test_a_fault_in_a_channel_is_survived(transaction):
    """It is counted and tried again, and the other channels are told."""
    faulty, good = Flaky(ZeroDivisionError()), Flaky()
    waiting = Outbox(transaction, {"faulty": faulty, "good": good})
    post(transaction, "faulty", "good")
    waiting.deliver(NOW)
    assert (faulty.told, good.told) == ([], [alert()])
    assert tally.snapshot()["internal_error"] == 1

    waiting.deliver(NOW + outbox.FIRST_PAUSE_S)
    assert faulty.told == [alert()]


def test_a_clock_that_is_set_back_holds_nothing_up(transaction):
    """A pause that was reckoned by the wrong clock does not count."""
    channel = Flaky(Retry("away"))
    waiting = Outbox(transaction, {"it": channel})
    post(transaction, "it")
    waiting.deliver(NOW)
    waiting.deliver(NOW - 86400)

    assert channel.told == [alert()]


def test_all_alerts_can_be_read_back(transaction):
    """Since a moment, oldest first, whoever was told."""
    post(transaction)
    with transaction() as connection:
        assert outbox.alerts(connection, NOW - 1) == [alert()]
        assert outbox.alerts(connection, NOW + 1) == []
        outbox.sweep(connection, NOW + 1)
        assert outbox.alerts(connection, 0) == []


def test_the_terminal_gets_what_happened_why_and_what_to_do():
    """A few plain lines."""
    stream = io.StringIO()
    TerminalChannel(stream).deliver(alert())

    assert stream.getvalue() == (
        "outwarden: ALARM: High4XXErrors in portfolio (prod): 4XXError was 14 in 5 minutes; the alarm is for more than 10\n"
        "  most: /v2/daily/{symbol}/ (12)\n"
        "  Look at the routes.\n"
    )


def test_no_name_steers_the_terminal():
    """Control characters become visible, and what the terminal's encoding lacks is spelled out."""
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii")
    TerminalChannel(stream).deliver(alert(state="OK", service="caf\u00e9\x1b[2J"))

    assert written.getvalue().startswith(b"outwarden: OK: High4XXErrors in caf\\xe9\\ufffd[2J (prod): ")


def test_a_closed_terminal_is_no_disaster():
    """The alert is refused, not the sidecar ended."""
    stream = io.StringIO()
    stream.close()

    with pytest.raises(Rejected):
        TerminalChannel(stream).deliver(alert())


@pytest.fixture
def hook():
    """A webhook's receiver that answers with what it is told to."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.seen.append((self.path, json.loads(body)))
            self.send_response(self.server.status)
            self.send_header("Content-Length", "0")
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_gets_one_json_object(hook):
    """With the path and query of its address."""
    WebhookChannel(f"http://127.0.0.1:{hook.server_port}/hook?room=1").deliver(alert())

    ((path, body),) = hook.seen
    assert path == "/hook?room=1"
    assert body["text"].startswith("ALARM: High4XXErrors in portfolio (prod)")
    assert (body["name"], body["state"], body["top_routes"]) == (
        "High4XXErrors",
        "ALARM",
        [["/v2/daily/{symbol}/", 12]],
    )


@pytest.mark.parametrize(
    ("status", "refusal"), [(500, Retry), (503, Retry), (429, Retry), (404, Rejected), (302, Rejected)]
)
def test_a_webhooks_answer_decides(hook, status, refusal):
    """Some refusals go away by themselves; a redirect is not followed."""
    hook.status = status

    with pytest.raises(refusal):
        WebhookChannel(f"http://127.0.0.1:{hook.server_port}/").deliver(alert())
    assert [path for path, _ in hook.seen] == ["/"]


def test_a_webhook_that_is_away_is_tried_again_and_its_address_is_not_told(free_port):
    """The address may be a secret."""
    secret = "hook" + "0123456789abcdef" * 2

    with pytest.raises(Retry) as caught:
        WebhookChannel(f"http://127.0.0.1:{free_port}/{secret}").deliver(alert())

    assert secret not in str(caught.value)


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
