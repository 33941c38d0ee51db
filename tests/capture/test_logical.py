"""Loops of tenacity and stamina within one logical call: attempts count on, whatever client makes them."""

from __future__ import annotations

import pytest
import requests
import stamina
import tenacity

import outwarden
from outwarden.testing import Refusal

REPORT = "/v2/company/report/BBCA/"


@pytest.fixture(autouse=True)
def three_failures(sectors):
    sectors.faults.add(Refusal(503), times=2)


def test_tenacity(client, sectors, hooks, events):
    """Each try is an attempt of the logical call; whether another follows only the program knows."""

    @tenacity.retry(stop=tenacity.stop_after_attempt(5), retry=tenacity.retry_if_result(lambda status: status == 503))
    def fetch():
        return client.get(sectors.url + REPORT)[0]

    with outwarden.call(name="report"):
        assert fetch() == 200

    assert [(e.attempt, e.status, e.will_retry) for e in events] == [(1, 503, None), (2, 503, None), (3, 200, None)]
    assert len({e.call_id for e in events}) == 1
    assert {e.call_name for e in events} == {"report"}


def test_stamina(sectors, session, hooks, events):
    """The same for stamina."""

    @outwarden.call(name="report")
    @stamina.retry(on=requests.HTTPError, attempts=5, wait_initial=0.01, wait_max=0.02)
    def fetch():
        answer = session.get(sectors.url + REPORT)
        answer.raise_for_status()
        return answer.status_code

    assert fetch() == 200
    assert [(e.attempt, e.status) for e in events] == [(1, 503), (2, 503), (3, 200)]
    assert len({e.call_id for e in events}) == 1


def test_without_a_logical_call(sectors, session, hooks, events):
    """A loop that nobody has named makes calls of its own."""
    while session.get(sectors.url + REPORT).status_code == 503:
        pass

    assert [(e.attempt, e.status) for e in events] == [(1, 503), (1, 503), (1, 200)]
    assert len({e.call_id for e in events}) == 3
