"""Calls of requests become events, whatever their end, and the program notices nothing."""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import os
import pickle
import socket
import threading
import traceback
from contextlib import closing, suppress

import pytest
import requests
import urllib3
from requests import get as get_before_install
from requests.adapters import BaseAdapter, HTTPAdapter

from outwarden import tally
from outwarden.capture.requests import RequestsHook
from outwarden.polite import unwatched
from outwarden.testing import (
    BrokenChunks,
    Hang,
    Latency,
    RateLimit,
    Redirect,
    Refusal,
    Reset,
    SectorsApi,
    SlowBody,
    Truncated,
)

REPORT = "/v2/company/report/BBCA/"


def raises(kind, call):
    with pytest.raises(kind) as caught:
        call()
    return caught


def test_success(sectors, session, hook, events):
    """A good call is one event with route, status, sizes and durations."""
    answer = session.get(sectors.url + REPORT, params={"sections": "overview"})

    event = events.only
    assert (event.outcome, event.status, event.attempt, event.will_retry) == ("ok", 200, 1, None)
    assert (event.api, event.method, event.route) == ("sectors", "GET", "/v2/company/report/{symbol}/")
    assert event.response_bytes == int(answer.headers["Content-Length"]) == len(answer.content)
    assert event.request_bytes == 0
    assert 0 < event.headers_ms <= event.duration_ms < 10_000
    assert (event.error, event.error_type) == (None, None)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/company/report/NOSUCH/", 404),
        ("/v1/subsectors/", 410),
        ("/v2/nowhere/", 404),
    ],
)
@pytest.mark.usefixtures("hook")
def test_4xx(sectors, session, events, path, status):
    """A refused call carries its status."""
    session.get(sectors.url + path)

    assert (events.only.status, events.only.outcome) == (status, "client_error")


def test_without_a_key(sectors, hook, events):
    """403 without a key."""
    requests.get(sectors.url + REPORT, timeout=5)

    assert (events.only.status, events.only.outcome, events.only.key_id) == (403, "client_error", None)


def test_rate_limit(sectors, session, hook, events):
    """429 is a client error."""
    sectors.limits.rate = RateLimit(calls=1)
    session.get(sectors.url + REPORT)
    session.get(sectors.url + REPORT)

    assert [event.status for event in events] == [200, 429]


def test_5xx(sectors, session, hook, events):
    """503 is a server error."""
    sectors.faults.add(Refusal(503))
    session.get(sectors.url + REPORT)

    assert (events.only.status, events.only.outcome) == (503, "server_error")


def test_raise_for_status_leaves_the_event_alone(sectors, session, hook, events):
    """`raise_for_status` in a response hook is the program's view of the answer: the status tells."""

    def refuse(answer, **_):
        answer.close()
        answer.raise_for_status()

    session.hooks["response"].append(refuse)
    raises(requests.HTTPError, lambda: session.get(sectors.url + "/v2/company/report/NOSUCH/"))

    assert (events.only.status, events.only.outcome) == (404, "client_error")
    assert events.only.error_type == "HTTPError"


def test_read_timeout(sectors, session, hook, events):
    """No answer in time."""
    sectors.faults.add(Hang(1))
    raises(requests.ReadTimeout, lambda: session.get(sectors.url + REPORT, timeout=0.2))

    event = events.only
    assert (event.outcome, event.status, event.attempt) == ("timeout", None, 1)
    assert event.error_type == "ReadTimeout"
    assert event.duration_ms >= 200


