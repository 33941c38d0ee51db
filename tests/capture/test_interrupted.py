"""A signal handler of the program that calls in the middle of a call: at whichever line it strikes, there are two calls."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import FrameType

import httpx
import pytest
import requests

from outwarden.testing import Redirect

REPORT = "/v2/company/report/BBCA/"
OLD = "/v2/old/"


class Striker:
    """A trace function that raises the signal at one place: a function of anybody's as it begins, a line of ours.

    Args:
        struck: the places where it has struck already; it takes the first one that is new.
    """

    def __init__(self, struck: set[tuple[object, int]]) -> None:
        self.struck = struck
        self.place: str | None = None

    def __call__(self, frame: FrameType, kind: str, _: object) -> Callable[..., object] | None:
        place = frame.f_code, frame.f_lineno
        if kind in {"call", "line"} and place not in self.struck:
            self.struck.add(place)
            self.place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
            sys.settrace(None)
            signal.raise_signal(signal.SIGUSR1)
            return None
        return self if "/outwarden/" in frame.f_code.co_filename else None


@pytest.fixture
def caller(sectors, drivers):
    """Make something that calls with a client, again and again over one connection, which nobody else has: its locks are held."""
    with ExitStack() as stack:

        def of_requests():
            session = stack.enter_context(requests.Session())
            session.verify, session.trust_env = sectors.ca_file, False
            session.headers["Authorization"] = sectors.key
            return lambda url: session.get(url).status_code

        def of_urllib3():
            pool = stack.enter_context(drivers["urllib3"](sectors).client())
            return lambda url: pool.request("GET", url).status

        def of_httpx():
            client = stack.enter_context(drivers["httpx"](sectors).client(httpx.Client))
            return lambda url: client.get(url).status_code

        def of_urllib():
            urllib = drivers["urllib"](sectors)
            return lambda url: urllib.get(url)[0]

        makers = {"requests": of_requests, "urllib3": of_urllib3, "httpx": of_httpx, "urllib": of_urllib}
        yield lambda name: makers[name]()


@pytest.fixture
def handled():
    """Set what the handler does."""
    before = signal.getsignal(signal.SIGUSR1)
    yield lambda action: signal.signal(signal.SIGUSR1, lambda *_: action())
    signal.signal(signal.SIGUSR1, before)


def struck_everywhere(call: Callable[[], object]) -> Iterator[str]:
    """Make a call again and again, struck at another place each time; give the place after each."""
    struck: set[tuple[object, int]] = set()
    while True:
        striker = Striker(struck)
        before = sys.gettrace()
        sys.settrace(striker)
        try:
            call()
        finally:
            sys.settrace(before)
        if striker.place is None:
            return
        yield striker.place


@pytest.mark.usefixtures("hooks")
@pytest.mark.parametrize(
    "clients",
    [
        *(("requests", "requests"), ("requests", "urllib3"), ("urllib3", "urllib3"), ("urllib3", "requests")),
        *(("httpx", "httpx"), ("urllib", "urllib")),
    ],
)
def test_a_handler_that_calls_the_very_address(clients, caller, handled, sectors, events):
    """Its call is not carried by the other one, no attempt of it, and no hop."""
    url = sectors.url + REPORT
    outer_call, inner_call = map(caller, clients)
    outer_call(url)
    inner_call(url)
    handled(lambda: inner_call(url))
    events.clear()
    places = 0
    for place in struck_everywhere(lambda: outer_call(url)):
        places += 1
        seen = [(event.attempt, bool(event.will_retry), event.status) for event in events]
        assert seen == [(1, False, 200)] * 2, place
        assert events[0].call_id != events[1].call_id, place
        events.clear()

    assert places > 100


@pytest.mark.usefixtures("hooks")
@pytest.mark.parametrize("outer", ["requests", "urllib3"])
def test_a_handler_that_calls_while_another_call_is_redirected(outer, caller, handled, sectors, events):
    """The redirected call keeps its two attempts, and the handler's is none of them."""
    sectors.faults.add(Redirect(REPORT), path=OLD, times=None)
    outer_call, inner_call = caller(outer), caller("requests")
    outer_call(sectors.url + OLD)
    inner_call(sectors.url + REPORT)
    handled(lambda: inner_call(sectors.url + REPORT))
    events.clear()
    for place in struck_everywhere(lambda: outer_call(sectors.url + OLD)):
        attempts = sorted(event.attempt for event in events)
        assert attempts == [1, 1, 2], place
        assert len({event.call_id for event in events}) == 2, place
        events.clear()
