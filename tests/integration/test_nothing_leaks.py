"""Secrets are put into every input that we have, and looked for in every byte that comes out."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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


@pytest.mark.timeout(400)
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


UNTOLD = [
    "PROXY",
    "NETRC",
    "FORM",
    "JSON",
    "MULTIPART",
    "LOCATION",
    "COOKIE",
    "SET_COOKIE",
    "CHALLENGE",
    "LINK",
    "USER",
    "USERINFO",
    "MATRIX",
    "FRAGMENT",
    "PRESIGNED",
    "HTTP2",
    "AIOHTTP",
    "URLLIB",
    "BEARER",
    "DSN",
]
"""Nobody tells us these: they stand where credentials stand in calls and answers."""
TOLD = [
    "ENCODED",
    "CERTIFICATE",
    "CAUSE",
    "CONTEXT",
    "NOTE",
    "GROUP",
    "CALL",
    "SPAN",
    "RESOURCE",
    "LOGGED",
    "EXTRA",
    "ARGUMENT",
    "BODY",
    "TODO",
    "HOOK",
]
"""These stand anywhere: in names, notes, texts of errors, attributes."""

CALLS = """
import asyncio, logging, os, urllib.request
import aiohttp, httpx, requests, urllib3
import outwarden
from opentelemetry import trace

logging.basicConfig(level=logging.DEBUG, filename=os.environ["LOG"])
base, s = os.environ["BASE"], os.environ
port = base.rpartition(":")[2]

def tried(work):
    try:
        work()
    except Exception:
        logging.exception("failed with %s", s["LOGGED"])

def get(path, client=requests, **more):
    tried(lambda: client.get(base + path, **more).raise_for_status())

async def asynchronous():
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        await session.get(f"{base}/bad/?api_key={s['AIOHTTP']}", headers={"X-Api-Key": s["AIOHTTP"]})

def chained():
    try:
        try:
            raise KeyError(s["CONTEXT"])
        except KeyError:
            requests.get(f"{base}/bad/?x={s['CONTEXT']}").raise_for_status()
    except Exception as error:
        error.add_note("tried " + s["NOTE"])
        raise RuntimeError("wrapped " + s["CAUSE"]) from error

def grouped():
    raise ExceptionGroup("many " + s["GROUP"], [ValueError(s["GROUP"]), TypeError("a", s["GROUP"])])

with outwarden.user(s["USER"], client_ip="203.0.113.9"), outwarden.call(name="report " + s["CALL"]):
    get("/a/", headers={"Authorization": "Bearer " + s["BEARER"]})
    get("/a/", proxies={"http": f"http://corp:{s['PROXY']}@127.0.0.1:1"}, timeout=2)
    tried(lambda: httpx.get(base + "/a/", proxy=f"http://corp:{s['PROXY']}@127.0.0.1:1", timeout=2))
    tried(lambda: requests.get(f"http://localhost:{port}/bad/").raise_for_status())
    tried(lambda: requests.get("https://127.0.0.1:1/", cert=(f"/none/{s['CERTIFICATE']}/c.pem", "/none/k.pem"), timeout=2))
    tried(lambda: httpx.Client(http2=True).get(f"{base}/bad/?token={s['HTTP2']}", headers={"x-api-key": s["HTTP2"]}).raise_for_status())
    tried(lambda: requests.post(base + "/bad/", data={"password": s["FORM"]}).raise_for_status())
    tried(lambda: requests.post(base + "/bad/", json={"api_key": s["JSON"]}).raise_for_status())
    tried(lambda: httpx.post(base + "/bad/", files={"f": ("a", s["MULTIPART"])}, data={"token": s["MULTIPART"]}).raise_for_status())
    get("/moved/")
    get("/moved/", client=httpx, follow_redirects=True)
    get("/bad/", cookies={"session": s["COOKIE"]})
    for client in (requests, httpx):
        tried(lambda: client.get(base.replace("://", f"://bot:{s['USERINFO']}@") + "/bad/").raise_for_status())
    get(f"/bad;jsessionid={s['MATRIX']}/x;key={s['MATRIX']}")
    get("/bad/#access_token=" + s["FRAGMENT"])
    encoded = "".join(f"%{ord(letter):02x}" for letter in s["ENCODED"])
    get(f"/bad/{encoded}/?x={encoded}")
    get(f"/bad/b.csv?X-Amz-Signature={s['PRESIGNED']}&X-Amz-Credential={s['PRESIGNED']}%2F2026&X-Amz-Security-Token={s['PRESIGNED']}")
    tried(lambda: urllib3.PoolManager().request("GET", base + "/bad/", headers={"Authorization": "Basic " + s["BEARER"]}))
    tried(lambda: urllib.request.urlopen(f"{base}/bad/?password={s['URLLIB']}"))
    tried(lambda: asyncio.run(asynchronous()))
    tried(chained)
    tried(grouped)
    logging.info("sent", extra={"field": s["EXTRA"]})
    logging.warning({"field": s["EXTRA"]})
    with trace.get_tracer("program").start_as_current_span("own"):
        get(f"/bad/{s['SPAN']}/?api_key={s['SPAN']}", headers={"Authorization": s["SPAN"]})