def test_connect_timeout(hook, events):
    """No connection in time: the listener's queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        try:
            raises(requests.ConnectTimeout, lambda: requests.get(f"http://127.0.0.1:{address[1]}/", timeout=0.3))
        finally:
            for filler in fillers:
                filler.close()

    assert (events.only.outcome, events.only.error_type) == ("timeout", "ConnectTimeout")


def test_timeout_within_the_body(sectors, session, hook, events):
    """A body that stops coming is a timeout, with the status that had arrived."""
    sectors.faults.add(SlowBody(seconds=4, pieces=2))
    raises(requests.ConnectionError, lambda: session.get(sectors.url + REPORT, timeout=0.3))

    assert (events.only.outcome, events.only.status) == ("timeout", 200)


def test_dns_failure(hook, events):
    """A name that does not resolve."""
    raises(requests.ConnectionError, lambda: requests.get("https://api.sectors.invalid/v2/", timeout=5))

    assert (events.only.outcome, events.only.attempt) == ("network", 1)


def test_tls_failure(sectors, hook, events, monkeypatch):
    """A certificate that is not trusted."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    raises(requests.exceptions.SSLError, lambda: requests.get(sectors.url, timeout=5))

    assert (events.only.outcome, events.only.status) == ("tls", None)


@pytest.mark.parametrize("certificate", ["expired", "wrong_host"])
def test_bad_certificates(sectors, session, hook, events, certificate):
    """A certificate that is no good."""
    sectors.certificate = certificate
    raises(requests.exceptions.SSLError, lambda: session.get(sectors.url + REPORT, timeout=5))

    assert events.only.outcome == "tls"


def test_refused(free_port, hook, events):
    """Nobody listens."""
    raises(requests.ConnectionError, lambda: requests.get(f"http://127.0.0.1:{free_port}/", timeout=5))

    assert events.only.outcome == "network"


@pytest.mark.parametrize("fault", [Reset(), BrokenChunks(), Truncated()])
def test_broken_connections(sectors, session, hook, events, fault):
    """A reset connection and a broken body."""
    sectors.faults.add(fault)
    raises(requests.RequestException, lambda: session.get(sectors.url + REPORT, timeout=5))

    assert events.only.outcome == "network"
    assert events.only.status == (None if isinstance(fault, Reset) else 200)


def test_redirect(sectors, session, hook, events):
    """Each hop is an attempt of one call; all but the last are known to be followed by another."""
    sectors.faults.add(Redirect(REPORT), path="/v2/old/")
    answer = session.get(sectors.url + "/v2/old/")

    assert [(e.attempt, e.status, e.will_retry, e.path) for e in events] == [
        (1, 302, True, "/v2/old/"),
        (2, 200, None, REPORT),
    ]
    assert events[0].call_id == events[1].call_id
    assert answer.history[0].status_code == 302


def test_too_many_redirects(sectors, session, hook, events):
    """The client gives up: the last hop says so."""
    session.max_redirects = 3
    sectors.faults.add(Redirect("/v2/round/"), path="/v2/round/", times=None)
    raises(requests.TooManyRedirects, lambda: session.get(sectors.url + "/v2/round/"))

    assert [(e.attempt, e.outcome, e.will_retry) for e in events] == [
        (1, "ok", True),
        (2, "ok", True),
        (3, "ok", True),
        (4, "aborted", None),
    ]
    assert events[-1].error_type == "TooManyRedirects"


def test_redirect_to_nowhere(sectors, session, hook, events):
    """A hop that cannot leave the program is attempt 0."""
    sectors.faults.add(Redirect("gopher://elsewhere/"), path="/v2/old/")
    raises(requests.exceptions.InvalidSchema, lambda: session.get(sectors.url + "/v2/old/"))

    assert [(e.attempt, e.status, e.outcome) for e in events] == [(1, 302, "ok"), (0, None, "aborted")]
    assert len({e.call_id for e in events}) == 1


def test_redirect_from_elsewhere_to_the_wire(sectors, session, hook, events):
    """A hop that is answered without the wire is attempt 0 of the same call."""

    class Moved(BaseAdapter):
        def send(self, request, **options):
            answer = requests.Response()
            answer.status_code, answer.url, answer.request = 302, request.url, request
            answer.headers["Location"] = REPORT if request.url.endswith("/2") else sectors.url + "/v2/old/2"
            answer.raw = io.BytesIO()
            return answer

        def close(self):
            pass

    session.mount(sectors.url + "/v2/old/", Moved())
    session.get(sectors.url + "/v2/old/1")

    assert [(e.attempt, e.status) for e in events] == [(0, 302), (1, 200)]
    assert events[0].call_id == events[1].call_id


