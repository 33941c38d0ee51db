"""Makes every function of ours that runs inside a program raise, one after the other, each in a process of its own.

`harness.py list` prints what runs; `harness.py NAME…` prints, for each function, what the program below did: it must
have done the same as without us. A process that has everything imported is forked for each, so that this takes seconds.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import logging
import os
import resource
import signal
import ssl
import sys
import threading
import time
import traceback
import urllib.request
from pathlib import Path

import aiohttp
import httpx
import requests
import urllib3
from harness_parts import OURS, name_of, remember_functions, sabotage

URL = os.environ["SECTORS_URL"]
KEY = os.environ["SECTORS_API_KEY"]
CA = os.environ["REQUESTS_CA_BUNDLE"]
HEADERS = {"Authorization": KEY}


# The program


def program() -> None:
    """Use every client in several ways, and say what came of it."""
    context = ssl.create_default_context(cafile=CA)

    def told(answer, body: bytes) -> object:
        return getattr(answer, "status_code", getattr(answer, "status", None)), hashlib.sha256(body).hexdigest()[:8]

    def attempt(name: str, call) -> None:
        try:
            print(name, call())
        except Exception as error:
            print(name, type(error).__name__, type(error.__context__).__name__)

    session = requests.Session()
    attempt("ok", lambda: told(a := session.get(f"{URL}/v2/subsectors/", headers=HEADERS), a.content))
    attempt("raised", lambda: session.get(f"{URL}/v2/company/report/NOPE/", headers=HEADERS).raise_for_status())
    attempt("redirect", lambda: told(a := session.get(f"{URL}/faults/redirect", headers=HEADERS), a.content))
    attempt("refused", lambda: session.get("https://127.0.0.1:1/x?sig=abc"))
    attempt("bad address", lambda: session.get("https://"))

    def stream() -> object:
        with session.get(f"{URL}/v2/subsectors/", headers=HEADERS, stream=True) as answer:
            return told(answer, b"".join(answer.iter_content(100)))

    attempt("stream", stream)

    def forked() -> object:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            try:
                print("child", requests.get(f"{URL}/v2/subsectors/", headers=HEADERS).status_code, flush=True)
            finally:
                os._exit(7)
        return os.waitpid(child, 0)[1]

    attempt("fork", forked)

    def threaded() -> object:
        found = []
        thread = threading.Thread(
            target=lambda: found.append(requests.get(f"{URL}/v2/subsectors/", headers=HEADERS).status_code)
        )
        thread.start()
        thread.join()
        return found

    attempt("thread", threaded)
    with httpx.Client(verify=context, headers=HEADERS) as client:
        attempt("httpx", lambda: told(a := client.get(f"{URL}/v2/subsectors/"), a.content))
        attempt("httpx refused", lambda: client.get("https://127.0.0.1:1/x"))

        def httpx_stream() -> object:
            with client.stream("GET", f"{URL}/v2/subsectors/") as answer:
                return told(answer, b"".join(answer.iter_bytes(100)))

        attempt("httpx stream", httpx_stream)
    attempt("async", lambda: asyncio.run(asynchronous(context, told)))
    pool = urllib3.PoolManager(ca_certs=CA)
    attempt("urllib3", lambda: told(a := pool.request("GET", f"{URL}/v2/subsectors/", headers=HEADERS), a.data))
    attempt("urllib3 refused", lambda: pool.request("GET", "https://127.0.0.1:1/x", retries=1))

    def opened() -> object:
        request = urllib.request.Request(f"{URL}/v2/subsectors/", headers={**HEADERS, "User-Agent": "harness"})
        with urllib.request.urlopen(request, context=context) as answer:
            return told(answer, answer.read())

    attempt("urllib", opened)
    attempt("urllib 404", lambda: urllib.request.urlopen(f"{URL}/v2/nowhere/", context=context))
    print("the end", file=sys.stderr)


async def asynchronous(context: ssl.SSLContext, told) -> object:
    found = []
    async with httpx.AsyncClient(verify=context, headers=HEADERS) as client:
        answer = await client.get(f"{URL}/v2/subsectors/")
        found.append(told(answer, answer.content))
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        async with session.get(f"{URL}/v2/subsectors/", ssl=context) as answer:
            found.append(told(answer, await answer.read()))
        try:
            await session.get("https://127.0.0.1:1/x")
        except aiohttp.ClientError as error:
            found.append(type(error).__name__)
        task = asyncio.ensure_future(session.get(f"{URL}/faults/hang", ssl=context))
        await asyncio.sleep(0.02)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            found.append("cancelled")
    return found


def watched() -> None:
    """Run the program as `import outwarden.auto` would have it, and switch us off at its end."""
    from outwarden.wiring import inside

    inside.try_to_install()
    program()
    gc.collect()
    inside.uninstall()


# What runs


def running() -> list[str]:
    """Name every function of ours that is called while the program runs, in it and in its threads."""
    seen = set()

    def profile(frame, event, _) -> None:
        if event == "call" and OURS in frame.f_code.co_filename:
            seen.add(frame.f_code)

    def names() -> set[str]:
        return {name_of(code) for code in seen if not code.co_name.startswith("<") or code.co_name == "<lambda>"}

    threading.setprofile(profile)
    sys.setprofile(profile)
    from outwarden.wiring import inside

    inside.try_to_install()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        requests.get(f"{URL}/v2/subsectors/", headers=HEADERS)
        sys.setprofile(None)
        os.write(tell, json.dumps(sorted(names())).encode())
        os._exit(0)
    os.waitpid(child, 0)
    forked = json.loads(os.read(told, 1 << 16))
    program()
    inside.uninstall()
    sys.setprofile(None)
    threading.setprofile(None)
    return sorted(names() | set(forked))


# One process for each


def slow_disk() -> None:
    """Let each write to the journal take 50 ms."""
    from outwarden.journal import livefile

    write = livefile.write
    livefile.write = lambda *told: (time.sleep(0.05), write(*told))[1]


def full_disk() -> None:
    """Let no file grow; our own output has been redirected before."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    from outwarden.journal import livefile

    write = livefile.write

    def limited(*told) -> int:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
        try:
            return write(*told)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    livefile.write = limited


