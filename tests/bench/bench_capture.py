"""What does a watched call cost? Prints µs and ratios, beside bare clients and plain OpenTelemetry traces.

Each contender lives in a process of its own; rounds visit all of them in shuffled order, one at a time, and differences
are taken against `bare` of the same round. No network: requests, urllib3 and http.client run as always over bytes in
memory, or an adapter answers, httpx runs over a canned pool, aiohttp over a canned transport. "Added" is the median over the rounds of (contender - bare); "quiet" compares the quietest tenth of the rounds,
which is the steadiest figure on a noisy machine.

    python tests/bench/bench_capture.py [--rounds 30] [--calls 200] [--contenders bare,outwarden,otel] [--clients requests]
        [--addresses many]
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

URL = "http://api.sectors.app/v2/company/report/BBCA/?sections=overview&start=2026-01-01"
MANY = 5_000
"""So many addresses are called in turn with `--addresses many`: more than anything remembers."""
BODY = json.dumps({"symbol": "BBCA", "rows": [{"close": 9875 + n} for n in range(60)]}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


Batch = Callable[[int], list[int]]
"""Makes so many calls, and gives what each took in nanoseconds."""


# Contenders: each makes its process ready, once.


def bare() -> None:
    """Nothing of anybody: requests as it is."""


def outwarden(traces: str = "never") -> None:
    """The whole hook: event, redaction, route, append to a real journal."""
    from outwarden.config.root import Config
    from outwarden.wiring import inside
    from outwarden.wiring.settings import Settings

    inside.start(settings(Settings, Config, traces))


def outwarden_hook() -> None:
    """The hooks alone: what happens before redaction."""
    from importlib import import_module

    from outwarden.capture.late import when_imported
    from outwarden.wiring.early import CLIENTS as HOOKS

    def hook(home: str, name: str) -> None:
        getattr(import_module(home), name)(lambda raw: None).install()

    for module, home, name in HOOKS.values():
        when_imported(module, partial(hook, home, name))


def outwarden_always() -> None:
    """The whole hook with spans of our own, of which only the events know."""
    outwarden("always")


def outwarden_traced() -> None:
    """The whole hook in a program that traces: the same provider and exporter as `otel`, spans by our hooks."""
    provide()
    outwarden("auto")


def otel() -> None:
    """Plain OpenTelemetry traces: the official instrumentation, batches into an exporter that drops them."""
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "http"
    provide()
    from outwarden.capture.late import when_imported

    when_imported("requests", _instrument_requests)
    when_imported("httpx", _instrument_httpx)
    when_imported("aiohttp", _instrument_aiohttp)


def _instrument_requests() -> None:
    from opentelemetry.instrumentation.requests import RequestsInstrumentor

    RequestsInstrumentor().instrument()


def _instrument_httpx() -> None:
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

    HTTPXClientInstrumentor().instrument()


def _instrument_aiohttp() -> None:
    from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor

    AioHttpClientInstrumentor().instrument()


def provide() -> None:
    """The program's own tracer provider."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

    class Nowhere(SpanExporter):
        def export(self, spans):
            return SpanExportResult.SUCCESS

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(Nowhere()))
    trace.set_tracer_provider(provider)


CONTENDERS: dict[str, Callable[[], None]] = {
    "bare": bare,
    "outwarden": outwarden,
    "outwarden-hook": outwarden_hook,
    "outwarden-always": outwarden_always,
    "outwarden+spans": outwarden_traced,
    "otel": otel,
}


def settings(kind, config, traces):
    import msgspec

    from outwarden.apis import Profile

    directory = os.environ["BENCH_JOURNAL"]
    profiles = msgspec.json.decode(Path(directory, "profiles.json").read_bytes(), type=tuple[Profile, ...])
    raw = {"capture": {"traces": traces}, "journal": {"dir": directory}}
    return kind(config=msgspec.convert(raw, config), profiles=profiles, service="bench")


# One contender in one process.


def worker(name: str, client: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # the driver keeps the others
    CONTENDERS[name]()
    batch = CLIENTS[client]()
    for line in sys.stdin:
        calls = int(line)
        before = time.process_time_ns()
        took = batch(calls)
        cpu = (time.process_time_ns() - before) / calls / 1e3
        print(json.dumps({"p50": statistics.median(took) / 1e3, "cpu": cpu}), file=answers, flush=True)
    os._exit(0)


def addresses() -> Iterator[str]:
    """Give what is called: the same again and again, or ever another."""
    if os.environ.get("BENCH_ADDRESSES") != "many":
        return itertools.repeat(URL)
    return itertools.cycle([f"{URL}&limit={number}" for number in range(MANY)])


def requests_batch() -> Batch:
    """Calls of requests over bytes in memory."""
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter

    class Socket:
        def makefile(self, *args, **kwargs):
            return io.BytesIO(ANSWER)

        def getpeername(self):
            return ("127.0.0.1", 80)

        def _nothing(self, *args):
            return None

        sendall = settimeout = close = shutdown = _nothing

    class Connection(urllib3.connection.HTTPConnection):
        def connect(self):
            self.sock = Socket()

        is_connected = property(lambda self: self.sock is not None)

    class Pool(urllib3.HTTPConnectionPool):
        ConnectionCls = Connection

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args, **kwargs):
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"http": Pool}

    session = requests.Session()
    session.trust_env = False
    session.mount("http://", Adapter())
    session.headers["Authorization"] = "f" * 64
    urls = addresses()
    return timed(lambda: session.get(next(urls)))


