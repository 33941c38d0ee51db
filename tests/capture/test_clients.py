"""Calls of every client become events alike, whatever their end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import socket
import ssl
import threading

import pytest

from outwarden.capture.call import current
from outwarden.polite import unwatched
from outwarden.testing import BrokenChunks, Hang, RateLimit, Redirect, Refusal, Reset, SlowBody, Truncated

REPORT = "/v2/company/report/BBCA/"

pytestmark = pytest.mark.usefixtures("hooks")


def fails(call):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each client has its own
        call()
    return caught.value


def test_success(client, sectors, events):
    """A good call is one event with route, status, key, sizes and durations."""
    status, body = client.get(f"{sectors.url}{REPORT}?sections=overview")

    event = events.only
    assert (event.outcome, event.status, event.attempt, event.will_retry or None) == ("ok", 200, 1, None)
    assert (event.api, event.method, event.route) == ("sectors", "GET", "/v2/company/report/{symbol}/")
    assert (event.query, event.scheme, event.host) == ("sections=overview", "https", "127.0.0.1")
    assert status == 200
    assert event.response_bytes == len(body) > 0
    assert event.request_bytes == 0
    assert event.key_id.startswith("k_")
    assert 0 < (event.headers_ms or event.duration_ms) <= event.duration_ms < 10_000
    assert (event.error, event.error_type) == (None, None)


@pytest.mark.parametrize("length", ["many", "9" * 5000], ids=["word", "long"])
@pytest.mark.parametrize("name", ["httpx", "urllib3", "urllib"])
def test_lengths_that_are_no_numbers(drivers, name, sectors, events, length):
    """What a program says of a body's size may be anything; its call is seen all the same."""
    client = drivers[name](sectors)
    client.headers["Content-Length"] = length
    with contextlib.suppress(Exception):
        client.get(sectors.url + REPORT, method="POST", data=iter([b"x"]), timeout=0.5)

    assert (events.only.attempt, events.only.request_bytes) == (1, None)


def test_a_call_that_is_over_leaves_nothing_of_the_program_behind(client, sectors, events):
    """What the next call in the same context finds of it is empty, and the next call is one of its own."""
    left = []

    async def twice():
        for _ in range(2):
            await client.aget(sectors.url + REPORT)
            left.append(current.get())

    if hasattr(client, "aget"):
        client.run(twice())
    else:
        for _ in range(2):
            client.get(sectors.url + REPORT)
            left.append(current.get())

    assert len({event.call_id for event in events}) == len(events) == 2
    for call in left:
        assert call is None or (
            call.over and {call.owner, call.request, call.handed, call.pending, call.answer} == {None}
        )


def test_tls(client, sectors, events, request):
    """Version and fingerprint of the connection, where the client lets us see it."""
    if "urllib3" in request.node.callspec.id:
        client.stop_early(sectors.url + REPORT)  # a preloaded answer has given its connection back
    else:
        client.get(sectors.url + REPORT)
    shown = hashlib.sha256(
        ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", sectors.port)))
    ).hexdigest()

    assert (events.only.tls_version, events.only.cert_sha256) == ("TLSv1.3", shown)


@pytest.mark.parametrize(("path", "status"), [("/v2/company/report/NOSUCH/", 404), ("/v1/subsectors/", 410)])
def test_4xx(client, sectors, events, path, status):
    """A refused call carries its status."""
    client.get(sectors.url + path)

    assert (events.only.status, events.only.outcome) == (status, "client_error")


def test_rate_limit(client, sectors, events):
    """429 is a client error."""
    sectors.limits.rate = RateLimit(calls=0)
    client.get(sectors.url + REPORT)

    assert (events.only.status, events.only.outcome) == (429, "client_error")


def test_5xx(client, sectors, events):
    """503 is a server error."""
    sectors.faults.add(Refusal(503))
    client.get(sectors.url + REPORT)

    assert (events.only.status, events.only.outcome) == (503, "server_error")