def test_redirects_not_followed(sectors, session, hook, events):
    """Without following, a redirect is an answer like any other."""
    sectors.faults.add(Redirect(REPORT), path="/v2/old/")
    session.get(sectors.url + "/v2/old/", allow_redirects=False)

    assert (events.only.status, events.only.will_retry) == (302, None)


def test_invalid_schema(hook, events):
    """An address that no adapter takes never reaches the wire."""
    raises(requests.exceptions.InvalidSchema, lambda: requests.get("gopher://example.com/", timeout=5))

    assert (events.only.attempt, events.only.outcome) == (0, "aborted")


def test_missing_certificate_file(sectors, session, hook, events):
    """A certificate file that does not exist is an OSError before the wire."""
    raises(OSError, lambda: session.get(sectors.url + REPORT, verify="/nowhere.pem"))

    assert (events.only.attempt, events.only.outcome, events.only.error_type) == (0, "aborted", "OSError")


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError, MemoryError])
def test_errors_of_the_program(sectors, session, hook, events, error):
    """What a hook of the program raises, or an interrupt, is `aborted`; it passes untouched."""
    thrown = error("stop")

    def stop(answer, **_):
        answer.close()
        raise thrown

    caught = raises(error, lambda: session.get(sectors.url + REPORT, hooks={"response": stop}))

    assert caught.value is thrown
    assert (events.only.outcome, events.only.status, events.only.error_type) == ("aborted", 200, error.__name__)


def test_retries_of_urllib3_that_never_end_well(sectors, session, hook, events):
    """When urllib3 gives up over retried answers, each is an attempt, and the last has the exception of requests."""
    from urllib3.util import Retry

    session.mount("https://", HTTPAdapter(max_retries=Retry(2, status_forcelist=[503], backoff_factor=0)))
    sectors.faults.add(Refusal(503), times=None)
    raises(requests.exceptions.RetryError, lambda: session.get(sectors.url + REPORT))

    assert [(e.attempt, e.outcome, e.status, e.error_type, e.will_retry) for e in events] == [
        (1, "server_error", 503, None, True),
        (2, "server_error", 503, None, True),
        (3, "server_error", 503, "RetryError", False),
    ]


def test_sent_bytes(sectors, session, hook, events):
    """Sizes of bodies that are sent; None where only the wire knows."""
    for data in (b"12345", "ünf", {"a": "b"}, iter([b"x"])):
        with contextlib.suppress(requests.ConnectionError):  # the server reads no chunks and hangs up on them
            session.post(sectors.url + "/v2/companies/", data=data)

    assert [event.request_bytes for event in events] == [5, 4, 3, None]


def test_head_has_no_body(sectors, session, hook, events):
    """HEAD answers announce a body and send none."""
    session.head(sectors.url + REPORT)

    assert (events.only.method, events.only.response_bytes) == ("HEAD", 0)


def test_custom_adapter(hook, events):
    """An answer without the wire is attempt 0."""

    class Canned(BaseAdapter):
        def send(self, request, **kwargs):
            answer = requests.Response()
            answer.status_code, answer.url, answer.request, answer._content = 418, request.url, request, b"tea"
            return answer

        def close(self):
            pass

    with requests.Session() as session:
        session.mount("https://", Canned())
        session.get("https://teapot.example/")

    assert (events.only.attempt, events.only.status, events.only.outcome) == (0, 418, "client_error")