def adapter_batch() -> Batch:
    """Calls of requests that an adapter of the program's own answers, as caches and mocks do."""
    import requests
    from requests.adapters import BaseAdapter
    from requests.structures import CaseInsensitiveDict

    class Adapter(BaseAdapter):
        def send(self, request, **_options):
            answer = requests.Response()
            answer.status_code = 200
            answer.headers = CaseInsensitiveDict({"Content-Type": "application/json", "Content-Length": str(len(BODY))})
            answer._content = BODY
            answer.url = request.url
            answer.request = request
            return answer

        def close(self): ...

    session = requests.Session()
    session.trust_env = False
    session.mount("http://", Adapter())
    session.headers["Authorization"] = "f" * 64
    urls = addresses()
    return timed(lambda: session.get(next(urls)))


def httpx_batch() -> Batch:
    """Calls of httpx over a canned pool."""
    import httpx

    client = httpx.Client(transport=canned(httpx.HTTPTransport()), trust_env=False)
    client.headers["Authorization"] = "f" * 64
    urls = addresses()
    return timed(lambda: client.get(next(urls)))


def httpx_async_batch() -> Batch:
    """Calls of httpx's async client over a canned pool."""
    import httpx

    client = httpx.AsyncClient(transport=canned(httpx.AsyncHTTPTransport()), trust_env=False)
    client.headers["Authorization"] = "f" * 64
    urls = addresses()
    return timed_in_a_loop(lambda: client.get(next(urls)))


def canned(transport):
    import httpcore

    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]

    class Pool:
        def handle_request(self, request):
            return httpcore.Response(200, headers=headers, content=BODY, extensions={"http_version": b"HTTP/1.1"})

        async def handle_async_request(self, request):
            return self.handle_request(request)

    transport._pool = Pool()
    return transport


def aiohttp_batch() -> Batch:
    """Calls of aiohttp over a transport that answers from memory."""
    import asyncio

    import aiohttp
    from aiohttp.client_proto import ResponseHandler

    class Transport(asyncio.Transport):
        def __init__(self, protocol):
            super().__init__()
            self.protocol = protocol

        def write(self, data):
            asyncio.get_running_loop().call_soon(self.protocol.data_received, ANSWER)

        def writelines(self, data):
            self.write(b"")

        def is_closing(self):
            return False

    class Connector(aiohttp.BaseConnector):
        async def _create_connection(self, *args, **kwargs):
            protocol = ResponseHandler(asyncio.get_running_loop())
            protocol.connection_made(Transport(protocol))
            return protocol

    sessions: list[aiohttp.ClientSession] = []
    urls = addresses()

    async def call():
        if not sessions:
            sessions.append(aiohttp.ClientSession(connector=Connector(), headers={"Authorization": "f" * 64}))
        async with sessions[0].get(next(urls)) as answer:
            await answer.read()

    return timed_in_a_loop(call)


def timed(call: Callable[[], object]) -> Batch:
    def batch(calls: int) -> list[int]:
        took = []
        for _ in range(calls):
            start = time.perf_counter_ns()
            call()
            took.append(time.perf_counter_ns() - start)
        return took

    return batch


def timed_in_a_loop(call: Callable[[], Awaitable[object]]) -> Batch:
    import asyncio

    loop = asyncio.new_event_loop()

    async def all_of(calls: int) -> list[int]:
        took = []
        for _ in range(calls):
            start = time.perf_counter_ns()
            await call()
            took.append(time.perf_counter_ns() - start)
        return took

    return lambda calls: loop.run_until_complete(all_of(calls))


CLIENTS: dict[str, Callable[[], Batch]] = {
    "requests": requests_batch,
    "requests-adapter": adapter_batch,
    "httpx": httpx_batch,
    "httpx-async": httpx_async_batch,
    "aiohttp": aiohttp_batch,
}


# The driver.