def test_read_timeout(client, sectors, events):
    """No answer in time."""
    sectors.faults.add(Hang(0.8))
    error = fails(lambda: client.get(sectors.url + REPORT, timeout=0.3))

    event = events.only
    assert (event.outcome, event.status, event.attempt) == ("timeout", None, 1)
    assert event.duration_ms >= 290
    assert error.__traceback__ is not None


def test_timeout_before_there_is_a_connection(client, events):
    """A handshake that nobody answers is a timeout as well."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        fails(lambda: client.get(f"https://127.0.0.1:{server.getsockname()[1]}/", timeout=0.2))

    assert (events.only.outcome, events.only.status) == ("timeout", None)


def test_timeout_within_the_body(client, sectors, events):
    """A body that stops coming is a timeout, with the status that had arrived."""
    sectors.faults.add(SlowBody(seconds=2, pieces=2))
    fails(lambda: client.get(sectors.url + REPORT, timeout=0.3))

    assert (events.only.outcome, events.only.status) == ("timeout", 200)


def test_dns_failure(client, events):
    """A name that does not resolve."""
    fails(lambda: client.get("https://api.sectors.invalid/v2/"))

    assert (events.only.outcome, events.only.attempt, events.only.status) == ("network", 1, None)


def test_untrusted(client, sectors, events):
    """A certificate that is not trusted."""
    client.trusts(None)
    fails(lambda: client.get(sectors.url + REPORT))

    assert (events.only.outcome, events.only.status) == ("tls", None)


@pytest.mark.parametrize("certificate", ["expired", "wrong_host"])
def test_bad_certificates(client, sectors, events, certificate):
    """A certificate that is no good."""
    sectors.certificate = certificate
    fails(lambda: client.get(sectors.url + REPORT))

    assert events.only.outcome == "tls"


def test_refused(client, free_port, events):
    """Nobody listens."""
    fails(lambda: client.get(f"http://127.0.0.1:{free_port}/"))

    assert events.only.outcome == "network"


@pytest.mark.parametrize("fault", [Reset(), BrokenChunks(), Truncated()])
def test_broken_connections(client, sectors, events, fault):
    """A reset connection and a broken body: never more events than requests that arrived."""
    sectors.faults.add(fault, times=None)
    fails(lambda: client.get(sectors.url + REPORT))

    assert len(events) == len(sectors.seen)
    assert {event.outcome for event in events} == {"network"}
    assert {event.status for event in events} <= ({None} if isinstance(fault, Reset) else {None, 200})


def test_redirect(client, sectors, events):
    """Each hop is an attempt of one call; all but the last are known to be followed by another."""
    sectors.faults.add(Redirect(REPORT), path="/v2/old/")
    client.get(sectors.url + "/v2/old/")

    assert [(e.attempt, e.status, e.will_retry or None, e.path) for e in events] == [
        (1, 302, True, "/v2/old/"),
        (2, 200, None, REPORT),
    ]
    assert len({e.call_id for e in events}) == 1


def test_too_many_redirects(client, sectors, events):
    """The client gives up: all hops are there, and one call."""
    sectors.faults.add(Redirect("/v2/round/"), path="/v2/round/", times=None)
    fails(lambda: client.get(sectors.url + "/v2/round/"))

    assert len(events) == len(sectors.seen) > 2
    assert len({e.call_id for e in events}) == 1
    assert [e.attempt for e in events] == list(range(1, len(events) + 1))
    assert all(e.will_retry for e in events[:-1])
    assert not events[-1].will_retry


def test_sent_bytes(client, sectors, events):
    """The size of a body that is sent."""
    client.get(sectors.url + "/v2/companies/", method="POST", data=b"12345")

    assert (events.only.method, events.only.request_bytes) == ("POST", 5)


def test_head(client, sectors, events):
    """HEAD answers announce a body and send none."""
    client.get(sectors.url + REPORT, method="HEAD")

    assert (events.only.method, events.only.response_bytes) == ("HEAD", 0)


def test_closed_early(client, sectors, events):
    """A body that the program has seen enough of is no failure, and is not read on by us."""
    sectors.faults.add(SlowBody(seconds=3, pieces=6))
    client.stop_early(sectors.url + REPORT)

    assert (events.only.outcome, events.only.status) == ("ok", 200)
    assert events.only.duration_ms < 2900


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_never_read(client, sectors, events):
    """An answer that nobody reads or closes ends its call when it is collected."""
    client.forget(sectors.url + REPORT)
    gc.collect()

    assert (events.only.outcome, events.only.status) == ("ok", 200)


def test_chunked(client, chunks, events):
    """A chunked body is one call."""
    assert client.get(chunks)[1] == b"abcdef"

    assert (events.only.outcome, events.only.status) == ("ok", 200)
    assert events.only.response_bytes in (6, None)


def test_no_key_gets_into_an_event(client, sectors, events):
    """A key in header, query, user info and exception text is nowhere in what is stored."""
    client.get(f"{sectors.url}{REPORT}?apikey={sectors.key}")
    sectors.faults.add(Reset(), times=None)
    fails(lambda: client.get(f"{sectors.url}{REPORT}?apikey={sectors.key}"))

    assert len(events) == len(sectors.seen)
    assert sectors.key not in events.as_text()


def test_our_own_calls_are_not_watched(client, sectors, events):
    """`unwatched()` makes no events."""
    with unwatched():
        client.get(sectors.url + REPORT)

    assert events == []


def test_uninstall(client, sectors, events, hooks):
    """After uninstall nothing is recorded, and nothing of ours is left on the client's classes."""
    for hook in reversed(hooks):
        hook.uninstall()
    client.get(sectors.url + REPORT)

    assert events == []
    for hook in hooks:
        for patch in hook._patches:
            assert "outwarden" not in patch._owner.__dict__[patch._name].__code__.co_filename