def test_adapter_that_tries_again(sectors, session, hook, events):
    """An adapter's own attempts belong to one call."""

    class Stubborn(HTTPAdapter):
        def send(self, request, **kwargs):
            try:
                return super().send(request, **kwargs)
            except requests.ConnectionError:
                return super().send(request, **kwargs)

    session.mount("https://", Stubborn())
    sectors.faults.add(Reset())
    assert session.get(sectors.url + REPORT).status_code == 200

    assert [(e.attempt, e.outcome, e.will_retry) for e in events] == [(1, "network", True), (2, "ok", None)]
    assert events[0].call_id == events[1].call_id


@pytest.mark.usefixtures("hooks")
def test_adapter_by_itself(sectors, session, events):
    """An adapter that is used without a session is watched too: what it calls is urllib3."""
    request = session.prepare_request(requests.Request("GET", sectors.url + REPORT))
    adapter = HTTPAdapter()
    answer = adapter.send(request, verify=sectors.ca_file)
    assert events == []
    assert answer.content
    adapter.close()

    assert (events.only.attempt, events.only.status) == (1, 200)


def test_calls_within_a_call(sectors, session, hook, events):
    """A call that a hook makes is a call of its own."""
    with requests.Session() as other:

        def ask_again(answer, **_):
            other.get(sectors.url + "/v2/subsectors/")

        session.get(sectors.url + REPORT, hooks={"response": ask_again})

    assert sorted((e.path, e.attempt) for e in events) == [(REPORT, 1), ("/v2/subsectors/", 1)]
    assert events[0].call_id != events[1].call_id


def test_calls_of_the_same_session_within_a_call(sectors, session, hook, events):
    """Those that a hook makes without following redirects are no redirects of the call, nor are those of a redirect's hook."""
    sectors.faults.add(Redirect(REPORT), path="/v2/old/")

    def ask_for_more(answer, **_):
        if answer.status_code == 302 or answer.url.endswith(REPORT):
            session.head(sectors.url + "/v2/subsectors/")
            session.get(sectors.url + "/v2/tags/", allow_redirects=False)

    session.get(sectors.url + "/v2/old/", hooks={"response": ask_for_more})

    more = [("HEAD", "/v2/subsectors/", 1, None), ("GET", "/v2/tags/", 1, None)]
    assert sorted((e.method, e.path, e.attempt, e.will_retry) for e in events) == sorted(
        [("GET", "/v2/old/", 1, True), ("GET", REPORT, 2, None), *more, *more], key=lambda e: e[:3]
    )
    assert len({event.call_id for event in events}) == 5


def test_our_own_calls_are_not_watched(sectors, session, hook, events):
    """`unwatched()` makes no events."""
    with unwatched():
        session.get(sectors.url + REPORT)

    assert events == []


def test_names_imported_before_install(sectors, hook, events):
    """`from requests import get` before the hook is watched all the same."""
    get_before_install(sectors.url + REPORT, timeout=5)

    assert events.only.status == 403


def test_subclass_of_session(sectors, hook, events):
    """A session of the program's own class is watched, once."""

    class Own(requests.Session):
        def send(self, request, **kwargs):
            kwargs["timeout"] = 5
            return super().send(request, **kwargs)

    with Own() as session:
        session.get(sectors.url + REPORT)

    assert events.only.attempt == 1


def test_sessions_can_be_pickled(sectors, session, hook, events):
    """A session, a request and an answer go through pickle and copy as without us."""
    answer = session.get(sectors.url + REPORT)
    again = pickle.loads(pickle.dumps(session))
    copied = pickle.loads(pickle.dumps(copy.copy(answer)))

    assert copied.content == answer.content
    with again:
        assert again.get(sectors.url + REPORT).status_code == 200
    assert len(events) == 2


def test_signatures_are_kept(hook):
    """Names, documentation and signatures of what we wrap are the original ones."""
    for wrapped in (requests.Session.send, urllib3.HTTPConnectionPool.urlopen):
        original = wrapped.__wrapped__
        assert inspect.signature(wrapped) == inspect.signature(original)
        assert (wrapped.__name__, wrapped.__qualname__, wrapped.__doc__, wrapped.__module__) == (
            original.__name__,
            original.__qualname__,
            original.__doc__,
            original.__module__,
        )


