"""What is particular to httpx: transports, connection retries, authentication, HTTP/2, clients that are older than the hook."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import threading

import httpx
import pytest
import requests

from outwarden.testing import Hang, Refusal, Reset, SlowBody

REPORT = "/v2/company/report/BBCA/"


@pytest.fixture
def client(sectors):
    context = ssl.create_default_context(cafile=sectors.ca_file)
    with httpx.Client(headers={"Authorization": sectors.key}, verify=context, trust_env=False) as client:
        yield client


def seen(events):
    return [(event.attempt, event.status, event.will_retry) for event in events]


def test_a_client_that_is_older_than_the_hook(client, sectors, request, events):
    """What exists already is watched as well."""
    client.get(sectors.url + REPORT)
    request.getfixturevalue("hooks")
    client.get(sectors.url + REPORT)

    assert seen(events) == [(1, 200, None)]


@pytest.mark.usefixtures("hooks")
class TestTransports:
    """Transports of the program's own."""

    def test_a_mock_is_attempt_0(self, events):
        """An answer without the wire."""
        transport = httpx.MockTransport(lambda _: httpx.Response(418, text="tea"))
        with httpx.Client(transport=transport) as client:
            client.get("https://teapot.example/")

        assert seen(events) == [(0, 418, None)]
        assert events.only.host == "teapot.example"

    def test_a_mock_that_redirects(self, events):
        """Each hop without the wire is attempt 0 of one call."""
        hops = {"/old": httpx.Response(302, headers={"Location": "/new"}), "/new": httpx.Response(200)}
        transport = httpx.MockTransport(lambda request: hops[request.url.path])
        with httpx.Client(transport=transport, follow_redirects=True) as client:
            client.get("https://teapot.example/old")

        assert seen(events) == [(0, 302, True), (0, 200, None)]
        assert len({event.call_id for event in events}) == 1

    def test_a_mock_that_fails(self, events):
        """A failure that never saw the wire."""

        def fail(request):
            raise httpx.ConnectError("no", request=request)

        with httpx.Client(transport=httpx.MockTransport(fail)) as client, pytest.raises(httpx.ConnectError):
            client.get("https://teapot.example/")

        assert (events.only.attempt, events.only.outcome) == (0, "network")

    async def _async_mock(self):
        transport = httpx.MockTransport(lambda _: httpx.Response(200))
        async with httpx.AsyncClient(transport=transport) as client:
            await client.get("https://teapot.example/")

    def test_an_async_mock_is_attempt_0(self, events):
        """The same for coroutines."""
        asyncio.run(self._async_mock())

        assert seen(events) == [(0, 200, None)]

    def test_one_that_tries_again(self, sectors, events):
        """Each of its attempts is an event of one call."""

        class Stubborn(httpx.HTTPTransport):
            def handle_request(self, request):
                for _ in range(3):
                    try:
                        answer = super().handle_request(request)
                    except httpx.TransportError:
                        continue
                    if answer.status_code < 500:
                        return answer
                    answer.close()
                return answer

        sectors.faults.add(Refusal(503))
        sectors.faults.add(Reset())
        context = ssl.create_default_context(cafile=sectors.ca_file)
        with httpx.Client(transport=Stubborn(verify=context), headers={"Authorization": sectors.key}) as client:
            assert client.get(sectors.url + REPORT).status_code == 200

        assert seen(events) == [(1, None, True), (2, 503, True), (3, 200, None)]
        assert len({event.call_id for event in events}) == 1

    def test_one_that_rides_on_requests(self, sectors, session, events):
        """One call, one event, whatever carries it."""

        class Carried(httpx.BaseTransport):
            def handle_request(self, request):
                answer = session.request(request.method, str(request.url))
                return httpx.Response(answer.status_code, content=answer.content)

        with httpx.Client(transport=Carried()) as client:
            assert client.get(sectors.url + REPORT).status_code == 200

        assert seen(events) == [(1, 200, None)]

    def test_another_call_within_an_event_hook(self, client, sectors, session, events):
        """A call for something else is a call of its own."""
        client.event_hooks = {"request": [lambda _: session.get(sectors.url + "/v2/subsectors/")]}
        client.get(sectors.url + REPORT)

        assert sorted((event.path, event.attempt) for event in events) == [(REPORT, 1), ("/v2/subsectors/", 1)]
        assert len({event.call_id for event in events}) == 2

    @pytest.mark.parametrize("first", [0, 1])
    def test_one_that_asks_twice_at_once(self, sectors, events, first):
        """Each request has its own end, whichever answer is taken."""
        slow = f"/v2/slow/{first}/"
        sectors.faults.add(Hang(), path=slow)

        class Hedged(httpx.AsyncHTTPTransport):
            async def handle_async_request(self, request):
                again = httpx.Request("GET", f"{sectors.url}/v2/slow/1/", headers=request.headers)
                ask = super().handle_async_request
                both = [asyncio.ensure_future(ask(which)) for which in (request, again)]
                done, left = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                for task in left:
                    task.cancel()
                await asyncio.gather(*left, return_exceptions=True)
                return done.pop().result()

        async def call():
            context = ssl.create_default_context(cafile=sectors.ca_file)
            async with httpx.AsyncClient(transport=Hedged(verify=context), timeout=10) as client:
                return await client.get(f"{sectors.url}/v2/slow/0/")

        assert asyncio.run(call()).status_code == 404

        ends = {event.path: (event.status, event.outcome) for event in events}
        assert len(events) == 2
        assert ends == {slow: (None, "aborted"), f"/v2/slow/{1 - first}/": (404, "client_error")}

    def test_a_transport_by_itself(self, sectors, events):
        """Without a client the call ends with its body."""
        with httpx.HTTPTransport(verify=ssl.create_default_context(cafile=sectors.ca_file)) as transport:
            answer = transport.handle_request(httpx.Request("GET", sectors.url + REPORT))
            assert events == []
            body = answer.read()

        assert (events.only.status, events.only.response_bytes) == (403, len(body))

    def test_connections_that_are_tried_again(self, events, free_port):
        """`HTTPTransport(retries=…)` tries to connect again: each is an attempt."""
        with httpx.Client(transport=httpx.HTTPTransport(retries=2)) as client, pytest.raises(httpx.ConnectError):
            client.get(f"http://127.0.0.1:{free_port}/")

        assert seen(events) == [(1, None, True), (2, None, True), (3, None, False)]
        assert {event.outcome for event in events} == {"network"}

    def test_connections_of_coroutines_that_are_tried_again(self, events, free_port):
        """The same for coroutines, with a trace of the program's own."""
        told = []

        async def trace(name, info):
            told.append(name)

        async def call():
            transport = httpx.AsyncHTTPTransport(retries=1)
            async with httpx.AsyncClient(transport=transport) as client:
                await client.get(f"http://127.0.0.1:{free_port}/", extensions={"trace": trace})

        with pytest.raises(httpx.ConnectError):
            asyncio.run(call())

        assert seen(events) == [(1, None, True), (2, None, False)]
        assert "connection.connect_tcp.failed" in told

    def test_a_request_that_is_sent_again(self, events, free_port):
        """Its connections are tried again as the first time; it comes back as it went."""
        with httpx.Client(transport=httpx.HTTPTransport(retries=1)) as client:
            request = client.build_request("GET", f"http://127.0.0.1:{free_port}/")
            before = dict(request.extensions)
            for _ in range(3):
                with pytest.raises(httpx.ConnectError):
                    client.send(request)

        assert seen(events) == [(1, None, True), (2, None, False)] * 3
        assert len({event.call_id for event in events}) == 3
        assert request.extensions == before


