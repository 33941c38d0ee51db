"""Publishing counts: each once, none twice, zeros in between."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing, contextmanager

import pytest
from botocore import exceptions as sdk
from hypothesis import given
from hypothesis import strategies as st

from outwarden import tally
from outwarden.config.metrics import Metrics
from outwarden.config.sinks import CloudWatchSink
from outwarden.errors import Retry, Unauthorized
from outwarden.meter import METRICS, Series, windows
from outwarden.sinks.metrics import EmbeddedMetrics, MetricsPublisher, PutMetricData, Slot, emf
from outwarden.testing.cloudwatch import CloudWatchLogs

NOW = 1_700_000_100.0
MINUTE = 1_700_000_100 // 60 * 60
US = ("portfolio", "prod")


@contextmanager
def database():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for table in windows.TABLES:
            connection.execute(table)

        @contextmanager
        def transaction():
            connection.execute("BEGIN")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

        yield transaction


@pytest.fixture
def transaction():
    with database() as transaction:
        yield transaction


def count(transaction, metric="4XXError", number=1, minute=MINUTE, service=US) -> None:
    with transaction() as connection:
        windows.add(connection, {(Series(*service, metric), minute): number}, {})


class Recording:
    """A transport that adds up what it is given, as CloudWatch does."""

    def __init__(self):
        self.sums = Counter()
        self.sent = []
        self.failure = None

    def send(self, increments):
        if self.failure is not None:
            raise self.failure
        self.sent.append(dict(increments))
        for slot, counts in increments.items():
            for metric, value in counts.items():
                self.sums[slot, metric] += value


@pytest.fixture
def transport():
    return Recording()


def test_what_was_counted_is_published_once(transaction, transport):
    """However often it is asked."""
    count(transaction, number=14)
    publisher = MetricsPublisher(transaction, transport)
    for second in range(5):
        publisher.publish(NOW + second)

    assert transport.sums[Slot(*US, MINUTE), "4XXError"] == 14


def test_late_events_find_their_minute(transaction, transport):
    """Only what is new is sent, for the minute in which it happened."""
    publisher = MetricsPublisher(transaction, transport)
    count(transaction, number=3)
    publisher.publish(NOW)
    count(transaction, number=2)
    publisher.publish(NOW + 600)

    assert transport.sums[Slot(*US, MINUTE), "4XXError"] == 5
    assert transport.sent[1][Slot(*US, MINUTE)]["4XXError"] == 2


def test_every_minute_has_its_zeros(transaction, transport):
    """For every metric, so that missing data means that nobody is there to count."""
    publisher = MetricsPublisher(transaction, transport, services=[US])
    for minute in range(3):
        for second in (0, 20, 40):
            publisher.publish(NOW + 60 * minute + second)

    assert [len(sent) for sent in transport.sent] == [1, 1, 1]
    assert all(set(counts) == set(METRICS) for sent in transport.sent for counts in sent.values())
    assert not any(transport.sums.values())


def test_a_service_that_was_seen_gets_zeros_too(transaction, transport):
    """A sidecar serves programs that it was not told of."""
    publisher = MetricsPublisher(transaction, transport)
    count(transaction, service=("other", "dev"))
    publisher.publish(NOW)
    publisher.publish(NOW + 60)

    assert Slot("other", "dev", MINUTE + 60) in transport.sent[1]


@pytest.mark.parametrize(
    ("failure", "refusal"),
    [
        (sdk.EndpointConnectionError(endpoint_url="x"), Retry),
        (sdk.ConnectTimeoutError(endpoint_url="x"), Retry),
        (sdk.ClientError({"Error": {"Code": "Throttling"}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "x"), Retry),
        (
            sdk.ClientError({"Error": {"Code": "ExpiredToken"}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "x"),
            Unauthorized,
        ),
        (
            sdk.ClientError(
                {"Error": {"Code": "ServiceUnavailable"}, "ResponseMetadata": {"HTTPStatusCode": 503}}, "x"
            ),
            Retry,
        ),
    ],
)
def test_what_was_refused_is_sent_again(transaction, transport, failure, refusal):
    """Nothing of it was stored, so nothing can double."""
    count(transaction, number=7)
    publisher = MetricsPublisher(transaction, transport)
    transport.failure = failure
    with pytest.raises(refusal):
        publisher.publish(NOW)
    transport.failure = None
    publisher.publish(NOW + 1)

    assert transport.sums[Slot(*US, MINUTE), "4XXError"] == 7


@pytest.mark.parametrize(
    "failure",
    [
        sdk.ReadTimeoutError(endpoint_url="x"),
        sdk.ConnectionClosedError(endpoint_url="x"),
        sdk.ClientError({"Error": {"Code": "InternalFailure"}, "ResponseMetadata": {"HTTPStatusCode": 500}}, "x"),
    ],
)
def test_what_may_have_been_stored_is_not_sent_again(transaction, transport, failure):
    """Counts that double page people for nothing; the loss is counted."""
    before = tally.snapshot()["metric_unknown"]
    count(transaction, number=7)
    publisher = MetricsPublisher(transaction, transport)
    transport.failure = failure
    with pytest.raises(Retry):
        publisher.publish(NOW)
    transport.failure = None
    publisher.publish(NOW + 1)

    assert transport.sums[Slot(*US, MINUTE), "4XXError"] == 0
    assert tally.snapshot()["metric_unknown"] == before + 7


def test_a_kill_while_sending_doubles_nothing(transaction, transport):
    """The mark was set before; whether the request arrived nobody knows."""
    count(transaction, number=7)
    transport.failure = SystemExit()
    with pytest.raises(SystemExit):
        MetricsPublisher(transaction, transport).publish(NOW)
    transport.failure = None
    MetricsPublisher(transaction, transport).publish(NOW + 1)

    assert transport.sums[Slot(*US, MINUTE), "4XXError"] == 0


def test_what_is_too_old_for_cloudwatch_is_not_sent(transaction, transport):
    """Two weeks back at most."""
    count(transaction, minute=MINUTE - 15 * 86400)
    MetricsPublisher(transaction, transport).publish(NOW)

    assert transport.sent == []


def test_requests_keep_to_the_limits(transaction, transport):
    """At most 1,000 data, and less than a day, at once."""
    for n in range(400):
        count(transaction, minute=MINUTE - 60 * n)
    count(transaction, minute=MINUTE - 3 * 86400)
    MetricsPublisher(transaction, transport).publish(NOW)

    assert sum(transport.sums.values()) == 401
    for sent in transport.sent:
        minutes = [slot.minute for slot in sent]
        assert len(minutes) * len(METRICS) <= 1000
        assert max(minutes) - min(minutes) < 86400


def extract(lines: list[str]) -> Counter:
    """Read lines in the embedded metric format as CloudWatch does: one sum per namespace, metric, dimensions, minute."""
    sums = Counter()
    for line in lines:
        fields = json.loads(line)
        for directive in fields["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                dimensions = tuple((name, fields[name]) for name in names)
                for metric in directive["Metrics"]:
                    key = (directive["Namespace"], metric["Name"], dimensions, fields["_aws"]["Timestamp"] // 60000)
                    sums[key] += fields[metric["Name"]]
    return sums


@given(st.lists(st.tuples(st.sampled_from(METRICS), st.integers(0, 3), st.integers(1, 50)), max_size=30))
def test_emf_says_what_the_windows_say(counts):
    """Every count arrives, under the right name, dimensions and minute."""
    lines = []

    class Emf:
        def send(self, increments):
            lines.extend(emf("Space", slot, values) for slot, values in increments.items())

    expected = Counter()
    with database() as transaction:
        publisher = MetricsPublisher(transaction, Emf())
        for metric, minute, number in counts:
            count(transaction, metric, number, MINUTE - 60 * minute)
            expected["Space", metric, (("Service", "portfolio"), ("Environment", "prod")), MINUTE // 60 - minute] += (
                number
            )
            publisher.publish(NOW)

    assert +extract(lines) == expected


def test_emf_goes_into_a_stream_of_its_own(transaction):
    """The group is made where it is missing, and the stream of events holds events only."""
    with CloudWatchLogs() as logs:
        sink = CloudWatchSink(region="eu-west-1", endpoint_url=logs.url)
        import time

        now = time.time()
        count(transaction, number=14, minute=int(now // 60 * 60))
        MetricsPublisher(transaction, EmbeddedMetrics(Metrics(), sink)).publish(now)
        messages = [one.message for one in logs.events("SectorsFinancialAPI", "APIUsageLogsMetrics")]

    assert {key[1]: value for key, value in (+extract(messages)).items()} == {"4XXError": 14}


def test_put_metric_data_carries_the_same_counts(transaction):
    """Read back from a stand-in of CloudWatch."""
    from datetime import UTC, datetime, timedelta

    import boto3
    from moto import mock_aws

    with mock_aws():
        publisher = MetricsPublisher(transaction, PutMetricData(Metrics(), CloudWatchSink(region="eu-west-1")))
        count(transaction, number=14)
        publisher.publish(NOW)
        count(transaction, number=2)
        publisher.publish(NOW + 1)
        moment = datetime.fromtimestamp(MINUTE, UTC)
        statistics = boto3.client("cloudwatch", "eu-west-1").get_metric_statistics(
            Namespace="SectorsFinancialAPI",
            MetricName="4XXError",
            Dimensions=[{"Name": "Service", "Value": "portfolio"}, {"Name": "Environment", "Value": "prod"}],
            StartTime=moment,
            EndTime=moment + timedelta(minutes=1),
            Period=60,
            Statistics=["Sum"],
        )

    assert [point["Sum"] for point in statistics["Datapoints"]] == [16]
