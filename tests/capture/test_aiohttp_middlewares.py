"""Middlewares of aiohttp: they answer by themselves, try again, or ask twice at once."""

from __future__ import annotations

import asyncio
import copy

import aiohttp
import pytest

from outwarden.testing import Hang, Refusal, Reset

REPORT = "/v2/company/report/BBCA/"

pytestmark = pytest.mark.usefixtures("hooks")


@pytest.fixture
def session(aiohttp_session):
    return aiohttp_session


@pytest.fixture(params=["usual", "eager"])
def run(request):
    """Run a coroutine in a loop whose tasks begin later, or at once."""
    if request.param == "usual":
        return asyncio.run
    if not hasattr(asyncio, "eager_task_factory"):
        pytest.skip("tasks begin at once from Python 3.12 on")

    async def eager(coroutine):
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        return await coroutine

    return lambda coroutine: asyncio.run(eager(coroutine))


def seen(events):
    return [(event.attempt, event.status, event.will_retry) for event in events]


def test_a_middleware_that_answers(session, events):
    """An answer without the wire is attempt 0."""

    async def teapot(request, handler):
        raise LookupError("no tea")

    async def call():
        async with session(middlewares=(teapot,)) as client:
            await client.get("https://teapot.example/")

    with pytest.raises(LookupError):
        asyncio.run(call())

    assert (events.only.attempt, events.only.outcome, events.only.host) == (0, "aborted", "teapot.example")


def test_a_middleware_that_tries_again(session, sectors, events):
    """Each of its attempts is an event of one call."""

    async def twice(request, handler):
        answer = await handler(request)
        answer.release()
        return await handler(request)

    async def call():
        async with session(middlewares=(twice,)) as client, client.get(sectors.url + REPORT) as answer:
            await answer.read()

    asyncio.run(call())

    assert seen(events) == [(1, 200, True), (2, 200, None)]
    assert len({event.call_id for event in events}) == 1


def test_a_middleware_that_asks_twice_at_once(run, session, sectors, events):
    """Each attempt is an event with its own status and size, of one call."""
    sectors.faults.add(Refusal(503))

    async def both(request, handler):
        answers = await asyncio.gather(handler(request), handler(request))
        sizes.update({answer.status: len(await answer.read()) for answer in answers})
        return next(answer for answer in answers if answer.status == 200)

    sizes = {}

    async def call():
        async with session(middlewares=(both,)) as client, client.get(sectors.url + REPORT) as answer:
            await answer.read()
        async with session() as client, client.get(sectors.url + REPORT) as answer:
            await answer.read()

    run(call())
    *twice, later = events

    assert sorted(event.attempt for event in twice) == [1, 2]
    assert {event.status: event.response_bytes for event in twice} == sizes
    assert sorted(sizes) == [200, 503]
    assert all(event.duration_ms >= event.headers_ms > 0 for event in twice)
    assert len({event.call_id for event in twice}) == 1
    assert later.call_id != twice[0].call_id
    assert later.attempt == 1


@pytest.mark.parametrize("slow", [1, 2])
def test_a_middleware_that_takes_what_comes_first(run, session, sectors, events, slow):
    """The other attempt is given up, be it the first or the second, and comes to its end with the call."""
    sectors.faults.add(Hang(5), path=f"{REPORT}{slow}")

    async def hedge(request, handler):
        tasks = []
        for n in (1, 2):
            other = copy.copy(request)
            other.url = request.url / str(n)
            tasks.append(asyncio.create_task(handler(other)))
            await asyncio.sleep(0)
        done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        return done.pop().result()

    async def call():
        async with session(middlewares=(hedge,)) as client, client.get(sectors.url + REPORT[:-1]) as answer:
            body = await answer.read()
            return len(body)

    size = run(call())
    first, second = sorted(events, key=lambda event: event.attempt)
    won, lost = (second, first) if slow == 1 else (first, second)

    assert (first.attempt, second.attempt) == (1, 2)
    assert (won.status, won.outcome, won.response_bytes) == (404, "client_error", size)
    assert (lost.status, lost.outcome) == (None, "aborted")
    assert first.call_id == second.call_id


def test_attempts_at_once_of_which_one_fails(run, session, sectors, events):
    """The program sees its error; the other attempt, which nobody waits for any more, ends with it."""
    sectors.faults.add(Reset(), path=REPORT)
    sectors.faults.add(Hang(5), path=REPORT)

    async def both(request, handler):
        return (await asyncio.gather(handler(request), handler(request)))[0]

    async def call():
        async with session(middlewares=(both,)) as client:
            await client.post(sectors.url + REPORT)

    with pytest.raises(aiohttp.ClientError):
        run(call())

    assert sorted(event.attempt for event in events) == [1, 2]
    assert {event.outcome for event in events} == {"network"}
    assert len({event.call_id for event in events}) == 1


def test_a_timeout_for_each_attempt(run, session, sectors, events):
    """An attempt that a middleware has cancelled is over: the next is none beside it."""
    sectors.faults.add(Hang(5), path=REPORT)

    async def patient(request, handler):
        try:
            return await asyncio.wait_for(handler(request), 0.3)
        except TimeoutError:
            return await asyncio.wait_for(handler(request), 5)

    async def call():
        async with session(middlewares=(patient,)) as client, client.get(sectors.url + REPORT) as answer:
            await answer.read()

    run(call())

    assert seen(events) == [(1, None, True), (2, 200, None)]
    assert events[0].outcome == "aborted"
    assert len({event.call_id for event in events}) == 1