@pytest.mark.usefixtures("hooks")
def test_authentication_that_asks_again(client, sectors, events):
    """What an auth flow asks for is further attempts of the call."""

    class Twice(httpx.Auth):
        def auth_flow(self, request):
            yield request
            yield request

    client.get(sectors.url + REPORT, auth=Twice())

    assert seen(events) == [(1, 200, True), (2, 200, None)]


@pytest.mark.usefixtures("hooks")
def test_raise_for_status_in_an_event_hook(client, sectors, events):
    """The program's view of an answer is no failure of the call."""

    def refuse(answer):
        answer.raise_for_status()

    client.event_hooks = {"response": [refuse]}
    with pytest.raises(httpx.HTTPStatusError):
        client.get(sectors.url + "/v2/company/report/NOSUCH/")

    assert (events.only.status, events.only.outcome) == (404, "client_error")


@pytest.mark.usefixtures("hooks")
def test_invalid_addresses(client, events):
    """What never leaves the program is attempt 0."""
    with pytest.raises(httpx.UnsupportedProtocol):
        client.get("gopher://example.com/")

    assert (events.only.attempt, events.only.outcome) == (0, "aborted")


@pytest.mark.usefixtures("hooks")
@pytest.mark.parametrize("reader", ["read", "iter_bytes", "iter_lines", "iter_raw"])
def test_streams(client, sectors, events, reader):
    """However a stream is read, its event comes with its end."""
    with client.stream("GET", sectors.url + REPORT) as answer:
        assert events == []
        list(getattr(answer, reader)())
        assert len(events) == 1

    assert events.only.response_bytes == int(answer.headers["Content-Length"])


