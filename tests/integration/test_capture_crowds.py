"""Crowds of calls: 10,000 at once in one event loop, and 200 threads. No event lost, no line torn, memory flat."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from outwarden.event import CallEvent, decode
from outwarden.testing import SectorsApi

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

PATH = "/v2/subsectors/"

PROGRAM = """
import asyncio, gc, json, ssl, sys, threading

import outwarden

url, ca_file, key, client, calls = sys.argv[1:5] + [int(sys.argv[5])]
headers = {"Authorization": key}
context = ssl.create_default_context(cafile=ca_file)
done = []


def resident():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) / 1024


async def aiohttp_calls(many):
    import aiohttp

    connector = aiohttp.TCPConnector(ssl=context, limit=100)
    async with aiohttp.ClientSession(connector=connector, headers=headers, timeout=aiohttp.ClientTimeout(None)) as session:

        async def call():
            async with session.get(url) as answer:
                await answer.read()
                done.append(answer.status)

        await asyncio.gather(*(call() for _ in range(many)))


async def httpx_calls(many):
    import httpx

    sys.modules.setdefault("sniffio", None)  # for which httpcore would look ten times per call, in vain

    limits = httpx.Limits(max_connections=1)  # a pool's time grows with the square of those that wait for it

    async def share():
        async with httpx.AsyncClient(verify=context, headers=headers, limits=limits, timeout=None) as session:

            async def call():
                done.append((await session.get(url)).status_code)

            await asyncio.gather(*(call() for _ in range(many // 200)))

    await asyncio.gather(*(share() for _ in range(200)))


def threads_of_requests(many):
    import requests

    def work():
        with requests.Session() as session:
            session.verify = ca_file
            session.headers.update(headers)
            for _ in range(many // 200):
                done.append(session.get(url, timeout=60).status_code)

    threads = [threading.Thread(target=work) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(many):
    if client == "requests":
        threads_of_requests(many)
    else:
        asyncio.run({"aiohttp": aiohttp_calls, "httpx": httpx_calls}[client](many))
    gc.collect()
    return resident()


outwarden.install()
gc.disable()  # it would go through all that waits again and again
first = run(calls)
second = run(max(200, calls // 25))
print(json.dumps({"done": len(done), "ok": done.count(200), "first_mb": first, "grown_mb": second - first}))
"""


@pytest.fixture
def journal(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("OUTWARDEN_JOURNAL_DIR", str(tmp_path / "journal"))
    monkeypatch.setenv("OUTWARDEN_SIDECAR_MODE", "none")
    return tmp_path / "journal"


@pytest.mark.parametrize(("client", "calls"), [("aiohttp", 10_000), ("httpx", 10_000), ("requests", 2_000)])
def test_a_crowd(journal, client, calls):
    """As many events as calls, each a line of its own, in one file; and nothing stays in memory."""
    with SectorsApi(rate=None) as api:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, api.url + PATH, api.ca_file, api.key, client, str(calls)],
            capture_output=True,
            text=True,
            check=False,
            timeout=580,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    files = list(journal.rglob("*.jsonl"))
    events = [decode(line) for file in files for line in file.read_bytes().splitlines()]
    made = [event for event in events if isinstance(event, CallEvent)]

    assert told["ok"] == told["done"] == calls + max(200, calls // 25)
    assert len(made) == told["done"]
    assert len({event.event_id for event in made}) == len({event.call_id for event in made}) == len(made)
    assert {(event.outcome, event.status, event.attempt) for event in made} == {("ok", 200, 1)}
    assert told["grown_mb"] < 10
