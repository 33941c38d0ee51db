"""Secrets are put into every input that we have, and looked for in every byte that comes out."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

pytestmark = pytest.mark.integration

OUTWARDEN = (sys.executable, "-m", "outwarden")

PROGRAM = """
import base64, logging, os, sys, urllib.request
import httpx, requests, urllib3
import outwarden

logging.basicConfig(level=logging.DEBUG, filename=sys.argv[1])
key, url = os.environ["SECTORS_API_KEY"], os.environ["SECTORS_URL"]
second = os.environ["SECOND_SECRET"]
late = outwarden.secret(os.environ["LATE_SECRET"])
host = url.partition("//")[2]

def quietly(work):
    try:
        work()
    except Exception as error:
        logging.exception("failed with %s", key)

with outwarden.user(f"mail-{second}", client_ip="203.0.113.7"), outwarden.call(name=f"report {second}"):
    requests.get(f"{url}/v2/tags/", headers={"Authorization": key})
    requests.get(f"{url}/v2/tags/?apikey={key}&page={second}&note={base64.b64encode(late.encode()).decode()}")
    requests.get(f"{url}/v2/company/report/{key}/", headers={"X-Api-Key": late})
    quietly(lambda: requests.get(f"https://user:{key}@{host}/v2/{late}/").raise_for_status())
    quietly(lambda: requests.get(f"{url}/v2/tags/", headers={"Authorization": key + "\\n"}))
    quietly(lambda: requests.get(f"https://127.0.0.1:1/{late}?key={key}", timeout=1))
    quietly(lambda: httpx.get(f"{url}/v2/tags/?token={late}", headers={"x-api-key": second}, verify=False).raise_for_status())
    quietly(lambda: httpx.get(f"https://{second}.invalid/"))
    quietly(lambda: urllib3.PoolManager(cert_reqs="CERT_NONE").request("GET", f"{url}/{key}/{second}?a={late}", retries=False))
    quietly(lambda: urllib.request.urlopen(f"http://127.0.0.1:1/?secret={second}", timeout=1))
    for _ in range(12):
        requests.get(f"{url}/v2/nothing/{late}/", headers={"Authorization": key})
"""


@pytest.fixture
def hook(answering):
    """A webhook's address on loopback, and the bytes that arrive there."""
    arrived = []

    def answer(path, headers, body):
        arrived.append(str(headers).encode() + body)
        return 200, {}, b""

    return answering(answer), arrived


def made_up(word):
    """Give a secret that looks like one: made at run time, so that no scanner finds it here."""
    return base64.b32encode((word * 6).encode()).decode().strip("=")[:40]


def forms(secret):
    """Give the secret as it may be written: plain, encoded, and half of it."""
    raw = secret.encode()
    middle = base64.b64encode(raw).decode()[4:-4]
    return {secret, quote(secret, safe=""), raw.hex(), middle, secret[: len(secret) // 2], secret[len(secret) // 2 :]}


@pytest.mark.timeout(180)
def test_no_secret_comes_out_anywhere(sectors, hook, tmp_path, monkeypatch):
    """Journal, history, database, file sink, log, webhook, summary, and what every command prints."""
    address, arrived = hook
    secrets = {name: made_up(name.lower()) for name in ("SECOND_SECRET", "LATE_SECRET", "HOOK_TOKEN", "TODO_SECRET")}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SECTORS_API_KEY", sectors.key)
    monkeypatch.setenv("SECTORS_URL", sectors.url)
    monkeypatch.setenv("DESK_URL", f"{address}/{secrets['HOOK_TOKEN']}")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    config = tmp_path / "outwarden.yaml"
    raw = {
        "service": "portfolio",
        "apis": {"sectors": {"hosts": [sectors.netloc]}},
        "redact": {
            "secrets": [f"env:{name}" for name in ("SECOND_SECRET", "HOOK_TOKEN", "TODO_SECRET")],
            "logging": True,
        },
        "sinks": {"file": {"path": str(tmp_path / "state" / "sink.jsonl")}},
        "alarms": [
            {
                "name": "High4XXErrors",
                "metric": "4XXError",
                "todo": f"look for {secrets['TODO_SECRET']}",
                "notify": ["desk"],
            }
        ],
        "notify": {"desk": {"kind": "webhook", "url": "env:DESK_URL"}},
    }
    config.write_text(yaml.safe_dump(raw))
    log = tmp_path / "state" / "program.log"
    log.parent.mkdir()
    out: dict[str, bytes] = {}

    def outwarden(*words):
        done = subprocess.run([*OUTWARDEN, *words], capture_output=True, check=False, timeout=120)
        out[" ".join(words[:2])] = done.stdout + done.stderr

    summary = tmp_path / "state" / "summary.json"
    options = ("--config", str(config))
    outwarden("run", *options, "--json-summary", str(summary), "--", sys.executable, "-c", PROGRAM, str(log))
    for words in (
        ("tail", "-n", "100"),
        ("tail", "--json", "-n", "100"),
        ("status", "--json"),
        ("status",),
        ("alarms", "list"),
        ("alarms", "simulate", "--json"),
        ("alerts", "list"),
        ("config", "check"),
    ):
        outwarden(*words, *options)
    out |= {str(path): path.read_bytes() for path in Path(tmp_path / "state").rglob("*") if path.is_file()}
    out["webhook"] = b"\n".join(arrived)

    assert json.loads(summary.read_bytes())["calls"]["calls"] >= 18
    assert out["webhook"]
    assert b"failed with" in out[str(log)]
    assert any(path.endswith("sink.jsonl") for path in out)
    for name, secret in (secrets | {"SECTORS_API_KEY": sectors.key}).items():
        found = [where for where, text in out.items() for form in forms(secret) if form.encode() in text]
        assert found == [], name
