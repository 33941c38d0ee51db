"""Publishing counts: each once, none twice, zeros in between."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from contextlib import closing, contextmanager

import boto3
import pytest
from botocore import exceptions as sdk
from hypothesis import given
from hypothesis import strategies as st

from outwarden import event, tally
from outwarden.config.metrics import Metrics
from outwarden.config.sinks import CloudWatchSink
from outwarden.errors import Retry, Unauthorized
from outwarden.event import CallEvent
from outwarden.journal.tail import Record
from outwarden.meter import Meter, Series, windows
from outwarden.meter.buckets import bucket, middle
from outwarden.meter.windows import Tallies
from outwarden.sinks.emf import EmbeddedMetrics, emf
from outwarden.sinks.increments import COUNTS, Added, Slot
from outwarden.sinks.metrics import MetricsPublisher
from outwarden.sinks.put import PutMetricData, data
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
        windows.add(connection, Tallies({(Series(*service, metric), minute): number}, {}, {}, {}, {}))


def test_what_cannot_be_signed_yet_is_sent_later(transaction, monkeypatch, tmp_path):
    """Without credentials nothing is marked as sent; with them all of it is, also the minutes between."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    count(transaction, number=3)
    with CloudWatchLogs(clock=lambda: NOW) as logs:
        transport = EmbeddedMetrics(Metrics(), CloudWatchSink(region="eu-west-1", endpoint_url=logs.url))
        publisher = MetricsPublisher(transaction, transport, services=[US])
        with pytest.raises(Unauthorized, match="No usable AWS credentials"):
            publisher.publish(NOW)
        assert not logs.calls
        (tmp_path / "credentials").write_text("[default]\naws_access_key_id = a\naws_secret_access_key = b\n")
        publisher.publish(NOW + 60)
        told = [json.loads(one.message) for one in logs.events("SectorsFinancialAPI", "APIUsageLogsMetrics")]

    assert [line["4XXError"] for line in told] == [3, 0]


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
        for slot, added in increments.items():
            for metric, value in added.counts.items():
                self.sums[slot, metric] += value
            for number, value in added.latencies.items():
                self.sums[slot, number] += value


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
    assert transport.sent[1][Slot(*US, MINUTE)].counts["4XXError"] == 2


def test_every_minute_has_its_zeros(transaction, transport):
    """For every metric, so that missing data means that nobody is there to count."""
    publisher = MetricsPublisher(transaction, transport, services=[US])
    for minute in range(3):
        for second in (0, 20, 40):
            publisher.publish(NOW + 60 * minute + second)

    assert [len(sent) for sent in transport.sent] == [1, 1, 1]
    assert all(set(added.counts) == set(COUNTS) for sent in transport.sent for added in sent.values())
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
        (sdk.SSLError(endpoint_url="x", error="[SSL: CERTIFICATE_VERIFY_FAILED] no such authority"), Retry),
        (sdk.CredentialRetrievalError(provider="x", error_msg="x"), Unauthorized),
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
        sdk.SSLError(endpoint_url="x", error="[SSL: WRONG_VERSION_NUMBER]"),
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


def test_no_minute_is_left_without_data(transaction, transport):
    """A turn that comes late, or an AWS that was away, leaves no gap that would look like a dead sidecar."""
    publisher = MetricsPublisher(transaction, transport, services=[US])
    publisher.publish(NOW)
    transport.failure = sdk.EndpointConnectionError(endpoint_url="x")
    for minute in (1, 2):
        with pytest.raises(Retry):
            publisher.publish(NOW + 60 * minute)
    transport.failure = None
    publisher.publish(NOW + 300)

    assert sorted(slot.minute for sent in transport.sent for slot in sent) == [MINUTE + 60 * n for n in range(6)]


def test_a_new_start_claims_no_life_before_it(transaction, transport):
    """Minutes in which no sidecar ran stay without data, also when late events for them are published."""
    MetricsPublisher(transaction, transport, services=[US]).publish(NOW)
    count(transaction, minute=MINUTE + 300)
    transport.sent.clear()
    again = MetricsPublisher(transaction, transport, services=[US])
    again.publish(NOW + 600)
    again.publish(NOW + 660)

    assert [sorted(slot.minute - MINUTE for slot in sent) for sent in transport.sent] == [[300, 600], [660]]


