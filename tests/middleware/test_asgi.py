"""ASGI: requests and web sockets have their users, tasks inherit them, everything else passes through."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from outwarden.labels import whose
from outwarden.middleware import AsgiMiddleware


def scope(kind="http", client=("103.10.60.1", 4711), **more):
    return {"type": kind, "client": client, "headers": [], **more}


async def nothing(*_):
    return {}


def serve(app, asked):
    asyncio.run(app(asked, nothing, nothing))


@pytest.fixture
def app(outbound):
    async def app(scope, receive, send):
        scope["user"] = scope.get("name")  # as an authentication further in does
        await asyncio.sleep(0)
        outbound.call()

    return app


def user(scope):
    return scope["user"]


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_calls_during_a_request_or_a_socket(app, outbound, kind):
    """Both have a user, also when it is known only further in."""
    serve(AsgiMiddleware(app, user=user), scope(kind, name="ann"))

    assert outbound == [("u_ann", "ID")]


def test_lifespan_passes_through(outbound):
    """It has neither client nor user, and its messages go both ways."""
    sent = []

    async def app(scope, receive, send):
        outbound.call()
        await send(await receive())

    async def receive():
        return {"type": "lifespan.startup"}

    async def send(message):
        sent.append(message)

    asyncio.run(AsgiMiddleware(app, user=user)({"type": "lifespan"}, receive, send))

    assert sent == [{"type": "lifespan.startup"}]
    assert outbound == [(None, None)]


def test_a_real_client(outbound):
    """Headers, streaming bodies and status go through unchanged; requests in one process do not mix."""

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-who", b"app")]})
        for part in (b"a", b"b"):
            outbound.call()
            await send({"type": "http.response.body", "body": part, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"c"})

    def user(scope):
        return dict(scope["headers"])[b"x-name"].decode()

    async def main():
        transport = httpx.ASGITransport(AsgiMiddleware(app, user=user), client=("10.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            found = await asyncio.gather(*(client.get("/", headers={"x-name": str(n)}) for n in range(20)))
        assert whose() is None
        return found

    found = asyncio.run(main())
    assert {(answer.status_code, answer.text, answer.headers["x-who"]) for answer in found} == {(200, "abc", "app")}
    assert sorted(outbound) == sorted([(f"u_{n}", None) for n in range(20)] * 2)


def test_behind_two_proxies_with_two_headers(app, outbound):
    """Headers of one name are one list."""
    headers = [(b"x-forwarded-for", b"1.1.1.1"), (b"accept", b"*/*"), (b"x-forwarded-for", b"8.8.8.8, 10.9.9.9")]
    wrapped = AsgiMiddleware(app, trusted_proxies=["10.0.0.0/8"])
    serve(wrapped, scope(client=("10.0.0.1", 80), headers=headers))
    serve(AsgiMiddleware(app, trusted_proxies=["unix"]), scope(client=None, headers=headers[:1]))

    assert [country for _, country in outbound] == ["US", None]


def test_tasks_and_threads_of_a_request(outbound):
    """What a request starts is its user's, also when it ends later; it asks nothing any more then."""

    async def app(scope, receive, send):
        await asyncio.gather(asyncio.create_task(later()), asyncio.to_thread(outbound.call))
        tasks.append(asyncio.create_task(afterwards()))

    async def later():
        await asyncio.sleep(0)
        outbound.call()

    async def afterwards():
        await over.wait()
        outbound.call()

    async def main():
        await AsgiMiddleware(app, user=lambda _: "ann")(scope(), nothing, nothing)
        over.set()
        await tasks[0]

    tasks, over = [], asyncio.Event()
    asyncio.run(main())

    assert outbound == [("u_ann", "ID")] * 3


def test_errors_and_cancellation_pass(app):
    """Both are raised as they are, and the context is clean afterwards."""

    async def fails(scope, receive, send):
        raise KeyError("theirs")

    async def hangs(scope, receive, send):
        await asyncio.Event().wait()

    async def main():
        with pytest.raises(KeyError, match="theirs"):
            await AsgiMiddleware(fails, user=user)(scope(), nothing, nothing)
        assert whose() is None
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(AsgiMiddleware(hangs, user=user)(scope(), nothing, nothing), 0.01)

    asyncio.run(main())
