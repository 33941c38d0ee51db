"""Hooks whose events are kept in memory, the local Sectors API to call, and each client driven in the same way."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import asynccontextmanager
from importlib import import_module

import pytest

from outwarden.apis import Catalogue, builtin
from outwarden.capture.requests import RequestsHook
from outwarden.event import CallEvent, decode, encode
from outwarden.rawcall import RawCall
from outwarden.redact import Redactor
from outwarden.wiring.early import CLIENTS


class Events(list[CallEvent]):
    """What was recorded, as it would be stored: each event went through its JSON line."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self.redactor = redactor
        self.lines: list[bytes] = []

    def record(self, raw: RawCall) -> None:
        line = encode(self.redactor.call(raw))
        self.lines.append(line)
        self.append(decode(line))

    def as_text(self) -> str:
        return b"\n".join(self.lines).decode()

    @property
    def only(self) -> CallEvent:
        assert len(self) == 1, self
        return self[0]


@pytest.fixture
def redactor(sectors):
    return Redactor(Catalogue(builtin(), extra_hosts={"sectors": [sectors.netloc]}), service="test")


@pytest.fixture
def events(redactor) -> Events:
    return Events(redactor)


@pytest.fixture
def hook(events) -> Iterator[RequestsHook]:
    hook = RequestsHook(events.record)
    hook.install()
    yield hook
    hook.uninstall()


@pytest.fixture
def hooks(events):
    """The hooks of all clients at once, as a program has them."""
    made = []
    for module, home, name in CLIENTS.values():
        import_module(module)
        made.append(getattr(import_module(home), name)(events.record))
        made[-1].install()
    yield made
    for hook in reversed(made):
        hook.uninstall()


@pytest.fixture
def session(sectors):
    """A session with the API's key, which closes its connections."""
    import requests

    with requests.Session() as session:
        session.headers["Authorization"] = sectors.key
        yield session


@pytest.fixture
def aiohttp_session(sectors):
    """Opens a session of aiohttp in the running loop."""
    import aiohttp

    context = ssl.create_default_context(cafile=sectors.ca_file)

    @asynccontextmanager
    async def opened(**options):
        connector = aiohttp.TCPConnector(ssl=context)
        headers = {"Authorization": sectors.key}
        try:
            async with aiohttp.ClientSession(connector=connector, headers=headers, **options) as session:
                yield session
        finally:
            open_sockets = asyncio.get_running_loop()._selector.get_map()
            while len(open_sockets) > 1:  # noqa: ASYNC110 - the loop's own stays, and tells of none that goes
                await asyncio.sleep(0.01)

    return opened


def run(coroutine):
    """Run it, and let the sockets that it leaves behind go."""

    async def settled():
        try:
            return await coroutine
        finally:
            open_sockets = asyncio.get_running_loop()._selector.get_map()
            for _ in range(300):
                if len(open_sockets) <= 1:  # the loop's own
                    break
                await asyncio.sleep(0.01)

    return asyncio.run(settled())


class Httpx:
    """`httpx.Client`."""

    def __init__(self, sectors) -> None:
        self.headers = {"Authorization": sectors.key}
        self.trusts(sectors.ca_file)

    def trusts(self, ca_file: str | None) -> None:
        self.context = ssl.create_default_context(cafile=ca_file)

    run = staticmethod(run)

    def client(self, kind, timeout=5):
        return kind(headers=self.headers, verify=self.context, timeout=timeout, follow_redirects=True, trust_env=False)

    def get(self, url, *, timeout=5, method="GET", data=None):
        import httpx

        with self.client(httpx.Client, timeout) as client:
            answer = client.request(method, url, content=data)
            return answer.status_code, answer.content

    def through(self, proxy, url):
        import httpx

        with httpx.Client(headers=self.headers, verify=self.context, proxy=proxy) as client:
            return client.get(url).status_code

    def stop_early(self, url):
        import httpx

        with self.client(httpx.Client) as client, client.stream("GET", url) as answer:
            next(answer.iter_raw(1))

    def forget(self, url):
        import httpx

        with self.client(httpx.Client) as client:
            client.send(client.build_request("GET", url), stream=True)