def test_what_a_wrong_clock_dated_waits_for_its_time(transaction, transport):
    """CloudWatch would refuse the whole request for a datum of tomorrow."""
    count(transaction, minute=MINUTE + 86400, number=3)
    publisher = MetricsPublisher(transaction, transport)
    publisher.publish(NOW)
    assert not any(transport.sums.values())

    publisher.publish(NOW + 86400)
    assert transport.sums[Slot(*US, MINUTE + 86400), "4XXError"] == 3


class Particular(Recording):
    """A transport that refuses for good whatever has to do with one service."""

    def send(self, increments):
        if any(slot.service == "bad" for slot in increments):
            answer = {"Error": {"Code": "InvalidParameterValue"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            raise sdk.ClientError(answer, "PutMetricData")
        super().send(increments)


def test_a_minute_that_can_never_be_taken_holds_up_no_other(transaction):
    """It is left out and counted; all others arrive, each once."""
    transport = Particular()
    publisher = MetricsPublisher(transaction, transport)
    for n in range(9):
        count(transaction, number=n + 1, minute=MINUTE - 60 * n)
    count(transaction, number=5, minute=MINUTE - 240, service=("bad", "prod"))
    publisher.publish(NOW)
    publisher.publish(NOW + 1)

    assert [transport.sums[Slot(*US, MINUTE - 60 * n), "4XXError"] for n in range(9)] == list(range(1, 10))
    assert tally.snapshot()["rejected"] == 5


def test_requests_keep_to_the_limits(transaction, transport):
    """At most 1,000 data, and less than a day, at once."""
    for n in range(400):
        count(transaction, minute=MINUTE - 60 * n)
    count(transaction, minute=MINUTE - 3 * 86400)
    MetricsPublisher(transaction, transport).publish(NOW)

    assert sum(transport.sums.values()) == 401
    for sent in transport.sent:
        minutes = [slot.minute for slot in sent]
        assert len(minutes) * len(COUNTS) <= 1000
        assert max(minutes) - min(minutes) < 86400


def test_a_heartbeat_goes_out_once_and_is_never_a_zero(transaction, transport):
    """Where no sidecar was at work there is none, also when late events of that minute are published."""
    with transaction() as connection:
        windows.beat(connection, [US], MINUTE)
        windows.beat(connection, [US], MINUTE)
    publisher = MetricsPublisher(transaction, transport)
    publisher.publish(NOW)
    count(transaction)
    count(transaction, minute=MINUTE - 600)
    publisher.publish(NOW + 1)

    assert transport.sums[Slot(*US, MINUTE), "Heartbeat"] == 1
    sent = [added.counts.get("Heartbeat") for sent in transport.sent for added in sent.values()]
    assert sent == [1, None, None]


def test_a_refused_minute_gives_its_latencies_back(transaction, transport):
    """They are sent again like its counts, and once."""
    with transaction() as connection:
        series = Series(*US, "Calls")
        windows.add(connection, Tallies({(series, MINUTE): 3}, {}, {}, {(*US, MINUTE, bucket(120.0)): 3}, {}))
    publisher = MetricsPublisher(transaction, transport)
    transport.failure = sdk.EndpointConnectionError(endpoint_url="x")
    with pytest.raises(Retry):
        publisher.publish(NOW)
    transport.failure = None
    for second in range(3):
        publisher.publish(NOW + second)

    assert transport.sums[Slot(*US, MINUTE), bucket(120.0)] == 3


def test_many_different_latencies_take_more_than_one_line():
    """A line has at most 100 values, a datum at most 150; none is lost and none comes twice."""
    added = Added(dict.fromkeys(COUNTS, 0), dict.fromkeys(range(-50, 200), 2))
    slot = Slot(*US, MINUTE)
    lines = [json.loads(line) for line in emf("Space", slot, added)]

    assert [len(line["LatencyMs"]["Values"]) for line in lines] == [100, 100, 50]
    assert ["Calls" in line for line in lines] == [True, False, False]
    assert [len(datum["Values"]) for datum in data(slot, added) if "Values" in datum] == [150, 100]
    assert sorted(value for line in lines for value in line["LatencyMs"]["Values"]) == [
        middle(number) for number in range(-50, 200)
    ]


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
                    given = fields[metric["Name"]]
                    if not isinstance(given, dict):
                        sums[key] += given
                        continue
                    assert given["Count"] == sum(given["Counts"])
                    assert (given["Min"], given["Max"]) == (min(given["Values"]), max(given["Values"]))
                    for value, count in zip(given["Values"], given["Counts"], strict=True):
                        sums[*key, value] += count
    return sums


def add_up(data: list[dict]) -> Counter:
    """Read data of PutMetricData as CloudWatch does: one sum per metric, dimensions and minute."""
    sums = Counter()
    for datum in data:
        dimensions = tuple((pair["Name"], pair["Value"]) for pair in datum["Dimensions"])
        key = ("Space", datum["MetricName"], dimensions, datum["Timestamp"] // 60)
        if "Value" in datum:
            sums[key] += datum["Value"]
            continue
        for value, count in zip(datum["Values"], datum["Counts"], strict=True):
            sums[*key, value] += count
    return sums


ENDS = [(200, "ok"), (301, "ok"), (404, "client_error"), (429, "client_error"), (503, "server_error"), (None, "tls")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(ENDS), st.integers(0, 240), st.sampled_from(["portfolio", "other"]), st.integers(0, 1)
        ),
        max_size=40,
    ),
    st.integers(1, 15),
)
def test_windows_put_and_emf_say_the_same_of_any_events(calls, batch):
    """However events come late and in pieces, both ways of publishing add up to what was counted here."""
    lines, data_sent = [], []

    class Both:
        def send(self, increments):
            for slot, values in increments.items():
                lines.extend(emf("Space", slot, values))
                data_sent.extend(data(slot, values))

    events = [
        CallEvent(
            ts=event.timestamp(NOW - ago - 1.08**ago / 1000),
            event_id=event.ids.new(),
            call_id="c",
            attempt=attempt,
            api="sectors",
            method="GET",
            host="h",
            outcome=outcome,
            status=status,
            service=service,
            env="prod",
            pid=1,
            schema=1,
            duration_ms=None if ago == 7 else 1.08**ago,
        )
        for (status, outcome), ago, service, attempt in calls
    ]
    meter, counted = Meter(), Counter()
    with database() as transaction:
        publisher = MetricsPublisher(transaction, Both())
        for start in range(0, len(events), batch):
            with transaction() as connection:
                meter([Record(one, b"") for one in events[start : start + batch]])(connection)
            publisher.publish(NOW + start)
        with transaction() as connection:
            for service in ("portfolio", "other"):
                for metric in COUNTS:
                    for point in windows.points(connection, Series(service, "prod", metric), 0, 2e9):
                        key = (("Service", service), ("Environment", "prod"))
                        counted["Space", metric, key, point.ts // 60] += point.value
                for point in windows.points(connection, Series(service, "prod", "LatencyMs"), 0, 2e9):
                    for value, count in point.samples.items():
                        counted["Space", "LatencyMs", key, point.ts // 60, value] += count

    assert +extract(lines) == +add_up(data_sent) == counted
    assert sum(value for key, value in counted.items() if key[1] == "Calls") == sum(attempt for *_, attempt in calls)


def test_emf_goes_into_a_stream_of_its_own(transaction):
    """The group is made where it is missing, and the stream of events holds events only."""
    with CloudWatchLogs() as logs:
        sink = CloudWatchSink(region="eu-west-1", endpoint_url=logs.url)
        now = time.time()
        count(transaction, number=14, minute=int(now // 60 * 60))
        MetricsPublisher(transaction, EmbeddedMetrics(Metrics(), sink)).publish(now)
        messages = [one.message for one in logs.events("SectorsFinancialAPI", "APIUsageLogsMetrics")]

    assert {key[1]: value for key, value in (+extract(messages)).items()} == {"4XXError": 14}


def test_minutes_that_the_log_group_does_not_keep_are_counted_as_rejected(transaction):
    """CloudWatch takes the request and tells which lines it dropped."""
    now = time.time()
    for days in (0, 3):
        count(transaction, number=7, minute=int((now - days * 86400) // 60 * 60))
    with CloudWatchLogs() as logs:
        client = boto3.client("logs", "eu-west-1", endpoint_url=logs.url)
        client.create_log_group(logGroupName="SectorsFinancialAPI")
        client.put_retention_policy(logGroupName="SectorsFinancialAPI", retentionInDays=1)
        sink = CloudWatchSink(region="eu-west-1", endpoint_url=logs.url)
        MetricsPublisher(transaction, EmbeddedMetrics(Metrics(), sink)).publish(now)
        messages = [one.message for one in logs.events("SectorsFinancialAPI", "APIUsageLogsMetrics")]
        client.close()

    assert extract(messages).total() == 7
    assert tally.snapshot()["rejected"] == 7


def test_put_metric_data_carries_the_same_counts(transaction):
    """Read back from a stand-in of CloudWatch."""
    from datetime import UTC, datetime, timedelta

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
