"""The sidecar, put together from a configuration and run on a real journal."""

from __future__ import annotations

import json
import os
import threading
import time

import pytest

from outwarden import event
from outwarden.config import Config
from outwarden.config.load import build as configuration
from outwarden.errors import CloudError, ConfigError
from outwarden.event import CallEvent
from outwarden.journal import Cursors, History, Journal, places
from outwarden.testing.cloudwatch import CloudWatchLogs
from outwarden.wiring import beside


def call(**fields) -> CallEvent:
    given = {
        "ts": event.timestamp(time.time()),
        "event_id": event.ids.new(),
        "call_id": "c",
        "attempt": 1,
        "api": "sectors",
        "method": "GET",
        "host": "h",
        "outcome": "client_error",
        "status": 404,
        "service": "portfolio",
        "env": "dev",
        "pid": os.getpid(),
        "schema": 1,
        "route": "/v2/daily/{symbol}/",
    }
    return CallEvent(**given | fields)


def run(config: Config, calls: int = 0) -> None:
    """Record some failed calls and let a sidecar handle them."""
    found = places(config)
    journal = Journal(found.journal, "portfolio")
    for _ in range(calls):
        journal.append(call())
    journal.close()
    service = beside.build(config, "portfolio", found, terminal=True)
    service.start()
    try:
        assert service.wait_drained(timeout_s=10) == {}
    finally:
        assert service.stop()


def test_without_sinks_everything_stays_here(capsys):
    """History and alarms work, and nothing is made for AWS."""
    config = Config()
    run(config, calls=11)

    assert len(list(History(places(config).history).read())) == 11
    assert "ALARM: High4XXErrors in portfolio (dev): 4XXError was 11 in 5 minutes" in capsys.readouterr().err
    with_cursors = Cursors(places(config).db)
    assert with_cursors.consumers() == ["history", "meter"]
    with_cursors.close()


def test_ten_are_quiet(capsys):
    """One call fewer, and nobody is told."""
    run(Config(), calls=10)

    assert "ALARM" not in capsys.readouterr().err


def test_a_restart_tells_nothing_again(capsys):
    """Neither counts nor alerts come twice."""
    run(Config(), calls=11)
    capsys.readouterr()
    run(Config())

    assert capsys.readouterr().err == ""


def test_events_go_to_every_sink(tmp_path):
    """CloudWatch and a file get the same lines; metrics have a stream of their own."""
    with CloudWatchLogs() as logs:
        config = configuration(
            {
                "sinks": {
                    "cloudwatch": {"region": "eu-west-1", "endpoint_url": logs.url},
                    "file": {"path": str(tmp_path / "events.jsonl")},
                }
            },
            "test",
        )
        run(config, calls=12)
        shipped = [one.message for one in logs.events("SectorsFinancialAPI", "APIUsageLogs")]
        metrics = [json.loads(one.message) for one in logs.events("SectorsFinancialAPI", "APIUsageLogsMetrics")]

    assert sorted(shipped) == sorted((tmp_path / "events.jsonl").read_text().splitlines())
    assert len(shipped) == 12
    assert sum(line["4XXError"] for line in metrics) == 12


def test_a_sink_that_is_gone_does_not_hold_files(tmp_path):
    """Its cursor is forgotten, so that the journal can be cleaned."""
    run(configuration({"sinks": {"file": {"path": str(tmp_path / "events.jsonl")}}}, "test"), calls=1)
    run(Config())

    cursors = Cursors(places(Config()).db)
    assert cursors.consumers() == ["history", "meter"]
    cursors.close()


def test_a_secret_that_reached_the_journal_does_not_leave_it(tmp_path, monkeypatch):
    """The last gate stands before each sink as well."""
    key = "".join(f"{byte:02x}" for byte in os.urandom(32))
    monkeypatch.setenv("SECTORS_API_KEY", key)
    config = configuration({"sinks": {"file": {"path": str(tmp_path / "events.jsonl")}}}, "test")
    journal = Journal(places(config).journal, "portfolio")
    journal.append(call(error=f"refused: {key}"))
    journal.close()
    run(config)

    written = (tmp_path / "events.jsonl").read_text()
    assert len(written.splitlines()) == 1
    assert key not in written


