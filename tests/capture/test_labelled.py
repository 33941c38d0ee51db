"""What the program says about its calls stands in their events."""

from __future__ import annotations

import threading

import pytest
import requests
import stamina
import tenacity

import outwarden
from outwarden import labels
from outwarden.cli.lines import line
from outwarden.labels import Naming
from outwarden.testing import Redirect, Refusal

REPORT = "/v2/company/report/BBCA/"


@pytest.fixture(autouse=True)
def named(hook, redactor):
    """Pseudonyms by the redactor's key, countries by a table of one address."""
    labels.bind(Naming(user=redactor.pseudonyms.user, country={"103.10.60.1": "ID"}.get))
    yield
    labels.bind(None)


def test_a_call_on_behalf_of_a_user(sectors, session, events, redactor):
    """The event has the pseudonym and the country; id and address are nowhere."""
    with outwarden.user("ann@example.com", client_ip="103.10.60.1"):
        session.get(sectors.url + REPORT)
    session.get(sectors.url + REPORT)

    first, second = events
    assert first.user == redactor.pseudonyms.user("ann@example.com")
    assert first.client_country == "ID"
    assert (second.user, second.client_country) == (None, None)
    assert "ann" not in events.as_text()
    assert "103.10" not in events.as_text()
    assert f"User ID: {first.user} - Country: ID" in line(first)


def test_a_streamed_call_keeps_its_user(sectors, session, events, redactor):
    """The user is the one of the call, not of the moment in which its body ends."""
    with outwarden.user("ann"):
        response = session.get(sectors.url + REPORT, stream=True)
    with outwarden.user("bob"):
        assert response.content

    assert events.only.user == redactor.pseudonyms.user("ann")


def test_a_retry_loop_of_tenacity_is_one_call(sectors, session, events):
    """All its attempts share an id and a name, and are counted on; hops of redirects too."""
    sectors.faults.add(Refusal(503), path=REPORT, times=2)
    sectors.faults.add(Redirect(REPORT), path="/v2/old/")

    @tenacity.retry(wait=tenacity.wait_none(), retry=tenacity.retry_if_exception_type(requests.HTTPError))
    def load():
        session.get(sectors.url + REPORT).raise_for_status()

    with outwarden.call(name="company report") as logical:
        load()
        session.get(sectors.url + "/v2/old/")

    assert [event.attempt for event in events] == [1, 2, 3, 4, 5]
    assert [event.status for event in events] == [503, 503, 200, 302, 200]
    assert {event.call_id for event in events} == {logical.call_id}
    assert {event.call_name for event in events} == {"company report"}
    assert "Attempt: 2 - Call: company report" in line(events[1])


def test_a_retry_loop_of_stamina_is_one_call(sectors, session, events):
    """The decorator of the call goes around that of the loop."""
    sectors.faults.add(Refusal(503), path=REPORT, times=2)

    @outwarden.call(name="load")
    @stamina.retry(on=requests.HTTPError, wait_initial=0, wait_max=0, wait_jitter=0)
    def load():
        session.get(sectors.url + REPORT).raise_for_status()

    load()
    load()

    assert [event.attempt for event in events] == [1, 2, 3, 1]
    assert len({event.call_id for event in events}) == 2


def test_calls_of_threads_do_not_mix(sectors, events):
    """Each thread has its own user and its own logical call."""

    def work(n):
        with outwarden.user(n), outwarden.call(name=f"worker {n}"):
            for _ in range(3):
                requests.get(sectors.url + REPORT, verify=sectors.ca_file, timeout=10)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({(event.user, event.call_name, event.call_id) for event in events}) == 5
    assert sorted(event.attempt for event in events) == sorted([1, 2, 3] * 5)


def test_names_are_made_safe(sectors, session, events, redactor):
    """Secrets, addresses, long numbers and control characters do not get in by a name, and it is short."""
    redactor.registry.register(sectors.key)
    for name in (
        f"load {sectors.key}",
        "for ann@example.com",
        "order 123456789",
        "a\nb\x1b[31m",
        "x" * 500,
        ["odd"],
        "",
    ):
        with outwarden.call(name=name):
            session.get(sectors.url + REPORT)

    names = [event.call_name for event in events]
    assert names[0] == "load [REDACTED]"
    assert "ann@" not in names[1]
    assert names[2:4] == ["order #", "a_b_[31m"]
    assert names[4] == "x" * 63 + "…"
    assert names[6] is None
    assert all(name is None or name.isprintable() for name in names)
    assert sectors.key not in events.as_text()


def test_there_are_not_too_many_names(redactor):
    """After 200 different names any further one is `other`; those known stay, also when a new secret is known."""
    from outwarden.redact.call_names import MOST

    safe = redactor.call_name
    assert [safe(f"job {n}") for n in range(MOST)] == [f"job {n}" for n in range(MOST)]
    redactor.registry.register("job 7 is the secret")
    assert safe("one more") == "other"
    assert safe("job 3") == "job 3"


def test_a_secret_told_later_is_masked_in_known_names(redactor):
    """Names are looked at again when there is a new secret."""
    safe = redactor.call_name
    assert safe("load sesame-open-42") == "load sesame-open-42"
    redactor.registry.register("sesame-open-42")

    assert safe("load sesame-open-42") == "load [REDACTED]"