def test_threads(client, sectors, events):
    """Calls of several threads keep their own ids."""

    def work():
        for _ in range(3):
            client.get(sectors.url + REPORT, timeout=20)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({event.call_id for event in events}) == len(events) == 12


def test_through_a_proxy_that_is_not_there(client, sectors, events, free_port):
    """A proxy that cannot be reached is a network failure of the call that was meant for somebody else."""
    fails(lambda: client.through(f"http://127.0.0.1:{free_port}", sectors.url + REPORT))

    assert (events.only.outcome, events.only.attempt) == ("network", 1)
    assert events.only.route == "/v2/company/report/{symbol}/"


def test_through_a_proxy(client, sectors, events, proxy):
    """A call through a proxy is one event with the address of the API."""
    assert client.through(proxy, sectors.url + REPORT) == 200

    assert (events.only.status, events.only.api) == (200, "sectors")


@pytest.mark.parametrize("within", ["headers", "body"])
def test_cancelled(async_client, sectors, events, within):
    """A task that is cancelled has aborted its call; the cancellation passes."""
    sectors.faults.add(Hang(1) if within == "headers" else SlowBody(seconds=2, pieces=2))

    async def cancelled():
        task = asyncio.create_task(async_client.aget(sectors.url + REPORT, timeout=20))
        while not sectors.seen:  # noqa: ASYNC110 - the server lives in threads
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async_client.run(cancelled())

    assert (events.only.outcome, events.only.error_type) == ("aborted", "CancelledError")
    assert events.only.status == (None if within == "headers" else 200)


@pytest.fixture
def chunks():
    """The address of a server that sends one chunked body per connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            try:
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(65536)
                        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                        connection.sendall(head + b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")
            except OSError:
                return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def proxy(sectors):
    """A proxy that makes tunnels to the local Sectors API."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def pipe(source, target):
            try:
                while data := source.recv(65536):
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)
            except OSError:
                return

        def tunnel(connection):
            connection.settimeout(5)
            with connection, socket.create_connection(("127.0.0.1", sectors.port), 5) as upstream:
                assert connection.recv(65536).startswith(b"CONNECT ")
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=pipe, args=(upstream, connection))
                back.start()
                pipe(connection, upstream)
                back.join()

        def serve():
            threads = []
            try:
                while True:
                    threads.append(threading.Thread(target=tunnel, args=(listener.accept()[0],)))
                    threads[-1].start()
            except OSError:
                for thread in threads:
                    thread.join()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