def test_wrong_calls_fail_alike(session, hook):
    """Wrong arguments raise what they raise without us."""
    with_us = [str(raises(kind, call).value) for kind, call in wrong_calls(session)]
    hook.uninstall()
    without = [str(raises(kind, call).value) for kind, call in wrong_calls(session)]

    assert with_us == without


def wrong_calls(session):
    return [
        (TypeError, session.send),
        (ValueError, lambda: session.send(requests.Request("GET", "https://x.invalid"))),
        (TypeError, lambda: session.send(session.prepare_request(requests.Request("GET", "https://x.invalid")), no=1)),
        (AttributeError, lambda: session.send(None)),
    ]


def test_tracebacks_stay_readable(sectors, session, hook, events):
    """The session's wrapped method adds one frame to a traceback, and the exception keeps its context."""
    sectors.faults.add(Reset(), times=2)
    watched = raises(requests.ConnectionError, lambda: session.get(sectors.url + REPORT)).value
    hook.uninstall()
    bare = raises(requests.ConnectionError, lambda: session.get(sectors.url + REPORT)).value

    frames = [frame.filename for frame in traceback.extract_tb(watched.__traceback__)]
    assert sum("outwarden" in name and "capture" in name for name in frames) == 1
    assert len(frames) == len(traceback.extract_tb(bare.__traceback__)) + 1
    assert type(watched.__context__) is type(bare.__context__)


@pytest.mark.usefixtures("hooks")
def test_an_adapter_that_is_wrapped_by_another_library(sectors, session, events, monkeypatch):
    """Its wrapper is handed what requests gives, and answers and failures are seen as ever."""
    seen, original = [], HTTPAdapter.send

    def wrapped(self, request, **kwargs):
        seen.append(sorted(kwargs))
        return original(self, request, **kwargs)

    monkeypatch.setattr(HTTPAdapter, "send", wrapped)
    session.get(sectors.url + REPORT)
    sectors.faults.add(Reset())
    raises(requests.ConnectionError, lambda: session.get(sectors.url + REPORT))
    with closing(HTTPAdapter()) as adapter:
        adapter.send(requests.Request("GET", sectors.url + REPORT).prepare(), verify=sectors.ca_file).close()

    assert seen == [["cert", "proxies", "stream", "timeout", "verify"]] * 2 + [["verify"]]
    assert [event.outcome for event in events] == ["ok", "network", "client_error"]


def test_an_adapter_that_hands_over_headers_of_its_own(sectors, session, hook, events):
    """What it sends is known by its address to belong to the call."""

    class Copying(HTTPAdapter):
        def send(self, request, **kwargs):
            copied = request.copy()
            copied.headers["X-Own"] = "1"
            return super().send(copied, **kwargs)

    session.mount("https://", Copying())
    session.get(sectors.url + REPORT)
    sectors.faults.add(Reset())
    raises(requests.ConnectionError, lambda: session.get(sectors.url + REPORT))

    assert [(e.attempt, e.outcome, e.error_type) for e in events] == [
        (1, "ok", None),
        (1, "network", "ConnectionError"),
    ]
    assert events[0].response_bytes == len(session.get(sectors.url + REPORT).content)


@pytest.mark.parametrize(("retries", "will_retry"), [(False, None), (2, False)])
def test_an_adapter_that_asks_its_pool_itself(sectors, session, hook, events, *, retries, will_retry):
    """It may tell urllib3 in other ways whether to try again."""

    class Own(HTTPAdapter):
        def send(self, request, **kwargs):
            pool = self.poolmanager.connection_from_url(request.url, {"ca_certs": sectors.ca_file})
            raw = pool.urlopen(
                "GET", request.path_url, headers=request.headers, retries=retries, preload_content=False, redirect=False
            )
            return self.build_response(request, raw)

    session.mount("https://", Own())
    before = tally.snapshot()["internal_error"]
    session.get(sectors.url + REPORT)

    assert (events.only.attempt, events.only.status, events.only.will_retry) == (1, 200, will_retry)
    assert tally.snapshot()["internal_error"] == before


