"""What the program under sabotage does: each client in several ways, and what came of it on standard output."""

from __future__ import annotations

import asyncio
import hashlib
import os
import ssl
import sys
import threading
import urllib.request
from collections.abc import Callable

import aiohttp
import httpx
import requests
import urllib3

URL = os.environ["SECTORS_URL"]
HEADERS = {"Authorization": os.environ["SECTORS_API_KEY"]}
CA = os.environ["REQUESTS_CA_BUNDLE"]
GOOD, NOBODY = f"{URL}/v2/subsectors/", "https://127.0.0.1:1/x?sig=abc"


def told(status: int, body: bytes) -> object:
    return status, hashlib.sha256(body).hexdigest()[:8]


def attempt(name: str, call: Callable[[], object]) -> None:
    """Say what a call gave, or what it raised and within what."""
    try:
        print(name, call())
    except Exception as error:
        print(name, type(error).__name__, type(error.__context__).__name__)


def with_requests() -> None:
    session = requests.Session()
    session.headers.update(HEADERS)
    attempt("ok", lambda: told((a := session.get(GOOD)).status_code, a.content))
    attempt("raised", lambda: session.get(f"{URL}/v2/company/report/NOPE/").raise_for_status())
    attempt("redirect", lambda: told((a := session.get(f"{URL}/faults/redirect")).status_code, a.content))
    attempt("refused", lambda: session.get(NOBODY))
    attempt("bad address", lambda: session.get("https://"))

    def stream() -> object:
        with session.get(GOOD, stream=True) as answer:
            return told(answer.status_code, b"".join(answer.iter_content(100)))

    attempt("stream", stream)

    def forked() -> object:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            try:
                print("child", requests.get(GOOD).status_code, flush=True)
            finally:
                os._exit(7)
        return os.waitpid(child, 0)[1]

    attempt("fork", forked)

    def threaded() -> object:
        found = []
        thread = threading.Thread(target=lambda: found.append(requests.get(GOOD).status_code))
        thread.start()
        thread.join()
        return found

    attempt("thread", threaded)


def with_httpx() -> None:
    with httpx.Client(verify=context(), headers=HEADERS) as client:
        attempt("httpx", lambda: told((a := client.get(GOOD)).status_code, a.content))
        attempt("httpx refused", lambda: client.get(NOBODY))

        def stream() -> object:
            with client.stream("GET", GOOD) as answer:
                return told(answer.status_code, b"".join(answer.iter_bytes(100)))

        attempt("httpx stream", stream)


def with_httpx_async() -> None:
    async def use() -> object:
        async with httpx.AsyncClient(verify=context(), headers=HEADERS) as client:
            answer = await client.get(GOOD)
            return told(answer.status_code, answer.content)

    attempt("httpx async", lambda: asyncio.run(use()))


def with_aiohttp() -> None:
    async def use() -> object:
        found = []
        async with aiohttp.ClientSession(headers=HEADERS) as session:
            async with session.get(GOOD, ssl=context()) as answer:
                found.append(told(answer.status, await answer.read()))
            try:
                await session.get(NOBODY)
            except aiohttp.ClientError as error:
                found.append(type(error).__name__)
            task = asyncio.ensure_future(session.get(f"{URL}/faults/hang", ssl=context()))
            await asyncio.sleep(0.02)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                found.append("cancelled")
        return found

    attempt("aiohttp", lambda: asyncio.run(use()))


def with_urllib3() -> None:
    pool = urllib3.PoolManager(ca_certs=CA, headers=HEADERS)
    attempt("urllib3", lambda: told((a := pool.request("GET", GOOD)).status, a.data))
    attempt("urllib3 refused", lambda: pool.request("GET", NOBODY, retries=1))


def with_urllib() -> None:
    def opened() -> object:
        request = urllib.request.Request(GOOD, headers={**HEADERS, "User-Agent": "program"})
        with urllib.request.urlopen(request, context=context()) as answer:
            return told(answer.status, answer.read())

    attempt("urllib", opened)
    attempt("urllib refused", lambda: urllib.request.urlopen(NOBODY))


def context() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CA)


USES = {
    "requests": with_requests,
    "httpx": with_httpx,
    "httpx async": with_httpx_async,
    "aiohttp": with_aiohttp,
    "urllib3": with_urllib3,
    "urllib": with_urllib,
}


def uses_of(function: str) -> tuple[str, ...]:
    """Say which uses can meet a function of ours: all of them for what capture has in common, requests for the rest."""
    room = function.split(":", maxsplit=1)[0]
    if not room.startswith("capture."):
        return ("requests",)
    own = room.removeprefix("capture.")
    return tuple(use for use in USES if use.split()[0] == own) or tuple(USES)


def program(uses: tuple[str, ...] = tuple(USES)) -> None:
    """Use these clients."""
    for use in uses:
        USES[use]()
    print("the end", file=sys.stderr)
