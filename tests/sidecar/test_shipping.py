"""The whole way from the journal to CloudWatch Logs, with its outages on a short clock."""

import time
from collections import Counter

import msgspec
import pytest

from outwarden.config.sinks import CloudWatchSink as Settings
from outwarden.event import timestamp
from outwarden.sinks import aws
from outwarden.sinks.cloudwatch import CloudWatchSink
from outwarden.testing.cloudwatch import CloudWatchLogs


@pytest.fixture
def cloud():
    with CloudWatchLogs() as cloud:
        yield cloud


@pytest.fixture
def shipper(house, cloud, monkeypatch):
    """A consumer that ships, with little patience for a server that does not answer."""
    monkeypatch.setattr(aws, "READ_TIMEOUT_S", 2.0)  # an answer that is lost makes copies
    sink = CloudWatchSink(Settings(endpoint_url=cloud.url))
    consumer = house.consumer(sink.ship, name="cloudwatch")
    yield consumer
    consumer.stop(0)
    assert consumer.join(10)
    sink.close()


def test_the_journals_lines_arrive_as_they_stand(house, cloud, shipper, until):
    """Byte for byte."""
    house.write(200)
    until(lambda: shipper.backlog() == 0)

    (file,) = house.places.journal.iterdir()
    assert cloud.messages() == file.read_text().splitlines()


@pytest.mark.parametrize(
    ("state", "outage"),
    [
        ("retrying", lambda cloud: cloud.refuse_connections()),
        ("retrying", lambda cloud: cloud.fail("ThrottlingException")),
        ("retrying", lambda cloud: cloud.fail("InternalFailure", status=500)),
        ("retrying", lambda cloud: cloud.hang()),
        ("degraded", lambda cloud: cloud.fail("ExpiredTokenException")),
        ("degraded", lambda cloud: cloud.fail("AccessDeniedException")),
    ],
    ids=["refused", "throttled", "broken", "silent", "expired", "denied"],
)
def test_no_outage_loses_an_event_or_stores_one_twice(house, cloud, shipper, until, ids_of, *, state, outage):
    """While the program goes on writing."""
    written = house.write(20)
    until(lambda: len(cloud.messages()) == 20)
    outage(cloud)
    for _ in range(5):
        written += house.write(20)
        time.sleep(0.05)
    until(lambda: shipper.health.state == state)
    failures = shipper.failures
    until(lambda: shipper.failures >= failures + 2)

    cloud.mend()
    written += house.write(20)

    until(lambda: shipper.backlog() == 0)
    assert Counter(ids_of(cloud.messages())) == Counter(written)
    assert shipper.health.state == "ok"


def test_a_lost_answer_is_the_only_reason_for_a_copy(house, cloud, shipper, until, ids_of):
    """CloudWatch had stored the batch; the copies carry the same event_id."""
    house.write(1)
    until(lambda: shipper.backlog() == 0)
    cloud.hang(operation="PutLogEvents", times=1, after_storing=True)
    written = house.write(5)

    until(lambda: shipper.backlog() == 0)

    counts = Counter(ids_of(cloud.messages()))
    assert counts[written[0]] == 2
    assert {counts[event_id] for event_id in written[1:]} <= {1, 2}  # once: it was written too late for that batch


def test_bad_events_go_aside_and_the_others_arrive(house, cloud, shipper, until, ids_of):
    """Too old, too large, and one that CloudWatch calls invalid."""
    cloud.refuse_messages(lambda message: "poison" in message)
    old = house.write(2, ts=timestamp(time.time() - 15 * 86_400))
    large = house.write(1, error="x" * 1_048_576)
    poison = house.write(1, error="poison")
    good = house.write(50)

    until(lambda: shipper.backlog() == 0)

    letters = [
        msgspec.json.decode(line) for path in house.places.dead.iterdir() for line in path.read_bytes().splitlines()
    ]
    reasons = {letter["event"]["event_id"]: letter["reason"] for letter in letters}
    assert set(reasons) == {*old, *large, *poison}
    assert "too old" in reasons[old[0]]
    assert "too large" in reasons[large[0]]
    assert "not valid" in reasons[poison[0]]
    assert sorted(ids_of(cloud.messages())) == sorted(good)
    assert shipper.health.rejected == 4


def test_a_journal_of_three_days_arrives(house, cloud, shipper, until, ids_of):
    """A sidecar that was off over the weekend; no call spans more than 24 hours."""
    written = []
    for hours in range(72, 0, -6):
        written += house.write(10, ts=timestamp(time.time() - hours * 3600))

    until(lambda: shipper.backlog() == 0)

    assert sorted(ids_of(cloud.messages())) == sorted(written)