def test_an_adapter_that_calls_elsewhere(sectors, session, hook, events):
    """What an adapter asks of another address, with requests, is a call of its own."""

    class Asking(HTTPAdapter):
        def send(self, request, **kwargs):
            with requests.Session() as other:
                other.get(sectors.url + "/v2/subsectors/", verify=sectors.ca_file)
            return super().send(request, **kwargs)

    session.mount("https://", Asking())
    session.get(sectors.url + REPORT)

    assert sorted((e.path, e.attempt) for e in events) == [(REPORT, 1), ("/v2/subsectors/", 1)]
    assert len({e.call_id for e in events}) == 2


def test_an_adapter_that_falls_back(sectors, session, hook, events):
    """A failed attempt is told as such, also where the program gets an answer from elsewhere."""

    class Falling(HTTPAdapter):
        def send(self, request, **kwargs):
            try:
                return super().send(request, **kwargs)
            except requests.ConnectionError:
                answer = requests.Response()
                answer.status_code, answer.url, answer.request, answer._content = 200, request.url, request, b"old"
                return answer

    session.mount("https://", Falling())
    sectors.faults.add(Reset())
    assert session.get(sectors.url + REPORT).content == b"old"

    assert [(e.attempt, e.outcome, e.status, e.response_bytes) for e in events] == [(1, "network", None, None)]


def test_a_pool_s_wrapper_that_stays_below_another_tool_s_does_nothing(sectors, session, events, monkeypatch):
    """Wrapped by somebody else and put in place anew above that, we see each attempt once."""
    first = RequestsHook(events.record)
    first.install()
    ours = urllib3.HTTPConnectionPool.urlopen

    def theirs(self, *args, **kwargs):
        return ours(self, *args, **kwargs)

    monkeypatch.setattr(urllib3.HTTPConnectionPool, "urlopen", theirs)
    first.uninstall()
    second = RequestsHook(events.record)
    second.install()
    session.get(sectors.url + REPORT)
    sectors.faults.add(Reset())
    raises(requests.ConnectionError, lambda: session.get(sectors.url + REPORT))
    second.uninstall()

    assert [(e.attempt, e.outcome) for e in events] == [(1, "ok"), (1, "network")]


@pytest.mark.parametrize("length", ["many", 7, None])
def test_lengths_that_are_no_numbers(sectors, session, hook, events, length):
    """What a program says of a body's size may be anything; its call is seen all the same."""

    class Saying(HTTPAdapter):
        def send(self, request, **kwargs):
            request.headers["Content-Length"] = length
            return super().send(request, **kwargs)

    session.mount("https://", Saying())
    with suppress(requests.RequestException, ValueError, TypeError):
        session.post(sectors.url + REPORT, data=iter([b"x"]), timeout=2)

    assert (events.only.attempt, events.only.request_bytes) == (1, None)


def test_nothing_is_kept_alive(sectors, session, hook, events):
    """Neither an answer nor an exception is held by us, or in a cycle made by us."""
    import gc
    import weakref

    sectors.faults.add(Reset())
    gc.collect()
    gc.disable()
    try:
        caught = raises(requests.ConnectionError, lambda: session.get(sectors.url + REPORT))
        request = weakref.ref(caught.value.request)
        del caught
        gc.collect()  # requests' own exceptions are in cycles of urllib3's making
        answer = weakref.ref(session.get(sectors.url + REPORT, stream=True))
        assert answer() is None
        assert request() is None
    finally:
        gc.enable()
    assert len(events) == 2