@pytest.mark.usefixtures("hooks")
def test_a_generator_that_is_left(client, sectors, events):
    """A loop over a stream that is left ends the call when the response is closed."""
    sectors.faults.add(SlowBody(1, pieces=4))
    with client.stream("GET", sectors.url + REPORT) as answer:
        for part in answer.iter_raw():
            assert part
            break
        gc.collect()
        assert events == []

    assert (events.only.outcome, events.only.status) == ("ok", 200)


@pytest.mark.usefixtures("hooks")
def test_http2(events):
    """Two calls at once over one connection of HTTP/2."""
    with http2_server() as url:

        async def both():
            async with httpx.AsyncClient(http2=True, http1=False) as client:
                return await asyncio.gather(client.get(url + "/v1/a"), client.get(url + "/v1/b"))

        answers = asyncio.run(both())

    assert {answer.http_version for answer in answers} == {"HTTP/2"}
    assert sorted((event.path, event.status, event.response_bytes) for event in events) == [
        ("/v1/a", 200, 5),
        ("/v1/b", 200, 5),
    ]
    assert len({event.call_id for event in events}) == 2


def test_a_background_task_is_no_part_of_the_call(client, sectors, hooks, events):
    """A task that a hook began, and that lives on, makes calls of its own."""

    async def main():
        tasks = []

        async def later():
            await asyncio.sleep(0.1)
            async with httpx.AsyncClient(verify=context) as own:
                await own.get(sectors.url + "/v2/subsectors/")

        async def begin(_):
            tasks.append(asyncio.create_task(later()))

        context = ssl.create_default_context(cafile=sectors.ca_file)
        async with httpx.AsyncClient(verify=context, event_hooks={"request": [begin]}) as outer:
            await outer.get(sectors.url + REPORT)
        await tasks[0]

    asyncio.run(main())

    assert seen(events) == [(1, 403, None), (1, 403, None)]
    assert len({event.call_id for event in events}) == 2


def test_requests_is_not_needed(sectors):
    """The hook on httpx imports no other client."""
    import subprocess
    import sys

    program = "import sys, httpx, outwarden.capture.httpx; print('requests' in sys.modules, 'urllib3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)

    assert done.stdout.split() == ["False", "False"]
    assert requests is not None


def http2_server():
    """Serve HTTP/2 with prior knowledge: each request gets `hello`."""
    import contextlib

    import h2.config
    import h2.connection
    import h2.events

    @contextlib.contextmanager
    def serving():
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def serve():
                with contextlib.suppress(OSError):
                    connection, _ = listener.accept()
                    with connection:
                        state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
                        state.initiate_connection()
                        connection.sendall(state.data_to_send())
                        while data := connection.recv(65536):
                            for event in state.receive_data(data):
                                if isinstance(event, h2.events.RequestReceived):
                                    state.send_headers(event.stream_id, [(":status", "200"), ("content-length", "5")])
                                    state.send_data(event.stream_id, b"hello", end_stream=True)
                            connection.sendall(state.data_to_send())

            thread = threading.Thread(target=serve)
            thread.start()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            thread.join()

    return serving()
