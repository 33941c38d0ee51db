"""The whole road with real servers: a sidecar, Prometheus with our rules, Alertmanager, and who is told."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from outwarden import event
from outwarden.config.alarm_set import alarm_set
from outwarden.config.load import build, load
from outwarden.event import CallEvent
from outwarden.journal import Journal, places
from outwarden.provision.boards import from_prometheus
from outwarden.provision.boards.panel import PromQL
from outwarden.provision.prometheus.examples import alertmanager as example
from outwarden.provision.prometheus.rules import rules
from outwarden.testing import ports

SERVERS = ("prometheus", "prometheus-alertmanager")
SECOND = "1s"

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        not all(shutil.which(name) for name in SERVERS),
        reason=f"not installed: apt-get install {' '.join(SERVERS)}",
    ),
]


@pytest.fixture
def told(answering):
    """A webhook; give its address and what it was told."""
    messages: queue.Queue[dict] = queue.Queue()

    def answer(path, headers, body):
        messages.put(json.loads(body))
        return 200, {}, b""

    return f"{answering(answer)}/", messages


@pytest.fixture
def start():
    """Start processes, and end them."""
    started = []

    def _start(*command):
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    yield _start
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def manager(folder: Path, port: int) -> tuple[str, ...]:
    """Give the command that runs Alertmanager with `alertmanager.yml`."""
    return (
        "prometheus-alertmanager",
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'am'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    )


def ask(port: int, expression: str) -> list[dict]:
    url = f"http://127.0.0.1:{port}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)["data"]["result"]


def wait_for(port: int, expression: str, wanted: float) -> None:
    """Wait until Prometheus says so."""
    deadline = time.monotonic() + 60
    found = None
    while time.monotonic() < deadline:
        try:
            found = [float(one["value"][1]) for one in ask(port, expression)]
        except OSError:
            found = None
        if found == [wanted]:
            return
        time.sleep(0.1)
    raise AssertionError(f"{expression}: {found}")


def fail(journal: Journal, times: int) -> None:
    for _ in range(times):
        call = CallEvent(
            ts=event.timestamp(time.time()),
            event_id=event.ids.new(),
            call_id="c",
            attempt=1,
            api="sectors",
            method="GET",
            host="h",
            outcome="client_error",
            status=404,
            service="portfolio",
            env="dev",
            pid=1,
            schema=1,
            route="/v2/daily/{symbol}/",
            duration_ms=20.0,
            client_country="ID",
        )
        journal.append(call)


def test_ten_stay_silent_and_the_eleventh_is_told(tmp_path, told, start):
    """Of exactly ten 4XX nobody hears; one more reaches the webhook. All queries of the dashboards are understood."""
    hook, messages = told
    sidecar, prometheus, alertmanager = ports.free(), ports.free(), ports.free()
    file = tmp_path / "config.yaml"
    settings = {
        "service": "portfolio",
        "sidecar": {"listen": f"127.0.0.1:{sidecar}"},
        "notify": {"oncall": {"kind": "webhook", "url": f"{hook}not-us"}},
        "default_alarms": True,
    }
    file.write_text(yaml.safe_dump(settings))
    config = load(file)
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(rules(alarm_set(config), interval_s=1)))
    (tmp_path / "prometheus.yml").write_text(
        yaml.safe_dump(
            {
                "global": {"scrape_interval": SECOND, "evaluation_interval": SECOND},
                "rule_files": ["rules.yml"],
                "scrape_configs": [{"job_name": "o", "static_configs": [{"targets": [f"127.0.0.1:{sidecar}"]}]}],
                "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]},
            }
        )
    )
    (tmp_path / "alertmanager.yml").write_text(
        yaml.safe_dump(
            {
                "route": {"receiver": "hook", "group_wait": SECOND, "group_interval": SECOND},
                "receivers": [{"name": "hook", "webhook_configs": [{"url": f"{hook}alertmanager"}]}],
            }
        )
    )
    journal = Journal(places(config).journal, "portfolio")
    start(sys.executable, "-m", "outwarden", "sidecar", "--config", str(file))
    start(*manager(tmp_path, alertmanager))
    start(
        "prometheus",
        f"--config.file={tmp_path / 'prometheus.yml'}",
        f"--storage.tsdb.path={tmp_path / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{prometheus}",
    )
    failed = 'sum(outwarden_calls_total{class="4xx"})'
    state = 'max(outwarden:alarm{alarm="High4XXErrors"})'
    wait_for(prometheus, state, 0)

    fail(journal, 10)
    wait_for(prometheus, failed, 10)
    wait_for(prometheus, "max(outwarden:4xxerror:sum300s)", 10)
    wait_for(prometheus, state, 0)
    assert not [one for one in ask(prometheus, "ALERTS") if one["metric"]["alertname"] == "High4XXErrors"]

    fail(journal, 1)
    names = []
    deadline = time.monotonic() + 60
    while "High4XXErrors" not in names and time.monotonic() < deadline:
        message = messages.get(timeout=60)
        names += [alert["labels"]["alertname"] for alert in message.get("alerts", [])]
        found = [one for one in message.get("alerts", []) if one["labels"]["alertname"] == "High4XXErrors"]
    journal.close()

    (alert,) = found
    assert alert["labels"]["service"] == "portfolio"
    assert alert["labels"]["notify"] == "oncall"
    assert "more than 10 4XXError in 5 minutes" in alert["annotations"]["summary"]
    answered(prometheus, config)


def test_in_a_window_nobody_is_told(tmp_path, told, start):
    """The example's own route: the alarm of the open window stays silent, its neighbour and the one whose window is over do not."""
    hook, messages = told
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    windows = {"Throttled": now - timedelta(minutes=2), "KeyInUrl": now - timedelta(hours=2)}
    mutes = [
        {"name": f"for-{alarm}", "alarms": [alarm], "once": f"{begin:%Y-%m-%dT%H:%M}", "duration_min": 60}
        for alarm, begin in windows.items()
    ]
    config = build({"notify": {"oncall": {"kind": "webhook", "url": hook}}, "mutes": mutes}, "test")
    made = example(alarm_set(config))
    made["route"] |= {"group_wait": SECOND, "group_interval": SECOND}
    made["receivers"][1]["webhook_configs"][0]["url"] = hook
    (tmp_path / "alertmanager.yml").write_text(yaml.safe_dump(made))
    port = ports.free()
    start(*manager(tmp_path, port))
    alerts = [{"labels": {"alertname": name, "notify": "oncall"}} for name in ("Throttled", "KeyInUrl", "High5XX")]
    raise_alerts(port, alerts)

    heard = set()
    while len(heard) < 2:
        heard |= {alert["labels"]["alertname"] for alert in messages.get(timeout=60)["alerts"]}
    time.sleep(2)  # two more rounds, in which the third could be told
    while not messages.empty():
        heard |= {alert["labels"]["alertname"] for alert in messages.get()["alerts"]}
    assert heard == {"KeyInUrl", "High5XX"}


def raise_alerts(port: int, alerts: list[dict]) -> None:
    """Tell Alertmanager, once it answers."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v2/alerts", json.dumps(alerts).encode(), {"Content-Type": "application/json"}
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def answered(port: int, config) -> None:
    """Every query of the overview is taken, and those of what happened are not empty."""
    board = from_prometheus.overview(alarm_set(config))
    filled = {"$service": "portfolio", "$env": "dev", "$__range": "5m", "$__rate_interval": "5s"}
    empty = []
    for row in board.rows:
        for panel in row.panels:
            for query in panel.queries:
                assert isinstance(query, PromQL)
                expression = query.expression
                for name, value in filled.items():
                    expression = expression.replace(name, value)
                if not ask(port, expression):
                    empty.append(f"{panel.title}: {query.label}")
    assert empty == []