class Worker:
    def __init__(self, name: str, client: str, directory: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker", name, "--clients", client],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "BENCH_JOURNAL": directory, "PYTHONWARNINGS": "ignore"},
        )

    def ask(self, calls: int) -> dict[str, float]:
        self.process.stdin.write(f"{calls}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def calls(client: str, names: list[str], rounds: int, per_round: int, directory: str) -> None:
    workers = {name: Worker(name, client, directory) for name in names}
    results: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for name in names:
        workers[name].ask(per_round)  # warm up
    for _ in range(rounds):
        for name in random.sample(names, len(names)):
            results[name].append(workers[name].ask(per_round))
    for one in workers.values():
        one.end()

    base = results["bare"]
    added = {
        name: [one["p50"] - other["p50"] for one, other in zip(found, base, strict=True)]
        for name, found in results.items()
    }
    quiet = {name: tenth(one["p50"] for one in found) for name, found in results.items()}
    print(f"\nOne call of {client} without a network, {rounds} rounds of {per_round} calls, µs\n")
    print("| contender | p50 | added | IQR of added | added, quiet | added CPU | ratio to bare | added / otel, quiet |")
    print("|---|---|---|---|---|---|---|---|")
    for name, found in results.items():
        low, middle, high = statistics.quantiles(added[name], n=4)
        cpu = statistics.median(one["cpu"] - other["cpu"] for one, other in zip(found, base, strict=True))
        ratio = statistics.median(one["p50"] / other["p50"] for one, other in zip(found, base, strict=True))
        share = f"{(quiet[name] - quiet['bare']) / (quiet['otel'] - quiet['bare']):.2f}" if "otel" in quiet else "-"
        p50 = statistics.median(one["p50"] for one in found)
        print(
            f"| {name} | {p50:.1f} | {middle:+.1f} | {low:.1f}..{high:.1f} | {quiet[name] - quiet['bare']:+.1f} "
            f"| {cpu:+.1f} | {ratio:.2f} | {share} |"
        )


def tenth(values) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 10]


INSTALL = """
import sys, time, os
import requests
def resident():
    return int(next(l for l in open("/proc/self/status") if l.startswith("VmRSS")).split()[1]) / 1024
before, start = resident(), time.process_time_ns()
sys.path.insert(0, {here!r})
import bench_capture
libraries = time.process_time_ns()
bench_capture.CONTENDERS[{name!r}]()
print((time.process_time_ns() - libraries) / 1e6, resident() - before)
os._exit(0)
"""


def set_up(names: list[str], rounds: int, directory: str) -> None:
    """CPU and memory of the set-up, in a fresh process over Python with requests."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in random.sample(names, len(names)):
            code = INSTALL.format(here=str(Path(__file__).parent), name=name)
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", code],
                capture_output=True,
                text=True,
                check=True,
                env={**os.environ, "BENCH_JOURNAL": directory},
            )
            cpu, memory = done.stdout.split()
            found[name].append((float(cpu), float(memory)))
    bare_memory = statistics.median(memory for _, memory in found["bare"])
    print(f"\nSet-up over Python with requests, {rounds} rounds\n")
    print("| contender | CPU ms (median) | CPU ms (least) | MB |")
    print("|---|---|---|---|")
    for name, values in found.items():
        cpu = [value for value, _ in values]
        memory = statistics.median(memory for _, memory in values) - bare_memory
        print(f"| {name} | {statistics.median(cpu):.1f} | {min(cpu):.1f} | {memory:.1f} |")


def start_of_a_python(rounds: int, directory: str) -> None:
    """What a Python below `outwarden run` pays that never imports requests."""
    from outwarden import tally
    from outwarden.config.root import Config
    from outwarden.wiring.launch import launch_environment
    from outwarden.wiring.settings import Settings, dump

    os.environ["BENCH_JOURNAL"] = directory
    told = settings(Settings, Config, "never")
    board = Path(directory, "board")
    tally.create_board(board)
    file = Path(directory, "settings.json")
    file.write_bytes(dump(Settings(config=told.config, profiles=told.profiles, board=str(board))))
    environments = {"plain": dict(os.environ), "watched": launch_environment(file, os.environ)}
    took: dict[str, list[float]] = {name: [] for name in environments}
    for _ in range(rounds):
        for name in random.sample(sorted(environments), 2):
            code = "import time; print(time.process_time_ns())"
            done = subprocess.run(
                [sys.executable, "-c", code], env=environments[name], capture_output=True, text=True, check=True
            )
            took[name].append(int(done.stdout) / 1e6)
    more = statistics.median(took["watched"]) - statistics.median(took["plain"])
    least = min(took["watched"]) - min(took["plain"])
    print(f"\nStart of a Python that never calls: {more:+.2f} ms CPU (median), {least:+.2f} ms (least)")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--worker")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--contenders", default=",".join(CONTENDERS))
    parser.add_argument("--clients", default=",".join(CLIENTS))
    parser.add_argument("--addresses", choices=["one", "many"], default="one")
    options = parser.parse_args()
    if options.worker:
        worker(options.worker, options.clients)
        return
    os.environ["BENCH_ADDRESSES"] = options.addresses
    names = options.contenders.split(",")
    if "bare" not in names:
        names.insert(0, "bare")
    with tempfile.TemporaryDirectory() as directory:
        import msgspec

        from outwarden.apis import builtin

        Path(directory, "profiles.json").write_bytes(msgspec.json.encode(builtin()))
        for client in options.clients.split(","):
            calls(client, names, options.rounds, options.calls, directory)
        set_up(names, max(3, options.rounds // 3), directory)
        start_of_a_python(max(5, options.rounds), directory)


if __name__ == "__main__":
    main()