raise RuntimeError("the end: " + s["LOGGED"])
"""


@pytest.fixture
def answers(hook):
    """Make a server on loopback whose answers hold secrets."""
    servers = []

    def start(secrets):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = json.dumps(
                    {"error": f"bad key {secrets['BODY']}", "sent": self.rfile.read(size).decode("latin-1")}
                )
                moved, bad = self.path.startswith("/moved"), self.path.startswith("/bad")
                self.send_response(302 if moved else 401 if bad else 200)
                if moved:
                    self.send_header(
                        "Location", f"/bad/?api_key={secrets['LOCATION']}#access_token={secrets['LOCATION']}"
                    )
                self.send_header("Set-Cookie", f"session={secrets['SET_COOKIE']}; Path=/")
                self.send_header("WWW-Authenticate", f'Bearer realm="x", token="{secrets["CHALLENGE"]}"')
                self.send_header("Link", f'<https://x.example/?access_token={secrets["LINK"]}>; rel="next"')
                for name in ("Retry-After", "X-RateLimit-Remaining", "Deprecation", "Sunset"):
                    self.send_header(name, secrets["LINK"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def do_POST(self):
                self.do_GET()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.timeout(400)
def test_no_secret_of_any_part_of_a_call_comes_out(answers, hook, tmp_path, monkeypatch):
    """Whatever client, part of an address, header, body, chain of errors, name or span it stood in."""
    address, arrived = hook
    secrets = {name: made_up(f"{name.lower()}!") for name in (*UNTOLD, *TOLD)}
    base = answers(secrets)
    state, home = tmp_path / "state", tmp_path / "home"
    state.mkdir()
    home.mkdir(exist_ok=True)
    (home / ".netrc").write_text(f"machine localhost login bot password {secrets['NETRC']}\n")
    (home / ".netrc").chmod(0o600)
    for name, value in secrets.items() | {
        ("HOME", str(home)),
        ("BASE", base),
        ("LOG", str(state / "program.log")),
        ("XDG_STATE_HOME", str(state)),
        ("DESK_URL", f"{address}/{secrets['HOOK']}"),
        ("DATABASE_URL", f"postgresql://app:{secrets['DSN']}@db.example/eod"),
        ("OTEL_RESOURCE_ATTRIBUTES", f"note={secrets['RESOURCE']}"),
        ("OTEL_TRACES_EXPORTER", "console"),
    }:
        monkeypatch.setenv(name, value)
    config = tmp_path / "outwarden.yaml"
    raw = {
        "service": "portfolio",
        "redact": {"secrets": [f"env:{name}" for name in TOLD], "logging": True},
        "capture": {"traces": "always"},
        "sinks": {"file": {"path": str(state / "sink.jsonl")}},
        "alarms": [
            {
                "name": "Any",
                "metric": "4XXError",
                "threshold": 1,
                "todo": f"ask {secrets['TODO']}",
                "notify": ["a", "b", "c"],
            }
        ],
        "notify": {
            "a": {"kind": "webhook", "url": "env:DESK_URL"},
            "b": {"kind": "slack", "url": "env:DESK_URL"},
            "c": {"kind": "terminal"},
        },
    }
    config.write_text(yaml.safe_dump(raw))
    out: dict[str, bytes] = {}

    def outwarden(*words):
        done = subprocess.run([*OUTWARDEN, *words], capture_output=True, check=False, timeout=120, cwd=tmp_path)
        out[" ".join(words[:2])] = done.stdout + done.stderr
        return done.returncode

    status = outwarden(
        *("run", "--config", str(config), "--json-summary", str(state / "summary.json")),
        *("--", sys.executable, "-c", CALLS, secrets["ARGUMENT"]),
    )
    for words in (
        *(
            ("tail", "-n", "200"),
            ("tail", "--json", "-n", "200"),
            ("tail", "--errors"),
            ("status",),
            ("status", "--json"),
        ),
        *(("alarms", "list"), ("alarms", "list", "--json"), ("alarms", "simulate"), ("alerts", "list", "--json")),
        *(("config", "check"), ("config", "check", "--json"), ("config", "show"), ("config", "show", "--json")),
    ):
        outwarden(*words, "--config", str(config))
    out |= {str(path): str(path).encode() + path.read_bytes() for path in state.rglob("*") if path.is_file()}
    out["hooks"] = b"\n".join(arrived)

    assert status == 1
    assert json.loads((state / "summary.json").read_bytes())["calls"]["calls"] >= 20
    assert b"failed with" in out[str(state / "program.log")]
    assert out["hooks"]
    # The trace of a crash is the program's own output: it passes as it is, and only the crash of it.
    crash = f"RuntimeError: the end: {secrets['LOGGED']}".encode()
    out["run --config"] = out["run --config"].replace(crash, b"")
    for name, secret in secrets.items():
        found = [where for where, text in out.items() for form in forms(secret) if form.encode() in text]
        assert found == [], name
