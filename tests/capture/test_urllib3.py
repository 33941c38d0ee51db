"""Retries of urllib3 are attempts, by itself and below requests, and nothing is seen twice."""

from __future__ import annotations

import functools

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from outwarden.testing import BrokenChunks, Redirect, Refusal, Reset, SlowBody

REPORT = "/v2/company/report/BBCA/"

pytestmark = pytest.mark.usefixtures("hooks")


@pytest.fixture
def manager(sectors):
    with urllib3.PoolManager(ca_certs=sectors.ca_file, headers={"Authorization": sectors.key}) as manager:
        yield manager


def seen(events):
    return [(event.attempt, event.status, event.will_retry) for event in events]


def test_statuses_that_are_retried(sectors, manager, events):
    """Each answer is an attempt with its own headers; the last one is known to be the last."""
    sectors.faults.add(Refusal(503), times=2)
    answer = manager.request("GET", sectors.url + REPORT, retries=Retry(3, status_forcelist=[503], backoff_factor=0))

    assert answer.status == 200
    assert seen(events) == [(1, 503, True), (2, 503, True), (3, 200, False)]
    assert len({event.call_id for event in events}) == 1
    assert len(sectors.seen) == 3


def test_failures_that_are_retried(sectors, manager, events):
    """A connection that breaks is an attempt with its own error."""
    sectors.faults.add(Reset(), times=2)
    manager.request("GET", sectors.url + REPORT, retries=Retry(3, backoff_factor=0))

    assert seen(events) == [(1, None, True), (2, None, True), (3, 200, False)]
    assert [event.outcome for event in events] == ["network", "network", "ok"]
    assert events[0].error_type == "ProtocolError"


def test_retries_that_are_used_up(sectors, manager, events):
    """The last attempt keeps its status, and the exception that the program saw."""
    sectors.faults.add(Refusal(503), times=None)
    with pytest.raises(urllib3.exceptions.MaxRetryError):
        manager.request("GET", sectors.url + REPORT, retries=Retry(1, status_forcelist=[503], backoff_factor=0))

    assert seen(events) == [(1, 503, True), (2, 503, False)]
    assert (events[1].outcome, events[1].error_type) == ("server_error", "MaxRetryError")


def test_the_pause_between_attempts_is_no_part_of_them(sectors, manager, events):
    """Back-off is not the server's time."""
    sectors.faults.add(Refusal(503))
    manager.request("GET", sectors.url + REPORT, retries=Retry(2, status_forcelist=[503], backoff_factor=0.2))
    sectors.faults.add(Refusal(503), times=2)
    manager.request("GET", sectors.url + REPORT, retries=Retry(2, status_forcelist=[503], backoff_factor=0.2))

    assert max(event.duration_ms for event in events) < 200


def test_without_retries(sectors, events):
    """`retries=False` leaves it to the program."""
    with urllib3.PoolManager(ca_certs=sectors.ca_file, retries=False) as manager:
        manager.request("GET", sectors.url + REPORT)

    assert seen(events) == [(1, 403, None)]


def test_a_proxy_that_is_not_there_is_tried_again(sectors, events, free_port):
    """What fails on the way to the proxy is an attempt as well."""
    proxy = urllib3.ProxyManager(f"http://127.0.0.1:{free_port}", ca_certs=sectors.ca_file)
    with proxy as manager, pytest.raises(urllib3.exceptions.MaxRetryError):
        manager.request("GET", sectors.url + REPORT, retries=Retry(2, backoff_factor=0))

    assert seen(events) == [(1, None, True), (2, None, True), (3, None, False)]
    assert {event.outcome for event in events} == {"network"}


def test_a_pool_by_itself(sectors, events):
    """A pool without a manager is watched too."""
    with urllib3.HTTPSConnectionPool("127.0.0.1", sectors.port, ca_certs=sectors.ca_file) as pool:
        pool.request("GET", REPORT)
        pool.urlopen("GET", REPORT, None, {"Authorization": sectors.key}, False)

    assert [(event.status, event.route) for event in events] == [
        (403, "/v2/company/report/{symbol}/"),
        (200, "/v2/company/report/{symbol}/"),
    ]


def test_redirect_within_a_pool(sectors, events):
    """A pool follows redirects by itself."""
    sectors.faults.add(Redirect(REPORT), path="/v2/old/")
    with urllib3.HTTPSConnectionPool("127.0.0.1", sectors.port, ca_certs=sectors.ca_file) as pool:
        pool.request("GET", "/v2/old/")

    assert seen(events) == [(1, 302, True), (2, 403, False)]
    assert len({event.call_id for event in events}) == 1


def test_streamed(sectors, manager, events):
    """Without preloading the call ends with its body."""
    answer = manager.request("GET", sectors.url + REPORT, preload_content=False)
    assert events == []
    body = answer.read()

    assert events.only.response_bytes == len(body)
    assert events.only.headers_ms <= events.only.duration_ms


