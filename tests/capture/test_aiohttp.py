"""What is particular to aiohttp: bodies that arrive on their own, older sessions, cancellation."""

from __future__ import annotations

import asyncio
import gc
import ssl

import aiohttp
import pytest

from outwarden.capture import aiohttp_body
from outwarden.testing import Redirect, Refusal, SlowBody

REPORT = "/v2/company/report/BBCA/"


@pytest.fixture
def session(aiohttp_session):
    return aiohttp_session


def seen(events):
    return [(event.attempt, event.status, event.will_retry) for event in events]


def test_a_session_that_is_older_than_the_hook(session, sectors, request, events):
    """What exists already is watched as well."""

    async def calls():
        async with session() as client:
            async with client.get(sectors.url + REPORT) as answer:
                await answer.read()
            request.getfixturevalue("hooks")
            async with client.get(sectors.url + REPORT) as answer:
                await answer.read()

    asyncio.run(calls())

    assert seen(events) == [(1, 200, None)]


@pytest.mark.usefixtures("hooks")
class TestCalls:
    """Calls of a watched session."""

    def test_the_event_comes_with_the_body(self, session, sectors, events):
        """Neither with the headers, nor later."""
        sectors.faults.add(SlowBody(0.3, pieces=3))

        async def call():
            async with session() as client, client.get(sectors.url + REPORT) as answer:
                assert events == []
                body = await answer.read()
                assert len(events) == 1
                return body

        body = asyncio.run(call())

        assert events.only.response_bytes == len(body)
        assert events.only.duration_ms >= events.only.headers_ms + 100

    @pytest.mark.parametrize("reader", ["iter_any", "iter_chunks", "iter_chunked"])
    def test_streams(self, session, sectors, events, reader):
        """However a stream is read, it is one call with its size."""

        async def call():
            async with session() as client, client.get(sectors.url + REPORT) as answer:
                arguments = (100,) if reader == "iter_chunked" else ()
                return [part async for part in getattr(answer.content, reader)(*arguments)]

        assert asyncio.run(call())
        assert events.only.response_bytes > 100

    def test_a_base_url_and_parameters(self, session, sectors, events):
        """The address is the one that was asked for in the end."""

        async def call():
            asked = {"sections": "overview", "apikey": sectors.key}
            async with session(base_url=sectors.url) as client, client.get(REPORT, params=asked) as answer:
                await answer.read()

        asyncio.run(call())

        assert events.only.route == "/v2/company/report/{symbol}/"
        assert events.only.query == "sections=overview&apikey=REDACTED"

    def test_raise_for_status(self, session, sectors, events):
        """The program's view of an answer is no failure of the call."""

        async def call():
            async with session(raise_for_status=True) as client:
                await client.get(sectors.url + "/v2/company/report/NOSUCH/")

        with pytest.raises(aiohttp.ClientResponseError):
            asyncio.run(call())

        assert (events.only.status, events.only.outcome) == (404, "client_error")

    def test_invalid_addresses(self, session, events):
        """What never leaves the program is attempt 0."""

        async def call():
            async with session() as client:
                await client.get("gopher://example.com/")

        with pytest.raises(aiohttp.ClientError):
            asyncio.run(call())

        assert (events.only.attempt, events.only.outcome) == (0, "aborted")

    def test_redirects_not_followed(self, session, sectors, events):
        """Without following, a redirect is an answer like any other."""
        sectors.faults.add(Redirect(REPORT), path="/v2/old/")

        async def call():
            async with session() as client, client.get(sectors.url + "/v2/old/", allow_redirects=False) as answer:
                await answer.read()

        asyncio.run(call())

        assert seen(events) == [(1, 302, None)]

    def test_an_error_of_the_program_within_a_body(self, session, sectors, events):
        """What the program raises while it reads is not the server's doing."""
        sectors.faults.add(SlowBody(1, pieces=4))

        async def call():
            async with session() as client, client.get(sectors.url + REPORT) as answer:
                await answer.content.readany()
                raise KeyError("of the program")

        with pytest.raises(KeyError):
            asyncio.run(call())

        assert (events.only.outcome, events.only.error_type) == ("ok", None)

    def test_a_timeout_of_the_program_within_a_body(self, session, sectors, events):
        """`asyncio.timeout` around a body cancels it."""
        sectors.faults.add(SlowBody(1, pieces=2))

        async def call():
            async with session() as client, asyncio.timeout(0.2), client.get(sectors.url + REPORT) as answer:
                await answer.read()

        with pytest.raises(TimeoutError):
            asyncio.run(call())

        assert (events.only.outcome, events.only.status) == ("aborted", 200)

    @pytest.mark.filterwarnings("ignore::ResourceWarning")
    def test_collected_while_the_program_handles_an_error(self, session, sectors, events):
        """Of an answer that nobody keeps, that error is not the end."""
        sectors.faults.add(SlowBody(1, pieces=2))

        async def call():
            async with session() as client:
                await client.get(sectors.url + REPORT)
            try:
                raise asyncio.CancelledError
            except asyncio.CancelledError:
                gc.collect()

        asyncio.run(call())

        assert (events.only.outcome, events.only.status) == ("ok", 200)

    @pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
    def test_closed_when_the_loop_has_ended(self, sectors, events):
        """The connection is not given back then; its end is the end of the call."""
        sectors.faults.add(SlowBody(1, pieces=2))

        async def call():
            connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=sectors.ca_file))
            client = aiohttp.ClientSession(connector=connector, headers={"Authorization": sectors.key})
            return client, await client.get(sectors.url + REPORT)

        client, answer = asyncio.run(call())
        answer.close()
        del client, answer
        gc.collect()

        assert (events.only.outcome, events.only.status) == ("ok", 200)

    def test_open_at_the_end_of_the_interpreter(self, session, sectors, events):
        """It is recorded then, and not again when it is closed."""
        sectors.faults.add(SlowBody(1, pieces=2))

        async def call():
            async with session() as client, client.get(sectors.url + REPORT):
                assert events == []
                aiohttp_body._exit()
                assert len(events) == 1

        asyncio.run(call())

        assert (events.only.outcome, events.only.status) == ("ok", 200)

    def test_an_answer_before_the_request_is_out(self, session, sectors, events):
        """The call is recorded when it returns, though its request is still being sent."""
        sectors.faults.add(Refusal(429))

        async def endless():
            while True:
                yield b"x" * 1000
                await asyncio.sleep(0.01)

        async def call():
            async with session() as client, client.post(sectors.url + REPORT, data=endless()) as answer:
                await answer.read()
                return len(events)

        assert asyncio.run(call()) == 1
        assert events.only.status in (429, 405)