class AsyncHttpx(Httpx):
    """`httpx.AsyncClient`."""

    def get(self, url, *, timeout=5, method="GET", data=None):
        return run(self.aget(url, timeout=timeout, method=method, data=data))

    async def aget(self, url, *, timeout=5, method="GET", data=None):  # noqa: ASYNC109 - the client's own timeout is meant
        import httpx

        async with self.client(httpx.AsyncClient, timeout) as client:
            answer = await client.request(method, url, content=data)
            return answer.status_code, answer.content

    def through(self, proxy, url):
        import httpx

        async def get():
            async with httpx.AsyncClient(headers=self.headers, verify=self.context, proxy=proxy) as client:
                return (await client.get(url)).status_code

        return run(get())

    def stop_early(self, url):
        import httpx

        async def stop():
            async with self.client(httpx.AsyncClient) as client, client.stream("GET", url) as answer:
                await anext(answer.aiter_raw(1))

        run(stop())

    def forget(self, url):
        import httpx

        async def forget():
            async with self.client(httpx.AsyncClient) as client:
                await client.send(client.build_request("GET", url), stream=True)

        run(forget())


class Aiohttp(Httpx):
    """`aiohttp.ClientSession`."""

    def client(self, timeout=5):
        import aiohttp

        return aiohttp.ClientSession(
            headers=self.headers,
            connector=aiohttp.TCPConnector(ssl=self.context),
            timeout=aiohttp.ClientTimeout(total=timeout),
        )

    def get(self, url, *, timeout=5, method="GET", data=None):
        return run(self.aget(url, timeout=timeout, method=method, data=data))

    async def aget(self, url, *, timeout=5, method="GET", data=None):  # noqa: ASYNC109 - as above
        async with self.client(timeout) as client, client.request(method, url, data=data) as answer:
            return answer.status, await answer.read()

    def through(self, proxy, url):
        async def get():
            async with self.client() as client, client.get(url, proxy=proxy) as answer:
                return answer.status

        return run(get())

    def stop_early(self, url):
        async def stop():
            async with self.client() as client, client.get(url) as answer:
                await answer.content.readany()

        run(stop())

    def forget(self, url):
        async def forget():
            async with self.client() as client:
                await client.get(url)

        run(forget())


class Urllib3(Httpx):
    """`urllib3.PoolManager`, without retries."""

    def client(self, timeout=5, retries=None, **options):
        import urllib3

        retries = urllib3.Retry(connect=0, read=0, other=0, redirect=10) if retries is None else retries
        return urllib3.PoolManager(
            headers=self.headers, ssl_context=self.context, timeout=timeout, retries=retries, **options
        )

    def get(self, url, *, timeout=5, method="GET", data=None):
        with self.client(timeout) as client:
            answer = client.request(method, url, body=data)
            return answer.status, answer.data

    def through(self, proxy, url):
        import urllib3

        with urllib3.ProxyManager(proxy, headers=self.headers, ssl_context=self.context, retries=False) as client:
            return client.request("GET", url).status

    def stop_early(self, url):
        with self.client() as client:
            answer = client.request("GET", url, preload_content=False)
            answer.read(1)
            answer.close()

    def forget(self, url):
        with self.client() as client:
            client.request("GET", url, preload_content=False)


class Urllib(Httpx):
    """`urllib.request`."""

    def __init__(self, sectors) -> None:
        super().__init__(sectors)
        self.headers["User-Agent"] = "ours/1.0"  # the API's front refuses that of urllib

    def opener(self, **proxies):
        import urllib.request

        return urllib.request.build_opener(
            urllib.request.ProxyHandler(proxies), urllib.request.HTTPSHandler(context=self.context)
        )

    def get(self, url, *, timeout=5, method="GET", data=None):
        import urllib.error
        import urllib.request

        request = urllib.request.Request(url, data, self.headers, method=method)
        try:
            with self.opener().open(request, timeout=timeout) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            if error.code < 400:
                error.close()
                raise
            with error:
                return error.code, error.read()

    def through(self, proxy, url):
        import urllib.request

        with self.opener(https=proxy).open(urllib.request.Request(url, headers=self.headers)) as answer:
            return answer.status

    def stop_early(self, url):
        import urllib.request

        with self.opener().open(urllib.request.Request(url, headers=self.headers)) as answer:
            answer.read(1)

    def forget(self, url):
        import urllib.request

        self.opener().open(urllib.request.Request(url, headers=self.headers))


DRIVERS = {"httpx": Httpx, "httpx-async": AsyncHttpx, "aiohttp": Aiohttp, "urllib3": Urllib3, "urllib": Urllib}


@pytest.fixture
def drivers():
    """All of them by name."""
    return DRIVERS


@pytest.fixture(params=DRIVERS)
def client(request, sectors):
    """Each client in turn."""
    return DRIVERS[request.param](sectors)


@pytest.fixture(params=["httpx-async", "aiohttp"])
def async_client(request, sectors):
    """Each client that knows cancellation."""
    return DRIVERS[request.param](sectors)