@pytest.mark.parametrize("fault", [BrokenChunks(), SlowBody(1, pieces=2)])
def test_a_body_that_breaks_while_it_is_preloaded(sectors, manager, events, fault):
    """The status that had arrived is known all the same."""
    sectors.faults.add(fault)
    with pytest.raises(urllib3.exceptions.HTTPError):
        manager.request("GET", sectors.url + REPORT, timeout=0.3, retries=False)

    assert events.only.status == 200
    assert events.only.outcome == ("network" if isinstance(fault, BrokenChunks) else "timeout")


# Below requests


@pytest.fixture
def stubborn(session):
    session.mount("https://", HTTPAdapter(max_retries=Retry(2, status_forcelist=[503], backoff_factor=0)))
    return session


def test_below_requests(sectors, stubborn, events):
    """Retries of an adapter are attempts of the one call, each with its status; the policy says which is the last."""
    sectors.faults.add(Refusal(503))
    sectors.faults.add(Reset())
    assert stubborn.get(sectors.url + REPORT).status_code == 200

    assert seen(events) == [(1, None, True), (2, 503, True), (3, 200, False)]
    assert len({event.call_id for event in events}) == 1
    assert events[2].response_bytes > 0
    assert all(event.key_id == events[2].key_id for event in events)


def test_below_requests_used_up(sectors, stubborn, events):
    """The last attempt has the exception of requests."""
    sectors.faults.add(Refusal(503), times=None)
    with pytest.raises(requests.exceptions.RetryError):
        stubborn.get(sectors.url + REPORT)

    assert seen(events) == [(1, 503, True), (2, 503, True), (3, 503, False)]
    assert (events[2].outcome, events[2].error_type) == ("server_error", "RetryError")


def test_retries_and_redirects_in_one_call(sectors, stubborn, events):
    """Numbers go on over hops."""
    sectors.faults.add(Redirect(REPORT), path="/v2/old/")
    sectors.faults.add(Refusal(503), path=REPORT)
    stubborn.get(sectors.url + "/v2/old/")

    assert seen(events) == [(1, 302, True), (2, 503, True), (3, 200, False)]
    assert len({event.call_id for event in events}) == 1


def test_not_twice(sectors, session, events):
    """A plain call of requests is one event, though it goes through urllib3."""
    session.get(sectors.url + REPORT)
    session.get(sectors.url + REPORT, stream=True).close()

    assert seen(events) == [(1, 200, None), (1, 200, None)]


def test_urllib3_within_a_hook_of_requests(sectors, session, manager, events):
    """A call that a response hook makes with urllib3 is a call of its own."""

    def ask(answer, **_):
        manager.request("GET", sectors.url + "/v2/subsectors/")

    session.get(sectors.url + REPORT, hooks={"response": ask})

    assert sorted((event.path, event.attempt) for event in events) == [(REPORT, 1), ("/v2/subsectors/", 1)]
    assert len({event.call_id for event in events}) == 2


def test_botocore(sectors, events, monkeypatch):
    """A program's own AWS calls are seen once, with botocore's retries as calls of their own."""
    import boto3
    from botocore.config import Config
    from botocore.parsers import ResponseParserError

    monkeypatch.setenv("AWS_CA_BUNDLE", sectors.ca_file)
    client = boto3.client("sts", endpoint_url=sectors.url, config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(ResponseParserError):
        client.get_caller_identity()

    assert len(events) == len(sectors.seen) == 1
    assert events.only.method == "POST"


@pytest.fixture
def wrapped_before(hooks, monkeypatch):
    """Another library has wrapped `urlopen` before us; gives what it is called with."""
    seen = []
    for hook in reversed(hooks):
        hook.uninstall()
    original = urllib3.HTTPConnectionPool.urlopen

    @functools.wraps(original)
    def urlopen(*args, **kwargs):
        seen.append((args[1:], kwargs))
        return original(*args, **kwargs)

    monkeypatch.setattr(urllib3.HTTPConnectionPool, "urlopen", urlopen)
    for hook in hooks:
        hook.install()
    return seen


def test_a_method_that_is_wrapped_by_another_library(wrapped_before, sectors, events):
    """It is handed what it was called with, and all attempts are seen."""
    sectors.faults.add(Refusal(503))
    with urllib3.PoolManager(ca_certs=sectors.ca_file) as manager:
        manager.request("GET", sectors.url + REPORT, retries=Retry(1, status_forcelist=[503], backoff_factor=0))
    with requests.Session() as session:
        session.get(sectors.url + REPORT)

    assert seen(events) == [(1, 503, True), (2, 403, False), (1, 403, None)]
    positional, named = wrapped_before[-1]
    assert positional == ("GET", REPORT)
    assert (named["redirect"], named["preload_content"]) == (False, False)
    assert "pool_timeout" not in named