def no_directory() -> None:
    """Put a file where the journal's directory would have to be."""
    base = Path(os.environ["FAULTS_FOLDER"], "file")
    base.write_text("no directory")
    os.environ["OUTWARDEN_JOURNAL_DIR"] = str(base / "below")


DISASTERS = {"slow disk": slow_disk, "full disk": full_disk, "no directory": no_directory}


def outcome(name: str, folder: Path) -> dict[str, object]:
    """Run the program in a child with this function raising, or this disaster; an empty name: without us."""
    out, err = folder / f"out{os.getpid()}", folder / f"err{os.getpid()}"
    child = os.fork()
    if child == 0:
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        try:
            if name:
                DISASTERS.get(name, lambda: sabotage(name))()
                watched()
            else:
                program()
        except BaseException:
            traceback.print_exc()
            sys.exit(1)
        sys.exit(5)
    status = os.waitpid(child, 0)[1]
    return {"status": status, "out": out.read_text(), "err": err.read_text()}


def load_everything() -> None:
    """Import what the program and we need, so that the children need not."""
    from outwarden.wiring import inside

    inside.try_to_install()
    program()
    inside.uninstall()
    remember_functions()


if __name__ == "__main__":
    logging.raiseExceptions = True
    folder = Path(os.environ["FAULTS_FOLDER"])
    quiet = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    load_everything()
    if sys.argv[1] == "list":
        found: object = running()
    else:
        found = {name: outcome(name, folder) for name in ["", *json.load(sys.stdin)]}
    sys.stdout.flush()
    os.dup2(quiet, 1)
    json.dump(found, sys.stdout)
    sys.stdout.flush()
    os._exit(0)
