"""Every client, every outcome: what the programs of the matrix do. Each call is written down once it has returned.

Only what is written down here must be found in the journal; a call in whose middle a process is killed may be.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from typing import NamedTuple

URL = os.environ["SECTORS_URL"]
KEY = os.environ["SECTORS_API_KEY"]
CA = os.environ["REQUESTS_CA_BUNDLE"]
CLIENTS = os.environ["MATRIX_CLIENTS"].split(",")
SHORT_S, LONG_S = 0.15, 20.0


class Case(NamedTuple):
    """One call: where it goes, and the events that it makes as (outcome, status)."""

    url: str
    events: tuple[tuple[str, int | None], ...]
    key: str | None = KEY
    trusts: bool = True
    streams: bool = False

    @property
    def timeout_s(self) -> float:
        """Give up soon where no answer is to come, and late where the machine may be busy."""
        return SHORT_S if self.url.endswith("/hang") else LONG_S


CASES = (
    Case(f"{URL}/v2/subsectors/", (("ok", 200),)),
    Case(f"{URL}/v2/subsectors/", (("client_error", 403),), key=None),
    Case(f"{URL}/v2/company/report/NOPE/", (("client_error", 404),)),
    Case(f"{URL}/matrix/503", (("server_error", 503),)),
    Case(f"{URL}/matrix/hang", (("timeout", None),)),
    Case(f"{URL}/matrix/reset", (("network", None),)),
    Case(f"{URL}/v2/subindustries/", (("network", 200),)),
    Case(f"{URL}/matrix/redirect", (("ok", 302), ("ok", 200))),
    Case(f"{URL}/v2/industries/", (("ok", 200),), streams=True),
    Case(f"{URL}/v2/subsectors/", (("tls", None),), trusts=False),
    Case("https://nowhere.invalid/x", (("network", None),)),
    Case("https://127.0.0.1:1/x", (("network", None),)),
)


def with_requests(case: Case) -> None:
    import requests

    headers = {"Authorization": case.key} if case.key else {}
    with requests.Session() as session:
        answer = session.get(
            case.url,
            headers=headers,
            timeout=case.timeout_s,
            stream=case.streams,
            verify=CA if case.trusts else requests.certs.where(),
        )
        for _ in answer.iter_content(1000):
            pass


def _httpx_options(case: Case) -> dict:
    import ssl

    context = ssl.create_default_context(cafile=CA) if case.trusts else ssl.create_default_context()
    headers = {"Authorization": case.key} if case.key else {}
    return {"verify": context, "timeout": case.timeout_s, "follow_redirects": True, "headers": headers}


def with_httpx(case: Case) -> None:
    import httpx

    with httpx.Client(**_httpx_options(case)) as client:
        if not case.streams:
            client.get(case.url)
            return
        with client.stream("GET", case.url) as answer:
            for _ in answer.iter_bytes():
                pass


async def with_httpx_async(case: Case) -> None:
    import httpx

    async with httpx.AsyncClient(**_httpx_options(case)) as client:
        if not case.streams:
            await client.get(case.url)
            return
        async with client.stream("GET", case.url) as answer:
            async for _ in answer.aiter_bytes():
                pass


async def with_aiohttp(case: Case) -> None:
    import ssl

    import aiohttp

    context = ssl.create_default_context(cafile=CA) if case.trusts else ssl.create_default_context()
    headers = {"Authorization": case.key} if case.key else {}
    timeout = aiohttp.ClientTimeout(total=case.timeout_s)
    async with (
        aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
        session.get(case.url, ssl=context) as answer,
    ):
        await answer.read()


def with_urllib3(case: Case) -> None:
    import certifi
    import urllib3

    headers = {"Authorization": case.key} if case.key else {}
    with urllib3.PoolManager(ca_certs=CA if case.trusts else certifi.where()) as pool:
        answer = pool.request(
            "GET",
            case.url,
            headers=headers,
            timeout=case.timeout_s,
            preload_content=not case.streams,
            retries=urllib3.Retry(5, connect=0, read=0, status=0, other=0),
        )
        if case.streams:
            for _ in answer.stream(1000):
                pass


def with_urllib(case: Case) -> None:
    import ssl
    import urllib.request

    context = ssl.create_default_context(cafile=CA) if case.trusts else ssl.create_default_context()
    headers = {"User-Agent": "matrix"}  # its own is turned away by the API's edge
    request = urllib.request.Request(case.url, headers=headers | ({"Authorization": case.key} if case.key else {}))
    with urllib.request.urlopen(request, timeout=case.timeout_s, context=context) as answer:
        answer.read()


SYNC: dict[str, tuple[Callable[[Case], None], ...]] = {
    "requests": (with_requests,),
    "httpx": (with_httpx,),
    "urllib3": (with_urllib3,),
    "urllib": (with_urllib,),
}
ASYNC = {"httpx": (with_httpx_async,), "aiohttp": (with_aiohttp,)}


def events_of(client: str, case: Case) -> tuple[tuple[str, int | None], ...]:
    """Give the events of one call. aiohttp tries a GET once more by itself when the connection breaks."""
    return case.events * 2 if client == "aiohttp" and case.url.endswith("/reset") else case.events


def note(events: tuple[tuple[str, int | None], ...]) -> None:
    """Write down what must be found, with one write."""
    line = json.dumps({"pid": os.getpid(), "events": events}) + "\n"
    fd = os.open(os.environ["MATRIX_EXPECTED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(fd, line.encode())
    os.close(fd)


def exercise_sync() -> None:
    """Make every call with every client that waits."""
    for client in CLIENTS:
        for call in SYNC.get(client, ()):
            for case in CASES:
                try:
                    call(case)
                except Exception:
                    pass
                note(events_of(client, case))


async def exercise_async() -> None:
    """Make every call with every asynchronous client, those of one client at once; then cancel one."""

    async def one(client, call, case):
        try:
            await call(case)
        except Exception:
            pass
        note(events_of(client, case))

    for client in CLIENTS:
        for call in ASYNC.get(client, ()):
            await asyncio.gather(*(one(client, call, case) for case in CASES))
            await cancelled(call)


async def cancelled(call) -> None:
    """A call that is cancelled while it waits is an event as well."""
    task = asyncio.ensure_future(call(Case(f"{URL}/matrix/hang", ())))
    await asyncio.sleep(SHORT_S / 2)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    note((("aborted", None),))


def exercise() -> None:
    """Make every call with every client."""
    exercise_sync()
    asyncio.run(exercise_async())


if __name__ == "__main__":
    exercise()
    sys.stdout.flush()