def test_a_webhook_behind_a_reference_that_is_not_set_is_told_at_start():
    """One line: what, where, what to do."""
    config = configuration({"notify": {"team": {"kind": "webhook", "url": "env:TEAM_WEBHOOK"}}}, "test")

    with pytest.raises(ConfigError, match=r"notify\.team\.url"):
        beside.build(config, "portfolio", places(config))


def test_no_message_holds_a_secret_of_any_channel(tmp_path, monkeypatch, answering):
    """Not even where a person wrote it into an alarm, or a server named it as a route."""
    secret = "".join(f"{byte:02x}" for byte in os.urandom(16))
    seen = []

    def answer(path, headers, body):
        seen.append(body.decode())
        return 200, {}, b""

    monkeypatch.setenv("HOOK", f"{answering(answer)}/services/{secret}")
    raw = {
        "default_alarms": False,
        "alarms": [{"name": "Bad", "metric": "4XXError", "todo": f"Write to /services/{secret} by hand"}],
        "notify": {"team": {"kind": "slack", "url": "env:HOOK"}},
    }
    config = configuration(raw, "test")
    journal = Journal(places(config).journal, "portfolio")
    for _ in range(11):
        journal.append(call(route=f"/services/{secret}"))
    journal.close()
    run(config)

    [text] = seen
    assert "ALARM: Bad in portfolio (dev)" in text
    assert "To do: Write to" in text
    assert secret not in text


def test_a_channel_that_hangs_holds_up_no_other(answering):
    """Each has its own turn."""
    told, release = threading.Event(), threading.Event()

    def hanging(path, headers, body):
        release.wait(30)
        return 200, {}, b""

    def prompt(path, headers, body):
        told.set()
        return 200, {}, b""

    doors = {"a": answering(hanging), "b": answering(prompt)}
    raw = {"notify": {name: {"kind": "webhook", "url": url, "timeout_s": 60} for name, url in doors.items()}}
    config = configuration(raw, "test")
    journal = Journal(places(config).journal, "portfolio")
    for _ in range(11):
        journal.append(call())
    journal.close()
    service = beside.build(config, "portfolio", places(config))
    service.start()

    in_time = told.wait(20)
    release.set()
    assert service.stop()
    assert in_time


@pytest.mark.parametrize(
    "raw",
    [
        {"sinks": {"cloudwatch": {"region": "eu-west-77"}}},
        {"sinks": {"cloudwatch": {"region": "eu-west-77"}}, "metrics": {"via": "put"}},
        {
            "sinks": {"cloudwatch": {"region": "eu-west-77"}},
            "notify": {"team": {"kind": "sns", "topic": "Team", "publisher": "sidecar"}, "here": {"kind": "terminal"}},
            "alarm_notify": ["team", "here"],
        },
    ],
)
def test_an_unknown_region_stops_nothing_else(raw, capsys):
    """History and alarms work; the events wait, and the reason is known. Whoever asks at the start is told."""
    config = configuration(raw, "test")
    found = places(config)
    journal = Journal(found.journal, "portfolio")
    for _ in range(11):
        journal.append(call())
    journal.close()
    service = beside.build(config, "portfolio", found, terminal=True)
    service.start()
    left = service.wait_drained(timeout_s=10)
    health = {row.consumer: row for row in service.health()}
    assert service.stop()

    assert list(left) == ["cloudwatch"]
    assert "'eu-west-77' is not a region" in health["cloudwatch"].last_error
    assert len(list(History(found.history).read())) == 11
    assert "ALARM: High4XXErrors" in capsys.readouterr().err
    with pytest.raises(CloudError, match="eu-west-77"):
        beside.check_aws(config)
