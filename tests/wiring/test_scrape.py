"""`/metrics` and `/healthz` of a sidecar that is at work."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request

import pytest

from outwarden import event
from outwarden.config.load import build as configuration
from outwarden.errors import UsageError
from outwarden.event import CallEvent
from outwarden.journal import Journal, places
from outwarden.wiring import beside, scrape

CONFIG = configuration({"sidecar": {"listen": "127.0.0.1:0", "poll": "20ms"}}, "test")


def call(status: int) -> CallEvent:
    return CallEvent(
        ts=event.timestamp(time.time()),
        event_id=event.ids.new(),
        call_id="c",
        attempt=1,
        api="sectors",
        method="GET",
        host="h",
        outcome="ok" if status < 400 else "client_error",
        status=status,
        service="portfolio",
        env="dev",
        pid=1,
        schema=1,
        route="/v2/daily/{symbol}/",
        duration_ms=20.0,
    )


def record(*statuses: int) -> None:
    journal = Journal(places(CONFIG).journal, "portfolio")
    for status in statuses:
        journal.append(call(status))
    journal.close()


@pytest.fixture
def sidecar():
    """Start sidecars one after the other on the same journal; give the address."""
    running = []

    def _sidecar() -> str:
        for service in running:
            service.stop()
        found = places(CONFIG)
        listener = scrape.listener(CONFIG, found)
        service = beside.build(CONFIG, "portfolio", found, listener=listener)
        service.start()
        running[:] = [service]
        assert service.wait_drained(timeout_s=10) == {}
        return listener.url

    yield _sidecar
    for service in running:
        assert service.stop()


def read(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def series(text: str) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"^(\w+\{.*\}) (\S+)$", text, re.MULTILINE)}


def counted(url: str, class_: str) -> float:
    key = f'outwarden_calls_total{{service="portfolio",env="dev",api="sectors",class="{class_}"}}'
    return series(read(f"{url}/metrics")[1])[key]


def test_it_is_all_there_before_the_first_call(sidecar):
    """With zeros: what Prometheus reads first can be compared."""
    url = sidecar()

    assert [counted(url, class_) for class_ in ("2xx", "4xx", "5xx", "network")] == [0, 0, 0, 0]
    assert series(read(f"{url}/metrics")[1])['outwarden_up{service="portfolio",env="dev"}'] == 1


def test_counters_never_go_back(sidecar):
    """Another sidecar goes on where the last one was, and counts no call twice."""
    record(200, 404)
    assert counted(sidecar(), "4xx") == 1
    record(404, 404)

    url = sidecar()

    assert (counted(url, "2xx"), counted(url, "4xx")) == (1, 3)
    found = series(read(f"{url}/metrics")[1])
    labels = 'service="portfolio",env="dev",api="sectors"'
    assert found[f"outwarden_call_duration_seconds_count{{{labels}}}"] == 4
    assert found[f'outwarden_route_calls_total{{{labels},route="/v2/daily/{{symbol}}/",class="4xx"}}'] == 3
    assert found['outwarden_backlog_bytes{consumer="meter"}'] == 0


def test_healthz_says_whether_alarms_are_evaluated(sidecar):
    """For whoever starts sidecars anew."""
    url = sidecar()

    assert read(f"{url}/healthz") == (200, "ok\n")
    found = places(CONFIG)
    with scrape.closing(scrape.sqlite3.connect(found.db)) as connection, connection:
        connection.execute("UPDATE window SET minute = minute - 600 WHERE metric = 'Heartbeat'")
    assert read(f"{url}/healthz") == (503, "stalled\n")


def test_a_port_that_was_asked_for_and_is_taken_stops_the_sidecar(sidecar):
    """In one line, instead of a sidecar that nobody can read."""
    address = sidecar().removeprefix("http://")
    config = configuration({"sidecar": {"listen": address}}, "test")

    with pytest.raises(UsageError, match=f"sidecar.listen: {address} cannot be used"):
        scrape.listener(config, places(config))


def test_the_default_port_is_taken_only_where_it_is_free(sidecar, monkeypatch):
    """Two sidecars of two users on one machine both ship."""
    monkeypatch.setattr(scrape, "DEFAULT", sidecar().removeprefix("http://"))

    assert scrape.listener(configuration({}, "test"), places(CONFIG)) is None
    assert scrape.listener(configuration({"sidecar": {"listen": "none"}}, "test"), places(CONFIG)) is None