def test_install_twice_and_uninstall_twice(sectors, session, events):
    """Install and uninstall are idempotent, and uninstall is complete."""
    before = (requests.Session.__dict__["send"], urllib3.HTTPConnectionPool.__dict__["urlopen"])
    hook = RequestsHook(events.record)
    hook.install()
    hook.install()
    session.get(sectors.url + REPORT)
    hook.uninstall()
    hook.uninstall()

    assert (requests.Session.__dict__["send"], urllib3.HTTPConnectionPool.__dict__["urlopen"]) == before
    session.get(sectors.url + REPORT)
    assert len(events) == 1


def test_uninstall_below_another_wrapper(sectors, session, events, monkeypatch):
    """Wrapped by somebody else since, we pass everything through, and can come back."""
    hook = RequestsHook(events.record)
    hook.install()
    ours = requests.Session.send

    def theirs(self, request, **kwargs):
        return ours(self, request, **kwargs)

    monkeypatch.setattr(requests.Session, "send", theirs)
    hook.uninstall()
    session.get(sectors.url + REPORT)
    assert events == []

    hook.install()
    session.get(sectors.url + REPORT)
    assert len(events) == 1
    monkeypatch.undo()
    hook.uninstall()


def test_threads(sectors, hook, events):
    """Calls of several threads keep their own ids."""

    def work():
        with requests.Session() as session:
            for _ in range(5):
                session.get(sectors.url + REPORT, timeout=20)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({event.call_id for event in events}) == len(events) == 30


def test_latency_is_measured(sectors, session, hook, events):
    """The time to the headers is that of the server."""
    sectors.faults.add(Latency(0.2))
    session.get(sectors.url + REPORT)

    assert events.only.headers_ms >= 200


def test_a_forked_child_in_the_middle_of_a_call_stays_silent(sectors, session, hook, events):
    """A call that was begun before a fork is recorded by the parent alone."""
    reader, writer = os.pipe()

    def fork(answer, **_):
        if os.fork() == 0:
            return

    parent = os.getpid()
    session.get(sectors.url + REPORT, hooks={"response": fork})
    if os.getpid() != parent:
        os.write(writer, b"%d" % len(events))
        os._exit(0)
    os.wait()

    assert os.read(reader, 9) == b"0"
    assert len(events) == 1
    os.close(reader)
    os.close(writer)


def test_no_key_gets_into_an_event(sectors, session, hook, events):
    """A key in header, query, user info and exception text is nowhere in what is stored."""
    session.get(f"{sectors.url}{REPORT}?apikey={sectors.key}")
    sectors.faults.add(Reset())
    raises(requests.ConnectionError, lambda: session.get(f"{sectors.url}{REPORT}?apikey={sectors.key}"))
    session.get(sectors.url.replace("//", f"//me:{sectors.key}@") + REPORT)

    assert len(events) == 3
    assert sectors.key not in events.as_text()


def test_a_fault_in_record_is_counted(sectors, session):
    """What `record` raises is counted and swallowed."""

    def record(raw):
        raise RuntimeError

    hook = RequestsHook(record)
    hook.install()
    before = tally.snapshot()["internal_error"]
    try:
        assert session.get(sectors.url + REPORT).status_code == 200
    finally:
        hook.uninstall()

    assert tally.snapshot()["internal_error"] == before + 1


def test_plain_http_and_two_servers(sectors, session, hook, events):
    """A redirect to another server keeps the call together."""
    with SectorsApi() as other:
        sectors.faults.add(Redirect(other.url + REPORT), path="/v2/moved/")
        raises(requests.exceptions.SSLError, lambda: session.get(sectors.url + "/v2/moved/"))

    assert [(e.attempt, e.outcome) for e in events] == [(1, "ok"), (2, "tls")]


def test_what_the_server_tells(sectors, session, hook, events):
    """The price, where the API names it, and the TLS of the connection."""
    told = session.get(sectors.url + REPORT).headers["limit-consumption"]

    assert (events.only.credits, events.only.credits_from) == (int(told), "header")
    assert events.only.tls_version == "TLSv1.3"
    assert len(events.only.cert_sha256) == 64
